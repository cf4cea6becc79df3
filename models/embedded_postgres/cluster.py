"""The files of the embedded PostgreSQL, and how a new cluster is created."""

import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from models.embedded_postgres.install import HERE, EmbeddedPostgresError, Launcher


@dataclass(frozen=True)
class Place:
    """A data directory, and the names of the embedded server's files in it."""

    root: Path

    @property
    def cluster(self) -> Path:
        """The directory with the files of the database."""
        return self.root / "postgres"

    @property
    def pid_file(self) -> Path:
        """The server writes here its pid, its port and whether it is ready."""
        return self.cluster / "postmaster.pid"

    @property
    def password(self) -> Path:
        """The superuser's password; only the server's account can read it."""
        return self.root / "postgres.password"

    @property
    def log(self) -> Path:
        """The output of initdb and of the server, appended."""
        return self.root / "postgres.log"

    @property
    def lock(self) -> Path:
        """Locked by the process that sets up the server, then by the server itself while it lives."""
        return self.root / "postgres.lock"

    @property
    def owner(self) -> Path:
        """Locked by the process that started the server and will stop it."""
        return self.root / "postgres.owner"

    def log_since(self, start: int) -> str:
        """The last lines of the log after byte `start`."""
        text = self.log.read_bytes()[start:].decode(errors="replace")
        return "\n".join(text.splitlines()[-20:])


def create(place: Place, launcher: Launcher, *, durable: bool) -> None:
    """Create the cluster with an empty database `tenure`. Removes the files of a failed attempt first.

    Raises EmbeddedPostgresError.
    """
    new = place.root / "postgres.new"
    if new.exists():
        shutil.rmtree(new)
    new.mkdir(mode=0o700)
    os.chown(new, launcher.uid, launcher.gid)
    _write_password(place.password, launcher)
    initdb = ["--pgdata", HERE, "--username=postgres", "--auth=scram-sha-256", "--pwfile=/dev/stdin"]
    initdb += ["--encoding=UTF8", "--locale=C", "--data-checksums", *([] if durable else ["--no-sync"])]
    with place.password.open("rb") as password:
        _finish(place, launcher.start(new, "initdb", *initdb, stdin=password))
    with tempfile.TemporaryFile() as sql:
        sql.write(b"CREATE DATABASE tenure;\n")
        sql.seek(0)
        single = ["--single", "-D", HERE, "-c", "exit_on_error=on", "template1"]
        _finish(place, launcher.start(new, "postgres", *single, stdin=sql))
    new.rename(place.cluster)
    _sync(place.root)


def _finish(place: Place, process: subprocess.Popen[bytes]) -> None:
    if process.wait() != 0:
        raise EmbeddedPostgresError(f"The database could not be created:\n{place.log_since(0)}")


def _write_password(path: Path, launcher: Launcher) -> None:
    path.unlink(missing_ok=True)
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        os.fchown(file.fileno(), launcher.uid, launcher.gid)
        file.write(secrets.token_urlsafe(24).encode())
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    """Make a rename in `directory` survive a power cut."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
