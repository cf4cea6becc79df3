"""`make soak`: 36 clients use a server while its database is restarted and then killed."""

import argparse
import asyncio
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from domain.principal import Principal, Role
from models.engine import DatabaseRole, create_engine
from models.migrate import migrate
from resolvers.ids import to_global_id
from server.auth.signing_key import instance_key
from server.auth.tokens import mint
from tools.chaos.check import violations
from tools.chaos.partners import Sold, build
from tools.server_process import TENURE, started
from tools.soak.check import compare
from tools.soak.clients import Client, Notes
from tools.soak.postgres import Postgres
from tools.soak.watcher import Watcher

PARTNERS, EACH = 3, 12  # a client for each subscription
PAUSE = 25.0  # seconds before, between and after the two times that the database goes away
CATCH_UP = 15.0  # seconds within which the live query must have caught up


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def served(database_url: str, directory: Path) -> Iterator[str]:
    """The address of `tenure serve`. Raises RuntimeError if the server fails in the end."""
    settings = {"DATABASE_URL": database_url, "DATA_DIR": str(directory), "SHUTDOWN_GRACE": "0"}
    with started(TENURE, settings) as server:
        server.wait()
        yield f"127.0.0.1:{server.port}"
    if server.process.returncode != 0:
        raise RuntimeError(f"The server ended with {server.process.returncode}.")


async def run(postgres: Postgres, directory: Path, pause: float) -> list[str]:
    """What is wrong; prints a report."""
    await migrate(postgres.url)
    engine = create_engine(postgres.url, DatabaseRole.APP, 1)
    sold = await build(engine, now, PARTNERS, EACH)
    await engine.dispose()
    with served(postgres.url, directory) as host:
        async with httpx.AsyncClient(base_url=f"http://{host}", timeout=60) as http:
            clients, watcher = _connect(sold, http, f"ws://{host}/graphql", directory)
            watching = asyncio.create_task(watcher.watch())
            wrong = await _under_load(postgres, clients, pause)
            wrong += await _missed(watcher, clients)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    owner = create_engine(postgres.url, None, 1)
    async with owner.connect() as connection:
        wrong += await compare(connection, clients)
        wrong += [f"{name}: {count}" for name, count in (await violations(connection, now())).items()]
    await owner.dispose()
    return wrong


def _connect(
    sold: list[Sold], http: httpx.AsyncClient, sockets: str, directory: Path
) -> tuple[list[Client], Watcher]:
    """A client for each subscription, and a live query of the first partner's."""
    key, notes, clients, tokens = instance_key(directory), Notes(), [], dict[object, str]()
    for one in sold:
        principal = Principal(Role.PARTNER_ADMIN, "soak", one.partner_id, None)
        token = tokens.setdefault(one.partner_id, mint(key, principal, int(time.time()), 1))
        subscription = to_global_id("CustomerSubscription", one.subscription_id)
        clients.append(Client(http, token, subscription, notes, 10))
    return clients, Watcher(sockets, clients[0].token)


async def _under_load(postgres: Postgres, clients: list[Client], pause: float) -> list[str]:
    """Restarts and kills the database while the clients act."""
    over = asyncio.Event()
    acting = [asyncio.create_task(client.act(lambda: not over.is_set())) for client in clients]
    back = []
    for how in (signal.SIGINT, signal.SIGKILL):
        await asyncio.sleep(pause)
        await postgres.away(how, 2.0)
        back.append(time.monotonic())
    await asyncio.sleep(pause)
    over.set()
    _, late = await asyncio.wait(acting, timeout=60)
    broken = [task.exception() for task in acting if task.done() and task.exception()]
    notes = clients[0].notes
    _report(notes, clients, back)
    return [*notes.unexpected[:5], *map(repr, broken), *(["A client was never answered."] if late else [])]


async def _missed(watcher: Watcher, clients: list[Client]) -> list[str]:
    """What the live query missed of its partner's records."""
    written = {record for client in clients if client.token == clients[0].token for record in client.records}
    for _ in range(round(CATCH_UP * 10)):
        if written <= watcher.seen:
            break
        await asyncio.sleep(0.1)
    print(f"live query: {len(written & watcher.seen)} of {len(written)} records")
    missed = [f"The live query missed {len(written - watcher.seen)}."] if written - watcher.seen else []
    return missed + ([f"The live query ended: {watcher.broken}"] if watcher.broken else [])


def _report(notes: Notes, clients: list[Client], back: list[float]) -> None:
    done, took = notes.acknowledged_at, statistics.quantiles(notes.seconds, n=100)
    recovered = [min((at for at in done if at > moment), default=float("inf")) - moment for moment in back]
    print(f"clients: {len(clients)}, mutations acknowledged: {len(done)}, reads: {notes.reads}")
    print(f"answers: p50 {took[49] * 1000:.0f} ms, p99 {took[98] * 1000:.0f} ms, "
          f"longest {max(notes.seconds):.1f} s; errors: {dict(notes.codes) or 'none'}")  # fmt: skip
    print("first mutation after the database was back (restart, kill -9): "
          + ", ".join(f"{seconds:.2f} s" for seconds in recovered))  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between the interruptions")
    pause = parser.parse_args().pause
    with tempfile.TemporaryDirectory(prefix="tenure-soak-") as directory:
        postgres = Postgres(Path(directory))
        postgres.start()
        try:
            wrong = asyncio.run(run(postgres, Path(directory), pause))
        finally:
            postgres.stop()
    print("violations: " + ("; ".join(wrong) or "none"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
