"""`quoteToken` charges what was quoted; `expectedVersion` refuses decisions on stale data."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import PHONE_PLANS, QUOTE, Json, World, a_subscription
from tests.api.database import unchanged
from tests.api.test_proration import preview


def upgrade(world: World, **values: Any) -> Json:
    return {"subscriptionId": world.subscription, "planCode": "business"} | values


def dearer() -> Json:
    """The catalogue with Business one cent dearer."""
    professional, business = PHONE_PLANS["plans"]
    yearly, monthly = business["prices"]
    prices = [yearly | {"price": "740.01"}, monthly]
    return PHONE_PLANS | {"plans": [professional, business | {"prices": prices}]}


async def token(world: World, change: Json) -> str:
    return str((await preview(world.admin, {"changePlan": change}))["token"])


async def refused(world: World, engine: AsyncEngine, change: Json) -> Json:
    """The one error of a change that leaves no trace."""
    async with unchanged(engine, world.partner):
        [error] = (await world.admin.do("changePlan", change))["userErrors"]
    return {"code": error["code"], "field": error["field"]}


STALE_QUOTE = {"code": "QUOTE_STALE", "field": ["quoteToken"]}


async def test_the_action_charges_its_quote(world: World) -> None:
    quoted = await preview(world.admin, {"changePlan": upgrade(world)})
    made = await world.admin.made("changePlan", upgrade(world, quoteToken=quoted["token"]), QUOTE)
    assert made["quote"] == quoted["quote"]


async def test_customer_quote_holds_for_partner(world: World) -> None:
    quoted = await preview(world.customer_admin, {"changePlan": upgrade(world)})
    await world.staff.made("changePlan", upgrade(world, quoteToken=quoted["token"]), QUOTE)


async def test_a_quote_is_stale_once_a_price_has_changed(world: World, engine: AsyncEngine) -> None:
    old = await token(world, upgrade(world))
    await world.admin.made("saveProduct", dearer(), "product { id }")
    assert await refused(world, engine, upgrade(world, quoteToken=old)) == STALE_QUOTE
    await world.admin.made("saveProduct", PHONE_PLANS, "product { id }")
    await world.admin.made("changePlan", upgrade(world, quoteToken=old), QUOTE)


async def test_quote_is_stale_once_the_cost_has_changed(world: World, engine: AsyncEngine) -> None:
    old = await token(world, upgrade(world))
    catalogue = dearer()
    catalogue["plans"][1]["prices"][0] |= {"price": "740.00", "cost": "730.01"}
    await world.admin.made("saveProduct", catalogue, "product { id }")
    assert await refused(world, engine, upgrade(world, quoteToken=old)) == STALE_QUOTE


async def test_a_quote_is_stale_the_next_day(world: World, engine: AsyncEngine) -> None:
    old = await token(world, upgrade(world))
    await world.admin.made("advanceClock", {"to": "2021-06-16T23:59:59+08:00"}, "now")
    assert await token(world, upgrade(world)) == old
    await world.admin.made("advanceClock", {"to": "2021-06-17T00:00:00+08:00"}, "now")
    assert await refused(world, engine, upgrade(world, quoteToken=old)) == STALE_QUOTE


async def test_a_quote_of_another_policy_is_stale(world: World, engine: AsyncEngine) -> None:
    old = await token(world, upgrade(world))
    policy = {"id": world.customer, "policy": {"upgradeBasis": "DIFFERENCE"}}
    await world.admin.made("updateCustomer", policy, "customer { id }")
    assert await refused(world, engine, upgrade(world, quoteToken=old)) == STALE_QUOTE


async def test_a_tampered_quote_is_stale(world: World, engine: AsyncEngine) -> None:
    good = await token(world, upgrade(world))
    changed = "0" if good[-1] != "0" else "1"
    for bad in (good[:-1] + changed, good[:-1], good + "0", "", good.upper(), "é🔑", "x" * 9_000):
        assert await refused(world, engine, upgrade(world, quoteToken=bad)) == STALE_QUOTE


async def test_a_quote_for_another_subscription_is_stale(world: World, engine: AsyncEngine) -> None:
    twin = await a_subscription(world.admin, world.customer)
    theirs = await token(world, upgrade(world, subscriptionId=twin))
    assert await refused(world, engine, upgrade(world, quoteToken=theirs)) == STALE_QUOTE


async def test_a_quote_for_another_plan_is_stale(world: World, engine: AsyncEngine) -> None:
    await world.admin.made("changePlan", upgrade(world), QUOTE)
    twin = await a_subscription(world.admin, world.customer)
    up = await token(world, upgrade(world, subscriptionId=twin))
    down = upgrade(world, planCode="professional", quoteToken=up)
    assert await refused(world, engine, down) == STALE_QUOTE


async def test_a_purchase_is_quoted_for_the_very_same_things(world: World) -> None:
    purchase = {"customerId": world.customer, "planCode": "business", "cycle": "YEARLY", "quantity": 2}
    token = (await preview(world.admin, {"create": purchase}))["token"]
    for change in ({"quantity": 3}, {"planCode": "professional"}, {"cycle": "MONTHLY"}, {"trialDays": 3}):
        payload = await world.admin.do("createSubscription", purchase | change | {"quoteToken": token})
        assert [error["code"] for error in payload["userErrors"]] == ["QUOTE_STALE"]
    made = await world.admin.made("createSubscription", purchase | {"quoteToken": token}, QUOTE)
    assert made["quote"]["price"] == {"amount": "1480.00"}


@pytest.mark.parametrize("version", [0, -1, 2, 2**31 - 1])
async def test_another_version_than_today_s_is_stale(world: World, engine: AsyncEngine, version: int) -> None:
    found = await refused(world, engine, upgrade(world, expectedVersion=version))
    assert found == {"code": "STALE_VERSION", "field": ["expectedVersion"]}


async def test_the_version_that_was_read_is_accepted_once(world: World, engine: AsyncEngine) -> None:
    await world.admin.made("changePlan", upgrade(world, expectedVersion=1), QUOTE)
    again = upgrade(world, planCode="professional", expectedVersion=1)
    assert (await refused(world, engine, again))["code"] == "STALE_VERSION"
    await world.admin.made("changePlan", again | {"expectedVersion": 2}, QUOTE)
