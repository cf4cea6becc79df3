"""Sends captured statements with pgbench: prepared, one client, one transaction after another.

A transaction first fetches its parameters from a table; that time is measured and subtracted.
"""

import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from models.embedded_postgres.install import account, programs
from models.engine import DatabaseRole
from tools.bench.capture import Sent
from tools.bench.data import plain, superuser

PARAMETERS = "bench_parameters"
_FETCH = re.compile(r"^\s*([\d.]+)\s+\d+\s+SELECT /\* parameters", re.MULTILINE)


def alike(runs: Sequence[Sequence[Sent]]) -> list[Sequence[Sent]]:
    """The runs with the most common statements and NULLs in the same places."""
    shapes = [tuple((s.text, tuple(v is None for v in s.values)) for s in run) for run in runs]
    [(usual, _)] = Counter(shapes).most_common(1)
    return [run for run, shape in zip(runs, shapes, strict=True) if shape == usual]


class Replay:
    """Runs that are `alike`; each can be sent once."""

    def __init__(self, url: str, runs: Sequence[Sequence[Sent]]) -> None:
        self._url, self._runs = url, runs

    async def prepare(self) -> None:
        """Stores the parameters in the database. Call it before `send`."""
        await _keep_parameters(self._url, self._runs)

    def send(self, first: int, last: int) -> list[float]:
        """Seconds of each run from `first`, counted from 0, up to but without `last`."""
        transactions = min(last, len(self._runs)) - first
        if transactions <= 0:
            return []
        with tempfile.TemporaryDirectory(prefix="tenure-pgbench-") as folder:
            script = Path(folder) / "script.sql"
            script.write_text(_script(self._runs[0]), encoding="utf-8")
            output = _pgbench(self._url, script, first, transactions)
            took = [
                int(line.split()[2]) / 1e6
                for log in Path(folder).glob("log.*")
                for line in log.read_text(encoding="ascii").splitlines()
            ]
        fetched = _FETCH.search(output)
        if fetched is None or len(took) != transactions:
            raise RuntimeError(f"pgbench did not run all of them: {output}")
        return [seconds - float(fetched[1]) / 1e3 for seconds in took]


def _pgbench(url: str, script: Path, first: int, transactions: int) -> str:
    address = urlsplit(plain(url))
    command = [
        str(programs(*account(script.parent)) / "pgbench"), "--no-vacuum", "--protocol=prepared",
        "--client=1", f"--transactions={transactions}", "--report-per-command",
        "--log", f"--log-prefix={script.parent}/log",
        f"--define=n={first}", f"--file={script}", f"--host={address.hostname}", f"--port={address.port}",
        f"--username={address.username}", address.path.strip("/"),
    ]  # fmt: skip
    options = f"-c role={DatabaseRole.APP} -c timezone=UTC"
    environment = {**os.environ, "PGPASSWORD": address.password or "", "PGOPTIONS": options}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
    return done.stdout


def _script(run: Sequence[Sent]) -> str:
    """A variable for each parameter; an unset variable is sent as NULL."""
    statements, taken = [], 0
    for sent in run:
        statements.append(f"{_with_variables(sent.text, taken).strip().rstrip(';')};")
        taken += len(sent.values)
    held = ", ".join(f"p{at}" for at, value in enumerate(_values(run)) if value is not None)
    fetch = f"\\set n :n + 1\nSELECT /* parameters */ {held} FROM {PARAMETERS} WHERE n = :n \\gset\n"
    return fetch + "\n".join(statements) + "\n"


def _with_variables(text: str, taken: int) -> str:
    """$1 becomes the first variable that no earlier statement uses, and so on."""

    def variable(found: re.Match[str]) -> str:
        return f":p{taken + int(found[1]) - 1}"

    return re.sub(r"\$(\d+)", variable, text)


async def _keep_parameters(url: str, runs: Sequence[Sequence[Sent]]) -> None:
    columns = [f"p{at}" for at, _ in enumerate(_values(runs[0]))]
    rows = [(n, *(_text(value) for value in _values(run))) for n, run in enumerate(runs, start=1)]
    async with superuser(url) as connection:
        await connection.execute(f"DROP TABLE IF EXISTS {PARAMETERS}")
        declared = "".join(f", {column} text" for column in columns)
        await connection.execute(f"CREATE TABLE {PARAMETERS} (n int PRIMARY KEY{declared})")
        await connection.copy_records_to_table(PARAMETERS, records=rows, columns=["n", *columns])
        await connection.execute(f"GRANT SELECT ON {PARAMETERS} TO {DatabaseRole.APP}; ANALYZE {PARAMETERS}")


def _values(run: Sequence[Sent]) -> list[Any]:
    return [value for sent in run for value in sent.values]


def _text(value: Any) -> str | None:
    """The value as PostgreSQL reads it."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, list | tuple):
        return "{" + ",".join(_element(one) for one in value) + "}"
    return str(value)


def _element(value: Any) -> str:
    text = _text(value)
    if text is None:
        return "NULL"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
