"""SIGTERM to a real server: requests in flight finish, and new ones are refused."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.api.client import Json, World
from tests.conftest import KEY
from tests.live.serving import SECONDS, Server, in_process
from tests.live.watching import close_code, open_socket

GRACE = 1.5
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'tenure'"
)


@pytest.fixture
async def overseer(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    yield connection
    await connection.close()


async def begun(overseer: asyncpg.Connection) -> None:
    """Waits until a request waits for a lock in the database."""
    async with asyncio.timeout(SECONDS):
        while True:
            await overseer.execute("SELECT pg_stat_clear_snapshot()")  # else it sees the same again
            if await overseer.fetchval(WAITING):
                return
            await asyncio.sleep(0.02)


async def readiness(server: Server) -> int | None:
    """The status; None if the server accepts no connection."""
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"http://{server.host}/readyz")).status_code
    except httpx.TransportError:
        return None


async def readiness_is(server: Server, wanted: int | None) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            if await readiness(server) == wanted:
                return
            await asyncio.sleep(0.02)


async def exit_code(server: Server) -> int:
    assert server.process
    return await asyncio.to_thread(server.process.wait, SECONDS)


def upgrade(world: World) -> Json:
    return {"subscriptionId": world.subscription, "planCode": "business"}


async def test_requests_in_flight_are_answered(
    database_url: str, tmp_path: Path, world: World, overseer: asyncpg.Connection
) -> None:
    with in_process(database_url, KEY, tmp_path, SHUTDOWN_GRACE=str(GRACE)) as server:
        async with server.api() as api, open_socket(server, world.admin.token) as socket:
            admin = type(world.admin)(api.client, world.admin.token)
            async with overseer.transaction():
                await overseer.execute("LOCK TABLE history")
                asking = asyncio.create_task(admin.made("changePlan", upgrade(world), "record { id }"))
                await begun(overseer)
                assert server.process
                server.process.send_signal(signal.SIGTERM)
                await readiness_is(server, 503)
                await readiness_is(server, None)
                assert await close_code(socket) == 1012
                assert not asking.done()
            assert (await asking)["record"]["id"]
        assert await exit_code(server) == 0


async def test_it_still_answers_during_the_grace(database_url: str, tmp_path: Path, world: World) -> None:
    with in_process(database_url, KEY, tmp_path, SHUTDOWN_GRACE="600") as server:
        async with server.api() as api:
            admin = type(world.admin)(api.client, world.admin.token)
            assert server.process
            server.process.send_signal(signal.SIGTERM)
            await readiness_is(server, 503)
            assert await admin.made("changePlan", upgrade(world), "record { id }")
            server.process.send_signal(signal.SIGTERM)  # a second one leaves the grace out
        assert await exit_code(server) == 0


async def test_too_slow_requests_do_not_delay_the_stop(
    database_url: str, tmp_path: Path, world: World, overseer: asyncpg.Connection
) -> None:
    with in_process(database_url, KEY, tmp_path, REQUEST_DEADLINE="2") as server:
        async with server.api() as api, overseer.transaction():
            admin = type(world.admin)(api.client, world.admin.token)
            await overseer.execute("LOCK TABLE history")
            query = "mutation($i: ChangePlanInput!) { changePlan(input: $i) { userErrors { code } } }"
            asking = asyncio.create_task(admin.post(query, i=upgrade(world)))
            await begun(overseer)
            assert server.process
            server.process.send_signal(signal.SIGTERM)
            assert await exit_code(server) == 0
            [error] = (await asking)["errors"]
            assert error["extensions"]["code"] == "DEADLINE_EXCEEDED"
