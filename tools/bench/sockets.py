"""The memory of a server for each idle WebSocket, with and without a live query."""

import argparse
import asyncio
import json
import resource
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import websockets
from websockets.asyncio.client import ClientConnection
from websockets.typing import Subprotocol

from actions.setup.create_partner import CreatePartner, create_partner
from domain.principal import Principal, Role
from models.engine import DatabaseRole, create_engine, new_id, partner_transaction
from server.auth.signing_key import instance_key
from server.auth.tokens import mint
from tools.bench.harness import scratch_database
from tools.server_process import TENURE, Server, started

WATCH = "subscription { subscriptionChanged { id action summary } }"
PROTOCOL = Subprotocol("graphql-transport-ws")
AT_ONCE = 50  # sockets opened at the same time, within the server's backlog
SETTLING = 3.0  # seconds


async def open_all(stack: AsyncExitStack, url: str, token: str, count: int, *, watch: bool) -> None:
    """Opens `count` authenticated sockets, with a live query each if `watch`."""
    for first in range(0, count, AT_ONCE):
        some = range(first, min(first + AT_ONCE, count))
        await asyncio.gather(*(_open(stack, url, token, watch=watch) for _ in some))
    await asyncio.sleep(SETTLING)


async def _open(stack: AsyncExitStack, url: str, token: str, *, watch: bool) -> ClientConnection:
    connecting = websockets.connect(url, subprotocols=[PROTOCOL], proxy=None, ping_interval=None)
    socket = await stack.enter_async_context(connecting)
    hello = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
    await socket.send(json.dumps(hello))
    await socket.recv()
    if watch:
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": WATCH}}))
    return socket


async def measure(server: Server, token: str, count: int, *, watch: bool) -> None:
    url = f"ws://127.0.0.1:{server.port}/graphql"
    async with AsyncExitStack() as stack:  # the first sockets load what all share
        await open_all(stack, url, token, 10, watch=watch)
    before = server.memory()
    async with AsyncExitStack() as stack:
        await open_all(stack, url, token, count, watch=watch)
        during = server.memory()
    each = (during - before) / count / 1024
    what = "with a live query" if watch else "with none"
    print(f"  {what:<20} {each:6.1f} kB   ({before / 2**20:.1f} MB before, {during / 2**20:.1f} MB with all)")


async def create_a_partner(database_url: str) -> Principal:
    engine = create_engine(database_url, DatabaseRole.APP, pool_size=1)
    partner_id = new_id()
    async with partner_transaction(engine, partner_id) as connection:
        await create_partner(connection, partner_id, lambda: datetime.now(UTC), CreatePartner("Acme", "USD"))
    await engine.dispose()
    return Principal(Role.PARTNER_STAFF, "watcher", partner_id)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="sockets")
    count = parser.parse_args().count
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # the server inherits it
    with scratch_database() as database_url, tempfile.TemporaryDirectory(prefix="tenure-bench-") as directory:
        principal = asyncio.run(create_a_partner(database_url))
        token = mint(instance_key(Path(directory)), principal, int(time.time()), 30)
        print(f"Memory of a server for each of {count:,} idle sockets")
        for watch in (False, True):
            settings = {"DATABASE_URL": database_url, "DATA_DIR": directory, "SHUTDOWN_GRACE": "0"}
            with started(TENURE, settings) as server:
                server.wait()
                asyncio.run(measure(server, token, count, watch=watch))


if __name__ == "__main__":
    main()
