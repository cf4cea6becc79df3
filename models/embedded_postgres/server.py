"""The embedded PostgreSQL server, used when DATABASE_URL is not set.

One server runs for each data directory. The process that starts it owns it: the server stops when that
process leaves `running`, or dies, even by kill -9. Other processes on the same directory join the running
server, and lose it when its owner ends.

A lock on `postgres.lock` decides who may start. The server inherits the locked file, so the lock is held
as long as any program works on the cluster. A pid in a file could be stale.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from models.embedded_postgres.cluster import Place, create
from models.embedded_postgres.install import HERE, EmbeddedPostgresError, Launcher, account, programs

START_SECONDS = 60.0  # recovery after a crash takes time
STOP_SECONDS = 60.0
PAUSE_SECONDS = 0.01

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # only TCP: a socket's path would have to be short and reachable
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Errors of statements go to the client. In this log they would only fill the disk.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """Yield the SQLAlchemy URL of the database `tenure` on a running server. Starts one if none runs.

    Enter it from the main thread: Linux ends the server with the thread that started it. `durable=False`
    is for tests: nothing waits for the disk, and a power failure may destroy the data.
    Raises EmbeddedPostgresError, with the end of the log if the server did not start.
    """
    place = Place(data_dir.resolve())
    port, server = _ready(place, durable)
    try:
        yield f"postgresql+asyncpg://postgres:{place.password.read_text()}@127.0.0.1:{port}/tenure"
    finally:
        if server is not None:
            server.stop()


@dataclass(frozen=True)
class _Server:
    """A server that this process has started."""

    process: subprocess.Popen[bytes]
    owner: IO[bytes]

    def wait_ready(self, place: Place, log_start: int) -> int:
        """The port, as soon as the server accepts connections."""
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if (port := _port(place)) is not None:
                return port
            time.sleep(PAUSE_SECONDS)
        raise EmbeddedPostgresError(f"PostgreSQL did not start:\n{place.log_since(log_start)}")

    def stop(self) -> None:
        """Shut down: fast first, then immediate, then kill, with STOP_SECONDS between them."""
        with self.owner:
            for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                self.process.send_signal(request)
                try:
                    self.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
                return


def _ready(place: Place, durable: bool) -> tuple[int, _Server | None]:
    """The port of a server that accepts connections, and the server if this call started it."""
    place.root.mkdir(parents=True, exist_ok=True)
    with _opened(place.lock) as lock, _opened(place.log) as log:
        if (port := _lock_or_port(place, lock)) is not None:
            return port, None
        if threading.current_thread() is not threading.main_thread():
            raise EmbeddedPostgresError("The embedded PostgreSQL must be started from the main thread.")
        uid, gid = account(place.cluster)
        launcher = Launcher(programs(uid, gid), uid, gid, log.fileno(), lock.fileno())
        if not place.cluster.exists():
            create(place, launcher, durable=durable)
        return _start(place, launcher, durable)


def _start(place: Place, launcher: Launcher, durable: bool) -> tuple[int, _Server]:
    # We hold the lock, so the file is stale. PostgreSQL does not start if another process now has its pid.
    place.pid_file.unlink(missing_ok=True)
    settings = SETTINGS | {"port": str(_free_port())} | ({} if durable else NOT_DURABLE)
    options = [f"--{name}={value}" for name, value in settings.items()]
    log_start = place.log.stat().st_size
    owner = _own(place.owner)
    server = _Server(launcher.start(place.cluster, "postgres", "-D", HERE, *options), owner)
    try:
        return server.wait_ready(place, log_start), server
    except BaseException:
        server.stop()
        raise


def _lock_or_port(place: Place, lock: IO[bytes]) -> int | None:
    """Wait until the lock is ours (None), or until another process's server can be joined (its port).

    On Linux, a server without an owner is about to stop: it cannot be joined.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if _try_lock(lock, fcntl.LOCK_EX):
            return None
        port = _port(place)
        if port is not None and (sys.platform != "linux" or _has_owner(place)):
            return port
        time.sleep(PAUSE_SECONDS)
    raise EmbeddedPostgresError(f"Another process holds {place.lock}, but its PostgreSQL does not get ready.")


def _port(place: Place) -> int | None:
    """The port of the server, if its pid file says that it accepts connections."""
    try:
        lines = place.pid_file.read_text().splitlines()
    except FileNotFoundError:
        return None
    ready = len(lines) == 8 and lines[7].strip() == "ready"  # as pg_ctl checks it
    return int(lines[3]) if ready else None


def _opened(path: Path) -> IO[bytes]:
    """Open for appending, created if missing, with access for this user only."""
    try:
        return open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))
    except PermissionError as error:
        raise EmbeddedPostgresError(
            f"{path} belongs to another user: set DATA_DIR to a directory of your own."
        ) from error


def _try_lock(file: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _own(path: Path) -> IO[bytes]:
    """A lock that ends with this process, and so shows that the process lives."""
    path.unlink(missing_ok=True)  # children of a former owner may still lock the old file
    owner = _opened(path)
    fcntl.flock(owner, fcntl.LOCK_EX)
    return owner


def _has_owner(place: Place) -> bool:
    try:
        with place.owner.open("rb") as owner:
            # Shared, so that two processes that check at once do not block each other.
            return not _try_lock(owner, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
