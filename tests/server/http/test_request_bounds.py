"""Bounds of a request: time, connections, requests in flight. A cancelled request leaves nothing behind."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Scope

from app import create_app
from domain.principal import Role
from models.engine import DatabaseRole, Timeouts, create_engine, is_canceled, partner_transaction
from resolvers.errors import RequestError
from resolvers.ids import key_of
from server.auth.tokens import InstanceTokens
from server.http.limits import Answer, Bounded
from tests.api.client import Api, Caller, Json, World
from tests.server.http.serving import served
from tests.settings import settings_with

LIST = "{ subscriptions(first: 10) { totalCount edges { node { version history { totalCount } } } } }"
CHANGE = """mutation($input: ChangePlanInput!) { changePlan(input: $input) {
  subscription { version } userErrors { code } } }"""
AT_WORK = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tenure' AND state = 'active' "
    "AND pid <> pg_backend_pid() AND (wait_event_type = 'Lock' OR query LIKE '%pg_sleep%')"
)


@asynccontextmanager
async def client_of(
    answer: Answer, places: int = 9, seconds: float = 30.0, max_bytes: int = 9
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of `answer` within these bounds."""
    app = Bounded(answer, places, seconds, max_bytes)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tenure") as client:
        yield client


@pytest.fixture
async def overseer(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    yield connection
    await connection.close()


async def at_work(overseer: asyncpg.Connection) -> int:
    await overseer.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction, the view is a snapshot
    return int(await overseer.fetchval(AT_WORK))


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Waits for the condition, and fails if that takes too long."""
    async with asyncio.timeout(10):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)


async def some_at_work(overseer: asyncpg.Connection) -> None:
    async def some() -> bool:
        return await at_work(overseer) > 0

    await until(some)


async def none_at_work(overseer: asyncpg.Connection) -> None:
    """Waits, because PostgreSQL notices a cancelled statement a moment later."""

    async def none() -> bool:
        return await at_work(overseer) == 0

    await until(none)


def admin_of(world: World, api: Api) -> Caller:
    """The partner's admin, as a client of that API."""
    return api.as_role(Role.PARTNER_ADMIN, world.partner)


def codes(body: Json) -> list[str]:
    return [error["extensions"]["code"] for error in body.get("errors", [])]


async def test_a_cancelled_mutation_can_be_repeated(
    database_url: str, api: Api, world: World, overseer: asyncpg.Connection
) -> None:
    data = {"subscriptionId": world.subscription, "planCode": "business", "idempotencyKey": "cut"}
    async with served(database_url, api, request_deadline=2) as own:
        admin = admin_of(world, own)
        async with overseer.transaction():
            await overseer.execute("LOCK TABLE history")
            response = await admin.send(json.dumps({"query": CHANGE, "variables": {"input": data}}))
            assert (response.status_code, codes(response.json())) == (504, ["DEADLINE_EXCEEDED"])
            await none_at_work(overseer)
        for _ in range(2):
            done = (await world.admin.ask(CHANGE, input=data))["changePlan"]
            assert done == {"subscription": {"version": 2}, "userErrors": []}
        [edge] = (await admin.ask(LIST))["subscriptions"]["edges"]
        assert edge["node"] == {"version": 2, "history": {"totalCount": 2}}


async def test_a_cancelled_request_cancels_its_reads(
    database_url: str, api: Api, world: World, overseer: asyncpg.Connection
) -> None:
    async with served(database_url, api, request_deadline=2) as own:
        admin = admin_of(world, own)
        assert codes(await admin.post(LIST)) == []
        async with overseer.transaction():
            await overseer.execute("LOCK TABLE history")
            assert codes(await admin.post(LIST)) == ["DEADLINE_EXCEEDED"]
            await none_at_work(overseer)
        assert codes(await admin.post(LIST)) == []


async def test_a_statement_ends_with_its_request(
    database_url: str, world: World, overseer: asyncpg.Connection
) -> None:
    engine = create_engine(database_url, DatabaseRole.APP, 1)

    async with engine.connect():
        pass  # so that the request need not wait for a new connection

    async def sleeping(scope: Scope, body: bytes) -> Response:
        async with partner_transaction(engine, key_of(world.partner, "Partner")) as connection:
            await connection.exec_driver_sql("SELECT pg_sleep(60)")
        return Response()

    async with client_of(sleeping, seconds=2) as client:
        asking = asyncio.create_task(client.get("/"))
        await some_at_work(overseer)
        assert (await asking).status_code == 504
    await none_at_work(overseer)
    await engine.dispose()


async def test_a_slow_statement_is_cancelled(
    database_url: str, api: Api, world: World, overseer: asyncpg.Connection
) -> None:
    async with served(database_url, api, statement_timeout=0.3) as own, overseer.transaction():
        await overseer.execute("LOCK TABLE history")
        body = await admin_of(world, own).post(LIST)
        assert codes(body) == ["DEADLINE_EXCEEDED"]


async def test_an_idle_transaction_is_ended(database_url: str) -> None:
    engine = create_engine(database_url, DatabaseRole.APP, 1, Timeouts(10, 0.2, 7))
    async with engine.connect() as connection:
        shown = [
            (await connection.exec_driver_sql(f"SHOW {name}")).scalar_one()
            for name in ("statement_timeout", "idle_in_transaction_session_timeout")
        ]
        assert shown == ["200ms", "7s"]
        with pytest.raises(Exception, match="statement timeout") as caught:
            await connection.exec_driver_sql("SELECT pg_sleep(60)")
        assert is_canceled(caught.value)
    await engine.dispose()


async def test_a_request_waits_for_a_full_pool_once(database_url: str, api: Api, world: World) -> None:
    """Waiting for several tries of ten seconds each would exceed the timeout of the test."""
    settings = settings_with(pool_size=1, pool_timeout=0.3)
    app = create_app(database_url, InstanceTokens(api.key), settings)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tenure") as client:
        admin = admin_of(world, Api(client, api.key))
        assert codes(await admin.post(LIST)) == []
        waits = _counted(app.state.engine.pool)
        async with app.state.engine.connect():
            body = await admin.post("{ products { edges { node { code } } } }")
        assert codes(body) == ["UNAVAILABLE"]
        assert body["errors"][0]["message"].startswith("Too many requests are under way.")
        assert len(waits) == 2  # the test's own, and the request's
        assert codes(await admin.post(LIST)) == []
    await app.state.engine.dispose()
    await app.state.listing.dispose()


def _counted(pool: Any) -> list[int]:
    """Counts the requests for a connection from now on."""
    asked, get = list[int](), pool._do_get

    def counting() -> Any:
        asked.append(1)
        return get()

    pool._do_get = counting
    return asked


class Gate:
    """Holds requests until it is opened. Two requests fill it."""

    def __init__(self) -> None:
        self.open, self.entered = asyncio.Event(), 0

    async def answer(self, scope: Scope, body: bytes) -> Response:
        self.entered += 1
        await self.open.wait()
        return PlainTextResponse("through")

    async def is_full(self) -> bool:
        return self.entered == 2


async def test_requests_above_the_bound_are_refused() -> None:
    gate = Gate()
    async with client_of(gate.answer, places=2) as client:
        held = [asyncio.create_task(client.get("/")) for _ in range(2)]
        await until(gate.is_full)
        refused = await client.get("/")
        assert (refused.status_code, codes(refused.json())) == (503, ["UNAVAILABLE"])
        assert refused.headers["retry-after"] == "1"
        gate.open.set()
        assert [(await one).text for one in held] == ["through"] * 2
        assert (await client.get("/")).text == "through"


async def test_probes_are_not_bounded(
    database_url: str, api: Api, world: World, overseer: asyncpg.Connection
) -> None:
    async with served(database_url, api, max_in_flight=1) as own:
        admin = admin_of(world, own)

        async with overseer.transaction():
            await overseer.execute("LOCK TABLE history")
            held = asyncio.create_task(admin.post(LIST))
            await some_at_work(overseer)
            refused = await admin.send(json.dumps({"query": "{ viewer { role } }"}))
            assert (refused.status_code, codes(refused.json())) == (503, ["UNAVAILABLE"])
            assert (await own.client.get("/readyz")).status_code == 200
        assert codes(await held) == []


async def test_a_place_is_free_again_after_a_failure() -> None:
    async def failing(scope: Scope, body: bytes) -> Response:
        raise KeyError

    async with client_of(failing, places=1) as client:
        assert [(await client.get("/")).status_code for _ in range(3)] == [500] * 3


async def echo(scope: Scope, body: bytes) -> Response:
    return Response(body)


async def in_parts(*parts: bytes) -> AsyncIterator[bytes]:
    """A body whose length is not announced."""
    for part in parts:
        yield part


async def test_a_body_of_the_maximum_size_is_read() -> None:
    async with client_of(echo, max_bytes=6) as client:
        assert (await client.post("/", content=b"sixtes")).content == b"sixtes"
        assert (await client.post("/", content=in_parts(b"six", b"tes"))).content == b"sixtes"
        for content in (b"7 bytes", in_parts(b"7 by", b"tes")):
            refused = await client.post("/", content=content)
            assert (refused.status_code, codes(refused.json())) == (413, ["LIMIT_EXCEEDED"])


async def test_a_body_is_not_read_beyond_its_bound() -> None:
    read = list[bytes]()

    async def noted() -> AsyncIterator[bytes]:
        for part in (b"a" * 4, b"b" * 4, b"c" * 4):
            read.append(part)
            yield part

    async with client_of(echo, max_bytes=6) as client:
        assert (await client.post("/", content=noted())).status_code == 413
        announced = {"content-length": "99"}
        assert (await client.post("/", content=in_parts(), headers=announced)).status_code == 413
    assert len(read) == 2


async def test_a_started_response_is_not_followed_by_another() -> None:
    sent = list[str]()

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message["type"])
        if message["type"] == "http.response.body":
            await asyncio.sleep(60)  # a client that does not read

    with pytest.raises(RequestError):
        await Bounded(echo, 1, 0.05, 9)({"type": "http", "headers": []}, receive, send)
    assert sent == ["http.response.start", "http.response.body"]
