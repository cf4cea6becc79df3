"""A watcher gets each new record that it may see, once it is committed, from any process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from actions.update_settings import UpdateSettings, update_settings
from app import create_app
from domain.principal import Actor, Role
from models.store.unit_of_work import writing
from models.store.writer import record
from resolvers.ids import key_of
from server.auth.tokens import InstanceTokens
from tests.api.client import PHONE_PLANS, Api, World, a_customer, a_partner, a_subscription, a_world
from tests.conftest import KEY
from tests.live.serving import Server
from tests.live.watching import Watchers, last_record, live_query, note
from tests.settings import settings_with
from workers.renewals import RenewalWorker


async def test_each_new_record_of_one_subscription_arrives(server: Server, world: World) -> None:
    other = await a_subscription(world.admin, world.customer)
    watchers = Watchers(server)
    async with live_query(server, world.admin, world.subscription) as watch:
        await watchers.are_more()
        await note(world.admin, other, "of another")
        made = [await note(world.admin, world.subscription, f"note {n}") for n in range(5)]
        records = [await watch.next() for _ in range(5)]
    assert [record["id"] for record in records] == made
    assert records[0] == {
        "id": made[0],
        "action": "UPDATE_SETTINGS",
        "actor": "partner_admin",
        "reason": "note 0",
        "summary": "Settings updated: note.",
        "subscription": {"id": world.subscription},
    }


async def test_each_watcher_gets_only_its_own_records(server: Server, world: World) -> None:
    """The next record is the watcher's own, so the earlier foreign records were not sent."""
    foreign = await a_world(world.api)
    neighbour = await a_subscription(world.admin, await a_customer(world.admin))
    watchers = Watchers(server)
    async with (
        live_query(server, world.staff) as staff,
        live_query(server, world.customer_admin) as customer,
        live_query(server, foreign.admin) as stranger,
    ):
        await watchers.are_more(by=3)
        await note(world.admin, neighbour, "the neighbour's")
        await note(foreign.admin, foreign.subscription, "the stranger's")
        await note(world.customer_admin, world.subscription, "the customer's")
        await note(foreign.admin, foreign.subscription, "the stranger's, too")
        assert await staff.reasons(2) == ["the neighbour's", "the customer's"]
        assert await customer.reasons(1) == ["the customer's"]
        assert await stranger.reasons(2) == ["the stranger's", "the stranger's, too"]
    await watchers.are_more(by=0)  # who leaves is forgotten


@pytest.mark.parametrize("role", [Role.CUSTOMER_ADMIN, Role.CUSTOMER_MEMBER])
async def test_the_customer_s_side_sees_prices_and_no_cost(server: Server, world: World, role: Role) -> None:
    after = await last_record(world.admin, world.subscription)
    fields = "lines { price { amount } unitPrice { amount } cost { amount } unitCost { amount } }"
    change = {"subscriptionId": world.subscription, "quantity": 2}
    await world.admin.made("changeQuantity", change, "record { id }")
    viewer = world.api.as_role(role, world.partner, world.customer)
    async with live_query(server, viewer, world.subscription, after, fields) as customer:
        [line] = (await customer.next())["lines"]
    async with live_query(server, world.staff, world.subscription, after, fields) as staff:
        [full] = (await staff.next())["lines"]
    assert line["price"] == full["price"] is not None
    assert line["unitPrice"] == full["unitPrice"] is not None
    assert (line["cost"], line["unitCost"]) == (None, None)
    assert full["cost"]["amount"] == "182.50"
    assert full["unitCost"]["amount"] == "365.00"


