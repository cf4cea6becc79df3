"""This checkout against another one: the same requests to both servers, in turns, and the ratio of medians.

The other checkout may be of an older layout: it is only driven from outside, through the `tenure` of its own
virtual environment, HTTP and SQL. Each has a database of its own in one PostgreSQL, with the same data.
"""

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import UUID

import orjson

from resolvers.ids import to_global_id
from tools.bench.client import Client, connected, encoded
from tools.bench.data import PARTNER, grow, superuser
from tools.bench.harness import of_round, scratch_database
from tools.bench.loading import write_file
from tools.bench.mutations import cases, check, needed, schedule
from tools.bench.operations import operations
from tools.bench.reading import warm_up
from tools.bench.report import Report, table
from tools.server_process import started

ROOT = Path(__file__).parents[2]
THIS, OTHER = "this", "other"
FIRST_RENEWAL = 2026  # every term of the data ends on 1 March
ADVANCE = "mutation($to: DateTime!) { advanceClock(input: {to: $to}) { renewed userErrors { message } } }"


@dataclass(frozen=True)
class Version:
    """A checkout, its database and the folder of its signing key."""

    checkout: Path
    url: str
    folder: str

    @property
    def settings(self) -> dict[str, str]:
        limits = {"RATE_LIMIT": "1000000000", "SHUTDOWN_GRACE": "0"}
        return {"DATABASE_URL": self.url, "DATA_DIR": self.folder, "PYTHONPATH": str(self.checkout), **limits}

    @property
    def program(self) -> str:
        return str(self.checkout / ".venv" / "bin" / "tenure")

    def run(self, *arguments: str) -> str:
        """The output of a command. Raises RuntimeError if it fails."""
        done = subprocess.run(
            [self.program, *arguments],
            cwd=self.checkout,
            env={**os.environ, **self.settings},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{self.program} {' '.join(arguments)}: {done.stderr[-2000:]}")
        return done.stdout.strip()


Clients = Mapping[str, Client]
Seconds = dict[str, list[float]]


@contextmanager
def served(versions: Mapping[str, Version]) -> Iterator[Clients]:
    """A client of each version's server, with an admin's token."""
    partner = to_global_id("Partner", PARTNER)
    with ExitStack() as stack:
        servers = {}
        for name, version in versions.items():
            token = version.run("token", "PARTNER_ADMIN", "--partner", partner, "--name", "bench")
            command = (version.program, "serve")
            servers[name] = stack.enter_context(
                started(command, version.settings, folder=version.checkout, token=token)
            )
        yield {name: stack.enter_context(connected(server)) for name, server in servers.items()}


def alternate(rounds: int, take: Callable[[str, int], float]) -> Seconds:
    """`take` gets the version's name and the round; each round starts with the other version."""
    taken: Seconds = {THIS: [], OTHER: []}
    for number in range(rounds):
        for name in of_round((THIS, OTHER), number):
            taken[name].append(take(name, number))
    return taken


def done(client: Client, body: bytes) -> float:
    """Seconds of a mutation. Raises RuntimeError if it is refused."""
    begun = time.perf_counter()
    answer = client.post(body)
    seconds = time.perf_counter() - begun
    answered = orjson.loads(answer)
    if answered.get("errors"):
        raise RuntimeError(f"Refused: {answered['errors']}")
    check(answered["data"])
    return seconds


def compare_reading(clients: Clients, rounds: int) -> Iterator[tuple[str, Seconds]]:
    for name, operation in operations().items():
        body = encoded(operation.document, operation.variables)
        answers = {side: orjson.loads(client.post(body)) for side, client in clients.items()}
        if answers[THIS] != answers[OTHER] or answers[THIS].get("errors"):
            raise AssertionError(f"The answers to the {name} differ:\n{answers}"[:5000])
        for client in clients.values():
            warm_up(client, body)

        def take(side: str, _round: int, body: bytes = body, times: int = operation.times) -> float:
            return median(clients[side].timed(body) for _ in range(times))

        yield name, alternate(rounds, take)


def compare_mutations(clients: Clients, count: int) -> Iterator[tuple[str, Seconds]]:
    for case in cases(count):
        bodies = [encoded(case.document, variables) for variables in case.variables(count)]

        def take(side: str, number: int, bodies: list[bytes] = bodies) -> float:
            return done(clients[side], bodies[number])

        yield case.name, alternate(count, take)


def compare_renewals(clients: Clients, rounds: int) -> Seconds:
    """A year in each round: all running subscriptions renew on one day."""

    def take(side: str, number: int) -> float:
        body = encoded(ADVANCE, {"to": f"{FIRST_RENEWAL + number}-03-02T12:00:00Z"})
        return done(clients[side], body)

    return alternate(rounds, take)


def compare_loading(versions: Mapping[str, Version], count: int, rounds: int, folder: Path) -> Seconds:
    """`tenure load` of a new partner in each round, with the start of the program."""
    files = [folder / f"{number}.jsonl" for number in range(rounds)]
    for number, path in enumerate(files, 1):
        write_file(path, count, UUID(int=number))

    def take(side: str, number: int) -> float:
        begun = time.perf_counter()
        versions[side].run("load", str(files[number]), "--renew-overdue")
        return time.perf_counter() - begun

    return alternate(rounds, take)


def row(name: str, taken: Seconds) -> list[str]:
    this, other = median(taken[THIS]), median(taken[OTHER])
    return [name, f"{this * 1e3:,.2f}", f"{other * 1e3:,.2f}", f"{this / other:.2f}"]


async def _prepare(versions: Mapping[str, Version], count: int) -> None:
    base, _, name = versions[OTHER].url.rpartition("/")
    async with superuser(f"{base}/postgres") as connection:
        await connection.execute(f"CREATE DATABASE {name}")
    versions[OTHER].run("migrate")
    for version in versions.values():
        await grow(version.url, max(needed(count), 1000))
        await schedule(version.url, count)


def run(report: Report, other: Path, rounds: int, count: int, loaded: int) -> None:
    """`count` is how many subscriptions each mutation changes, `loaded` how many a file has."""
    with scratch_database() as url, tempfile.TemporaryDirectory(prefix="tenure-bench-") as folder:
        for name in (THIS, OTHER):
            (Path(folder) / name).mkdir()
        versions = {
            THIS: Version(ROOT, url, f"{folder}/{THIS}"),
            OTHER: Version(other.resolve(), f"{url.rpartition('/')[0]}/other", f"{folder}/{OTHER}"),
        }
        asyncio.run(_prepare(versions, count))
        with served(versions) as clients:
            rows = [row(name, taken) for name, taken in compare_reading(clients, rounds)]
            rows += [row(name, taken) for name, taken in compare_mutations(clients, count)]
            rows.append(row("renewals", compare_renewals(clients, max(rounds // 3, 2))))
        loading = compare_loading(versions, loaded, max(rounds // 3, 2), Path(folder))
        rows.append(row(f"loading {loaded:,}", loading))
    report.say(
        f"This checkout against {other}",
        f"Milliseconds, medians of {rounds} rounds (mutations: {count}). A ratio below 1: this is faster.",
        table(["", THIS, OTHER, "ratio"], rows),
    )
