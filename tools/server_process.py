"""Starts a server, ours or another one, as a process on 127.0.0.1."""

import os
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

PATIENCE = 180.0  # seconds within which a server must listen, even on a busy machine
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
    port: int | None = None,
) -> Iterator[Server]:
    """Starts a process with PORT in its settings. It may not listen yet: several start together."""
    port = port or free_port()
    environment = {**os.environ, **settings, "PORT": str(port)}
    command = tuple(part.replace("PORT", str(port)) for part in command)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=output, stderr=output)
        try:
            yield Server(port, process, output, token)
        finally:
            process.terminate()
            process.wait(60)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
