"""CPU time of processes. On a busy machine it varies less than the elapsed time."""

from collections.abc import Iterable
from pathlib import Path

from tools.bench.data import superuser


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU seconds of these processes and their threads; processes that have ended count 0."""
    return sum(_of_process(pid) for pid in pids)


async def backends(url: str) -> list[int]:
    """The pids of the PostgreSQL processes that serve connections and write the log."""
    async with superuser(url) as connection:
        rows = await connection.fetch("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    return [row["pid"] for row in rows]


def _of_process(pid: int) -> float:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
    except OSError:
        return 0.0
