"""The database goes away: a clear error, nothing half done or done twice, then recovery."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from asyncpg import Connection
from sqlalchemy import make_url

from app import create_app
from domain.principal import Role
from models.embedded_postgres import server as embedded
from models.migrate import migrate
from server.auth.tokens import InstanceTokens
from tests.api.client import Api, Json, World, a_customer, a_partner, a_world, served
from tests.api.relay import Lost, Relay, relayed
from tests.api.sample_partner import foreign_id
from tests.api.test_reading import nodes
from tests.settings import settings_with

KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tenure'"
LISTS = "{ subscriptions(first: 100) { edges { node { version history { totalCount } } } } }"
INVOICES = "{ invoices(first: 100) { edges { node { number } } } }"
BUY = "mutation($i: CreateSubscriptionInput!) { createSubscription(input: $i) { userErrors { code } } }"
LOSSES = pytest.mark.parametrize("lost", Lost)


@contextlib.asynccontextmanager
async def through(relay: Relay, url: str, api: Api) -> AsyncIterator[Api]:
    """The API of another application whose connections go through the relay."""
    app = create_app(
        make_url(url).set(port=relay.port).render_as_string(False),
        InstanceTokens(api.key),
        settings_with(pool_size=5),
    )
    async with served(app, api.key) as through:
        yield through


def port_of(url: str) -> int:
    port = make_url(url).port
    assert port
    return port


@pytest.fixture(scope="module")
async def relay(database_url: str) -> AsyncIterator[Relay]:
    async with relayed(port_of(database_url)) as relay:
        yield relay


@pytest.fixture(scope="module")
async def shop(relay: Relay, database_url: str, api: Api) -> AsyncIterator[World]:
    """A partner behind the relay, shared by tests that each make a customer."""
    async with through(relay, database_url, api) as own:
        yield await a_world(own)


@pytest.fixture
async def killer(database_url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    yield connection
    await connection.close()


def codes(body: Json) -> set[str]:
    """The codes of its errors."""
    return {error["extensions"]["code"] for error in body.get("errors", [])}


def upgrade(world: World, **values: object) -> Json:
    return {"subscriptionId": world.subscription, "planCode": "business"} | values


def purchase(world: World, **values: object) -> Json:
    return {"customerId": world.customer, "planCode": "business", "cycle": "YEARLY"} | values


async def assert_well(world: World) -> None:
    for _ in range(3):
        assert codes(await world.admin.post(LISTS)) == set()


async def test_dead_connections_are_replaced(world: World, killer: Connection) -> None:
    await asyncio.gather(*(world.admin.post(LISTS) for _ in range(20)))
    await killer.execute(KILL)
    results = [codes(body) for body in await asyncio.gather(*(world.admin.post(LISTS) for _ in range(20)))]
    assert set().union(*results) <= {"UNAVAILABLE"}
    await assert_well(world)
    await killer.execute(KILL)
    await world.admin.made("changePlan", upgrade(world), "record { id }")


async def test_dying_connections_leave_nothing_half_done(world: World, killer: Connection) -> None:
    async def buy(number: int) -> None:
        """Repeats with the same key until there is an answer."""
        while errors := codes(await world.admin.post(BUY, i=purchase(world, idempotencyKey=str(number)))):
            assert errors == {"UNAVAILABLE"}

    async def kill() -> None:
        for _ in range(10):
            await killer.execute(KILL)
            await asyncio.sleep(0.05)

    await asyncio.gather(kill(), *(buy(number) for number in range(20)))
    await assert_well(world)
    found = nodes((await world.admin.ask(LISTS))["subscriptions"])
    assert [(row["version"], row["history"]["totalCount"]) for row in found] == [(1, 1)] * 21
    numbers = sorted(row["number"] for row in nodes((await world.admin.ask(INVOICES))["invoices"]))
    assert numbers == [f"INV-{number:06d}" for number in range(1, 22)]


@LOSSES
@pytest.mark.parametrize("key", [None, "key"])
async def test_order_with_lost_commit_is_carried_out_once(
    relay: Relay, shop: World, lost: Lost, key: str | None
) -> None:
    customer = await a_customer(shop.admin)
    side = shop.api.as_role(Role.CUSTOMER_ADMIN, shop.partner, customer)
    relay.lose = lost
    data = purchase(shop, customerId=customer, planCode="professional", idempotencyKey=key)
    made = await side.made("createSubscription", data, "subscription { id }")
    relay.lose = lost
    change = {"subscriptionId": made["subscription"]["id"], "planCode": "business"}
    made = await side.made(
        "changePlan", change | {"idempotencyKey": key and "2"}, "quote { price { amount } }"
    )
    assert made["quote"]["price"] == {"amount": "740.00"}
    [row] = nodes((await side.ask(LISTS))["subscriptions"])
    assert (row["version"], row["history"]["totalCount"]) == (2, 2)
    assert len(nodes((await side.ask(INVOICES))["invoices"])) == 2


@LOSSES
async def test_setup_with_lost_commit_is_done_once(relay: Relay, shop: World, lost: Lost) -> None:
    relay.lose = lost
    await a_customer(shop.admin, name=lost.name)
    relay.lose = lost
    prices = [{"cycle": "YEARLY", "price": "1.00", "cost": "1.00"}]
    await shop.admin.made("saveSku", {"code": lost.name, "name": "Local", "prices": prices}, "sku { code }")
    relay.lose = lost
    number = f"+65900000{list(Lost).index(lost)}"
    await shop.admin.made("addNumbers", {"skuCode": lost.name, "e164": [number]}, "numbers { id }")
    listed = await shop.admin.ask(
        "query($s: String!) { customers(filter: {search: $s}) { totalCount } "
        "availableNumbers(skuCode: $s) { totalCount } }",
        s=lost.name,
    )
    assert listed == {"customers": {"totalCount": 1}, "availableNumbers": {"totalCount": 1}}


@LOSSES
async def test_clock_with_lost_commit_is_moved(relay: Relay, shop: World, lost: Lost) -> None:
    now = f"2021-06-17T0{list(Lost).index(lost)}:00:00+00:00"
    relay.lose = lost
    assert (await shop.admin.made("advanceClock", {"to": now}, "now"))["now"] == now


@pytest.mark.parametrize("lost", [Lost.ANSWER, Lost.LATE])
async def test_a_partner_whose_commit_is_lost_is_made_once(relay: Relay, shop: World, lost: Lost) -> None:
    relay.lose = lost
    await a_partner(shop.api)


@pytest.mark.parametrize("sqlstate", ["57P03", "53300", "57P01"])
async def test_refused_connections_mean_unavailable(relay: Relay, shop: World, sqlstate: str) -> None:
    relay.refuse = sqlstate
    relay.cut()
    assert codes(await shop.admin.post(LISTS)) == {"UNAVAILABLE"}
    assert (await shop.api.client.get("/readyz")).status_code == 503
    relay.refuse = None
    await assert_well(shop)


async def test_stopped_database_is_unavailable_until_back(tmp_path: Path, api: Api) -> None:
    async with contextlib.AsyncExitStack() as stack:
        with embedded.running(tmp_path, durable=False) as url:
            await migrate(url)
            relay = await stack.enter_async_context(relayed(port_of(url)))
            own = await stack.enter_async_context(through(relay, url, api))
            world = await a_world(own)
        await assert_unavailable(world)
        with embedded.running(tmp_path, durable=False) as url:
            relay.target = port_of(url)
            await assert_well(world)
            assert (await own.client.get("/readyz")).status_code == 200
            await world.admin.made("changePlan", upgrade(world), "record { id }")


async def assert_unavailable(world: World) -> None:
    mutation = "mutation($i: ChangePlanInput!) { changePlan(input: $i) { userErrors { code } } }"
    for body in (await world.admin.post(LISTS), await world.admin.post(mutation, i=upgrade(world))):
        assert codes(body) == {"UNAVAILABLE"}
    for path, status in (("/readyz", 503), ("/healthz", 200)):
        assert (await world.api.client.get(path)).status_code == status
    # Of a partner without earlier requests, not even the currency is cached.
    stranger = world.api.as_role(Role.PARTNER_STAFF, foreign_id("Partner"))
    response = await stranger.send('{"query": "{ __typename }"}')
    assert (response.status_code, codes(response.json())) == (503, {"UNAVAILABLE"})
