"""The embedded PostgreSQL: starting, joining, and what happens after kill -9."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
import pytest

from models.embedded_postgres.install import EmbeddedPostgresError, account
from models.embedded_postgres.server import running

HOLD = """
import sys
from pathlib import Path
from models.embedded_postgres.server import running
with running(Path(sys.argv[1]), durable=False) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a cluster, whose server does not run."""
    directory = tmp_path_factory.mktemp("data")
    with running(directory, durable=False):
        pass
    return directory


@contextmanager
def holder(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process inside `running`, until its standard input ends."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", HOLD, str(directory)]
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        yield process


def url_from(process: subprocess.Popen[str]) -> str:
    """The URL that a holder prints; empty if it failed."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def server_pid(directory: Path) -> int:
    return int((directory / "postgres/postmaster.pid").read_text().splitlines()[0])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_a_fresh_directory_gets_a_database(tmp_path: Path) -> None:
    directory = tmp_path / "not" / "yet"
    with running(directory) as url:
        assert url.endswith("/tenure")
        assert await ask(url, "SHOW fsync") == "on"
        assert await ask(url, "SHOW data_checksums") == "on"
        assert await ask(url, "SHOW server_encoding") == "UTF8"
        assert await ask(url, "SELECT datcollate FROM pg_database WHERE datname = 'tenure'") == "C"
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(url.replace("postgres:", "postgres:x"), "SELECT 1")
    assert stat.S_IMODE((directory / "postgres.password").stat().st_mode) == 0o600
    assert stat.S_IMODE((directory / "postgres").stat().st_mode) == 0o700
    with pytest.raises(OSError, match=r"refused|failed"):
        await ask(url, "SELECT 1")


async def test_data_outlive_the_server(data_dir: Path) -> None:
    with running(data_dir, durable=False) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 42 AS n")
    with running(data_dir, durable=False) as url:
        assert await ask(url, "SELECT n FROM kept") == 42


async def test_another_process_joins_and_leaves(data_dir: Path) -> None:
    with running(data_dir, durable=False) as url:
        with holder(data_dir) as other:
            assert url_from(other) == url
        assert other.returncode == 0
        assert await ask(url, "SELECT 1") == 1


async def test_two_starts_at_once_share_one_server(tmp_path: Path) -> None:
    with ExitStack() as stack:
        first, second = (stack.enter_context(holder(tmp_path)) for _ in range(2))
        url = url_from(first)
        assert url
        assert url_from(second) == url
        assert await ask(url, "SELECT 1") == 1


def test_the_terminal_does_not_reach_the_server(data_dir: Path) -> None:
    with running(data_dir, durable=False):
        assert os.getsid(server_pid(data_dir)) != os.getsid(0)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's parent-death signal")
async def test_a_server_starts_right_after_a_killed_owner(data_dir: Path) -> None:
    with holder(data_dir) as owner:
        url = url_from(owner)
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute("CREATE TABLE acknowledged AS SELECT 7 AS n")
        old = server_pid(data_dir)
        os.kill(old, signal.SIGSTOP)  # its pid file still says that it is ready
        kill(owner)
        threading.Timer(0.2, os.kill, (old, signal.SIGCONT)).start()
        with running(data_dir, durable=False) as url:
            assert server_pid(data_dir) != old
            assert await ask(url, "SELECT n FROM acknowledged") == 7
        connection.terminate()


async def test_a_killed_server_recovers(data_dir: Path) -> None:
    with running(data_dir) as url:
        await ask(url, "CREATE TABLE written AS SELECT 8 AS n")
        os.kill(server_pid(data_dir), signal.SIGKILL)
    with running(data_dir) as url:
        assert await ask(url, "SELECT n FROM written") == 8


def test_a_stale_pid_of_another_process_is_ignored(data_dir: Path) -> None:
    uid, gid = account(data_dir / "postgres")
    user = {"user": uid, "group": gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(["/bin/sleep", "60"], **user) as stranger:  # type: ignore[call-overload]
        lines = [stranger.pid, data_dir / "postgres", 1, 5432, "", "127.0.0.1", "1 1", "ready"]
        (data_dir / "postgres/postmaster.pid").write_text("".join(f"{line}\n" for line in lines))
        with running(data_dir, durable=False):
            assert server_pid(data_dir) != stranger.pid
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("reached", ["postgres.new", "postgres.new/PG_VERSION", "postgres.new/base/4"])
async def test_a_killed_creation_starts_again(tmp_path: Path, reached: str) -> None:
    with holder(tmp_path) as starter:
        until((tmp_path / reached).exists)
        kill(starter)
        assert not (tmp_path / "postgres").exists()
    with running(tmp_path, durable=False) as url:
        assert await ask(url, "SELECT 1") == 1
    assert not (tmp_path / "postgres.new").exists()


def test_a_failed_start_says_why(data_dir: Path) -> None:
    config = data_dir / "postgres/postgresql.conf"
    good = config.read_text()
    config.write_text(good + "\nwork_mem = much\n")
    try:
        with pytest.raises(EmbeddedPostgresError, match='invalid value for parameter "work_mem"'):
            running(data_dir).__enter__()
    finally:
        config.write_text(good)


def test_only_the_main_thread_starts_a_server(data_dir: Path) -> None:
    errors = []

    def start() -> None:
        with pytest.raises(EmbeddedPostgresError, match="main thread") as error:
            running(data_dir).__enter__()
        errors.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert errors
