"""`make chaos`: kills a hundred workers and a hundred connections under load, then checks the rows."""

import argparse
import asyncio
import logging
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.embedded_postgres import server as embedded
from models.engine import DatabaseRole, create_engine
from models.migrate import migrate
from tools.chaos.check import counts, violations
from tools.chaos.clock import FastClock
from tools.chaos.partners import BASE, act, build
from workers.renewals import RenewalWorker

KILLS = 100
WORKERS = 3
CLIENTS = 2
SPEED = 86_400 * 4.0  # four days a second
DAYS_A_KILL = 5
SEED = 20240131

_CUT_ONE = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE application_name = 'tenure' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
)


def start_worker(url: str, clock: FastClock) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tools.chaos.worker_process", url, *clock.arguments()]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


async def kill_at_random(
    url: str, clock: FastClock, owner: AsyncEngine, chance: random.Random, kills: int
) -> tuple[int, int]:
    """How many workers and how many connections were killed."""
    workers = [start_worker(url, clock) for _ in range(WORKERS)]
    killed = cut = 0
    try:
        while killed < kills or cut < kills:
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            if killed < kills:
                victim = chance.randrange(WORKERS)
                workers[victim].send_signal(signal.SIGKILL)
                workers[victim].wait()
                workers[victim] = start_worker(url, clock)
                killed += 1
            if cut < kills:
                async with owner.begin() as connection:
                    cut += len((await connection.execute(_CUT_ONE)).all())
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return killed, cut


async def run(url: str, kills: int) -> int:
    """0 if nothing is wrong, else 1."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    owner, engine = create_engine(url, None, 2), create_engine(url, DatabaseRole.APP, CLIENTS)
    await migrate(url)
    sold = await build(engine, lambda: BASE, partners=4, each=60)
    days = kills * DAYS_A_KILL
    clock = FastClock(BASE, time.time(), SPEED, BASE + timedelta(days=days))
    chances = [random.Random(SEED + number) for number in range(CLIENTS)]  # noqa: S311 - repeatable, not secret
    acting = [asyncio.create_task(act(engine, clock, sold, each)) for each in chances]
    killed, cut = await kill_at_random(url, clock, owner, chance, kills)
    for task in acting:
        task.cancel()
    broken = [r for r in await asyncio.gather(*acting, return_exceptions=True) if isinstance(r, Exception)]
    await asyncio.sleep(max(0.0, clock.began + days * 86_400 / SPEED - time.time()))
    last = RenewalWorker(url, clock)
    while await last.run_once():
        pass
    await last.close()
    async with owner.connect() as connection:
        found, made = await violations(connection, clock()), await counts(connection)
    await owner.dispose()
    await engine.dispose()
    print(f"workers killed: {killed}, connections cut: {cut}, subscriptions: {len(sold)}")
    print(", ".join(f"{name}: {number}" for name, number in made.items()))
    print(f"violations: {found or 'none'}; clients that broke: {broken or 'none'}")
    return 1 if found or broken else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help="of workers, and as many of connections")
    kills = parser.parse_args().kills
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with (
        tempfile.TemporaryDirectory(prefix="tenure-chaos-") as directory,
        embedded.running(Path(directory)) as url,
        suppress(KeyboardInterrupt),
    ):
        return asyncio.run(run(url, kills))
    return 130


if __name__ == "__main__":
    sys.exit(main())
