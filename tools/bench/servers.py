"""The servers under test: one process each, on 127.0.0.1, stopped with the benchmark."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from domain.principal import Principal, Role
from server.auth.signing_key import instance_key
from server.auth.tokens import mint
from tools.bench.data import PARTNER, plain

PEERS = Path(__file__).parent / "peers"
PATIENCE = 60.0  # seconds within which a server must listen
TENURE = (sys.executable, "-m", "cli", "serve")


@dataclass(frozen=True)
class Server:
    """A process that has been started, and the file of its output."""

    port: int
    process: subprocess.Popen[bytes]
    output: IO[bytes]
    token: str | None = None

    def memory(self) -> int:
        """The resident set, in bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def wait(self) -> None:
        """Until it listens. Raises RuntimeError if it does not."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        self.output.seek(0)
        raise RuntimeError(f"{self.process.args!r} does not listen: {self.output.read()[-1000:]!r}")


@contextmanager
def started(
    command: tuple[str, ...],
    settings: Mapping[str, str],
    *,
    folder: Path | None = None,
    token: str | None = None,
) -> Iterator[Server]:
    """A process with PORT in its settings. It may not listen yet, so that several start together."""
    port = _free_port()
    environment = {**os.environ, **settings, "PORT": str(port)}
    command = tuple(part.replace("PORT", str(port)) for part in command)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=output, stderr=output)
        try:
            yield Server(port, process, output, token)
        finally:
            process.terminate()
            process.wait(60)


@contextmanager
def tenure(url: str, folder: Path, *, plans: bool = True) -> Iterator[Server]:
    """`tenure serve` as in production, with an admin's token, but without an effective rate limit."""
    settings = {"DATABASE_URL": url, "DATA_DIR": str(folder), "PLANS": str(plans), "SHUTDOWN_GRACE": "0"}
    settings["RATE_LIMIT"] = "1000000000"
    token = mint(
        instance_key(folder), Principal(Role.PARTNER_ADMIN, "bench", PARTNER), int(time.time()), days=1
    )
    with started(TENURE, settings, token=token) as server:
        yield server


@contextmanager
def uvicorn(name: str, url: str) -> Iterator[Server]:
    """A module of tools.bench with an `app`."""
    command = (sys.executable, "-m", "uvicorn", f"tools.bench.{name}:app", "--port", "PORT")
    quiet = ("--no-access-log", "--log-level", "warning")
    with started((*command, *quiet), {"DATABASE_URL": plain(url)}) as server:
        yield server


def install_peers(folder: Path) -> str | None:
    """Installs the peers on Node. Returns the reason if that fails, else None."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    for path in PEERS.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=300)
    except subprocess.CalledProcessError as error:
        return f"npm install failed: {error.stderr.strip()[-300:]}"
    except subprocess.TimeoutExpired:
        return "npm install took longer than five minutes"
    return None


@contextmanager
def node(script: str, folder: Path, peer_url: str) -> Iterator[Server]:
    settings = {"DATABASE_URL": peer_url, "PARTNER_ID": str(PARTNER), "NODE_ENV": "production"}
    settings["GRAPHILE_ENV"] = "production"
    command = (str(folder / "node_modules" / ".bin" / "node"), f"{script}.mjs")
    with started(command, settings, folder=folder) as server:
        yield server


def versions(folder: Path) -> dict[str, str]:
    """The versions of the installed peers."""
    wanted: dict[str, str] = json.loads((PEERS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return {name: wanted[name] for name in wanted if (folder / "node_modules" / name).exists()}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
