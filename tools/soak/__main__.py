"""`make load`: some dozen clients of a real server, whose database is restarted and killed meanwhile."""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from socket import create_server

import httpx

from domain.principal import Principal, Role
from models.engine import DatabaseRole, create_engine
from models.migrate import migrate
from resolvers.ids import to_global_id
from server.auth.signing_key import instance_key
from server.auth.tokens import mint
from tools.chaos.check import violations
from tools.chaos.world import Held, build
from tools.soak.check import compare
from tools.soak.clients import Client, Notes
from tools.soak.postgres import Postgres
from tools.soak.watcher import Watcher

PARTNERS, EACH = 3, 12  # a client for each subscription
STAGE = 25.0  # seconds before, between and after the two times that the database goes away
LAST_LOOK = 15.0  # seconds within which a live query must have caught up


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def served(database_url: str, directory: Path) -> Iterator[str]:
    """`tenure serve` in a process of its own: its address."""
    with create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    settings = {"DATABASE_URL": database_url, "DATA_DIR": str(directory), "PORT": port, "SHUTDOWN_GRACE": "0"}
    command = [sys.executable, "-m", "cli", "serve"]
    process = subprocess.Popen(command, env=os.environ | settings)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)
    if process.returncode != 0:
        raise RuntimeError(f"The server ended with {process.returncode}.")


async def ready(http: httpx.AsyncClient) -> None:
    for _ in range(600):
        try:
            if (await http.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError("The server does not get ready.")


async def run(postgres: Postgres, directory: Path) -> list[str]:
    """What is wrong; prints a report."""
    await migrate(postgres.url)
    engine = create_engine(postgres.url, DatabaseRole.APP, 1)
    held = await build(engine, now, PARTNERS, EACH)
    await engine.dispose()
    with served(postgres.url, directory) as host:
        async with httpx.AsyncClient(base_url=f"http://{host}", timeout=60) as http:
            await ready(http)
            clients, watcher = _cast(held, http, f"ws://{host}/graphql", directory)
            watching = asyncio.create_task(watcher.watch())
            wrong = await _under_load(postgres, clients)
            wrong += await _seen(watcher, clients)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    owner = create_engine(postgres.url, None, 1)
    async with owner.connect() as connection:
        wrong += await compare(connection, clients)
        wrong += [f"{name}: {count}" for name, count in (await violations(connection, now())).items()]
    await owner.dispose()
    return wrong


def _cast(
    held: list[Held], http: httpx.AsyncClient, sockets: str, directory: Path
) -> tuple[list[Client], Watcher]:
    """A client for each subscription, and one that watches the first partner's."""
    key, notes, clients, tokens = instance_key(directory), Notes(), [], dict[object, str]()
    for one in held:
        principal = Principal(Role.PARTNER_ADMIN, "load", one.partner_id, None)
        token = tokens.setdefault(one.partner_id, mint(key, principal, int(time.time()), 1))
        subscription = to_global_id("CustomerSubscription", one.subscription_id)
        clients.append(Client(http, token, subscription, notes, 10))
    return clients, Watcher(sockets, clients[0].token)


async def _under_load(postgres: Postgres, clients: list[Client]) -> list[str]:
    """Restarts and kills the database while the clients act."""
    over = asyncio.Event()
    acting = [asyncio.create_task(client.act(lambda: not over.is_set())) for client in clients]
    back = []
    for how in (signal.SIGINT, signal.SIGKILL):
        await asyncio.sleep(STAGE)
        await postgres.away(how, 2.0)
        back.append(time.monotonic())
    await asyncio.sleep(STAGE)
    over.set()
    _, late = await asyncio.wait(acting, timeout=60)
    broken = [task.exception() for task in acting if task.done() and task.exception()]
    notes = clients[0].notes
    _report(notes, clients, back)
    return [*notes.unexpected[:5], *map(repr, broken), *(["A client was never answered."] if late else [])]


async def _seen(watcher: Watcher, clients: list[Client]) -> list[str]:
    """Whether the live query has told of all that its partner's clients did."""
    done = {record for client in clients if client.token == clients[0].token for record in client.records}
    for _ in range(round(LAST_LOOK * 10)):
        if done <= watcher.seen:
            break
        await asyncio.sleep(0.1)
    print(f"live query: {len(done & watcher.seen)} of {len(done)} records")
    missed = [f"The live query missed {len(done - watcher.seen)}."] if done - watcher.seen else []
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
    with tempfile.TemporaryDirectory(prefix="tenure-load-") as directory:
        postgres = Postgres(Path(directory))
        postgres.start()
        try:
            wrong = asyncio.run(run(postgres, Path(directory)))
        finally:
            postgres.stop()
    print("violations: " + ("; ".join(wrong) or "none"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