async def test_ownership_decides_who_sees_updates(server: Server, world: World) -> None:
    old, new = str(uuid4()), str(uuid4())
    seller, buyer = [await a_customer(world.admin, orgUuid=uuid) for uuid in (old, new)]
    given, kept = [await a_subscription(world.admin, seller) for _ in range(2)]
    as_seller, as_buyer = [world.api.as_role(Role.CUSTOMER_MEMBER, world.partner, c) for c in (seller, buyer)]

    async def give_to(owner: str) -> None:
        change = {"subscriptionId": given, "newOwnerOrgUuid": owner, "reason": f"to {owner}"}
        await world.admin.made("changeOwnership", change, "record { id }")

    watchers = Watchers(server)
    async with (
        live_query(server, as_seller, given, fields="reason") as one,
        live_query(server, as_seller, fields="reason") as all_of_seller,
        live_query(server, as_buyer, fields="reason") as all_of_buyer,
    ):
        await watchers.are_more(by=3)
        await note(world.admin, given, "before")
        await give_to(new)
        await note(world.admin, given, "after")
        await note(world.admin, kept, "another")
        await give_to(old)
        assert await one.reasons(2) == ["before", f"to {old}"]
        assert await all_of_seller.reasons(3) == ["before", "another", f"to {old}"]
        await give_to(new)
        assert await all_of_buyer.reasons(3) == [f"to {new}", "after", f"to {new}"]


async def test_updates_reach_watchers_of_all_processes(server: Server, other: Server, world: World) -> None:
    after = await last_record(world.admin, world.subscription)
    async with server.api() as here, other.api() as there:
        callers = [api.as_role(Role.PARTNER_ADMIN, world.partner) for api in (here, there)]
        async with (
            live_query(server, world.staff, after=after) as all_here,
            live_query(other, world.customer_admin, world.subscription, after) as one_there,
        ):
            reasons = [f"note {number}" for number in range(6)]
            for number, reason in enumerate(reasons):
                await note(callers[number % 2], world.subscription, reason)
            assert await one_there.reasons(6) == reasons
            assert await all_here.reasons(6) == reasons


async def test_a_rolled_back_record_is_never_sent(app: Starlette, server: Server, world: World) -> None:
    after = await last_record(world.admin, world.subscription)
    partner, key = key_of(world.partner, "Partner"), key_of(world.subscription, "CustomerSubscription")
    async with live_query(server, world.admin, world.subscription, after) as watch:
        await note(world.admin, world.subscription, "first")
        assert await watch.reasons(1) == ["first"]
        with suppress(ZeroDivisionError):
            async with writing(app.state.engine, partner, Actor("x"), lambda: datetime.now(UTC)) as tx:
                await record(tx, await update_settings(tx, UpdateSettings(key, {"a": 1})), "undone")
                raise ZeroDivisionError
        await note(world.admin, world.subscription, "second")
        assert await watch.reasons(1) == ["second"]


async def test_a_worker_s_renewal_is_seen(server: Server, database_url: str, api: Api) -> None:
    """Of a partner in real time, in a year that no other test uses."""
    sold, ended = datetime(2019, 3, 1, 9, tzinfo=UTC), datetime(2019, 4, 2, 9, tzinfo=UTC)
    async with _in(sold, database_url) as then:
        partner = await a_partner(then, clock=None)
        seller = then.as_role(Role.PARTNER_ADMIN, partner)
        await seller.made("saveProduct", PHONE_PLANS, "product { id }")
        monthly = {"cycle": "MONTHLY", "startsOn": "2019-03-01"}
        subscription = await a_subscription(seller, await a_customer(seller), **monthly)
        after = await last_record(seller, subscription)
    admin = api.as_role(Role.PARTNER_ADMIN, partner)
    worker = RenewalWorker(database_url, lambda: ended)
    async with live_query(server, admin, subscription, after, "action actor effectiveOn") as watch:
        await worker.run_once()
        assert await watch.next() == {"action": "RENEW", "actor": "system", "effectiveOn": "2019-04-01"}
    await worker.close()


@asynccontextmanager
async def _in(instant: datetime, database_url: str) -> AsyncIterator[Api]:
    """The API at that instant."""
    app = create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=2), clock=lambda: instant)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tenure") as client:
        yield Api(client, KEY)
    await app.state.engine.dispose()
