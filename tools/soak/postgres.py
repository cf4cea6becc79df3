"""A PostgreSQL of the run's own, always on the same port, that can be restarted and killed."""

import asyncio
import fcntl
import signal
import subprocess
import time
from pathlib import Path
from socket import create_server

from models.embedded_postgres.cluster import Place, create
from models.embedded_postgres.install import HERE, Launcher, account, programs
from models.embedded_postgres.server import SETTINGS

PATIENCE = 60.0  # seconds


class Postgres:
    """Start and stop it from one thread: Linux ends it with the thread that started it."""

    def __init__(self, root: Path) -> None:
        self._place = Place(root)
        with create_server(("127.0.0.1", 0)) as probe:
            self._port = int(probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self._place.password.read_text()}@127.0.0.1:{self._port}/tenure"

    def start(self) -> None:
        """Waits until the last process of the previous one is gone and this one is ready."""
        place = self._place
        with place.lock.open("ab") as lock, place.log.open("ab") as log:
            fcntl.flock(lock, fcntl.LOCK_EX)
            uid, gid = account(place.cluster)
            launcher = Launcher(programs(uid, gid), uid, gid, log.fileno(), lock.fileno())
            if not place.cluster.exists():
                create(place, launcher, durable=True)
            place.pid_file.unlink(missing_ok=True)
            options = [f"--{name}={value}" for name, value in (SETTINGS | {"port": str(self._port)}).items()]
            self._process = launcher.start(place.cluster, "postgres", "-D", HERE, *options)
        deadline = time.monotonic() + PATIENCE
        while not self._is_ready():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start:\n{place.log_since(0)}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is the fast shutdown, SIGKILL a crash; the other processes end without their postmaster."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)

    async def away(self, how: signal.Signals, seconds: float) -> None:
        """Stops it and starts it again after that many seconds."""
        self.stop(how)
        await asyncio.sleep(seconds)
        self.start()

    def _is_ready(self) -> bool:
        path = self._place.pid_file
        lines = path.read_text().splitlines() if path.exists() else []
        return len(lines) == 8 and lines[7].strip() == "ready"
