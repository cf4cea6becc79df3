"""How much of the processors' time an answer takes: on a busy machine that sways less than what elapses."""

from collections.abc import Iterable
from pathlib import Path

from tools.bench.data import superuser


def spent(pids: Iterable[int]) -> float:
    """Seconds that these processes have had a processor, all their threads; those that have ended count 0."""
    return sum(_spent(pid) for pid in pids)


async def backends(url: str) -> list[int]:
    """The pids of PostgreSQL's processes, as far as they belong to connections and the log."""
    async with superuser(url) as connection:
        rows = await connection.fetch("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    return [row["pid"] for row in rows]


def _spent(pid: int) -> float:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
    except OSError:
        return 0.0
