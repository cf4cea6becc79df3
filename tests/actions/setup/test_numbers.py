"""Kinds of phone numbers with their prices, and the stock of them."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import Json, World, a_world, yearly
from tests.api.database import unchanged
from tests.api.inputs import refusal, refusals

MONTHLY = [{"cycle": "MONTHLY", "price": "2.00", "cost": "1.00"}]
STOCK = "{ availableNumbers(first: 100) { edges { node { e164 skuCode } } } }"


@pytest.fixture
async def shop(world: World) -> World:
    """With a SKU for both cycles."""
    await sku(world, yearly("24.00", "20.00") + MONTHLY)
    return world


async def sku(world: World, prices: list[Json], name: str = "Local") -> Json:
    data = {"code": "local", "name": name, "prices": prices}
    made = await world.admin.made("saveSku", data, "sku { code name prices { cycle price { amount } } }")
    found: Json = made["sku"]
    return found


def numbers(*e164: str, code: str = "local") -> Json:
    return {"skuCode": code, "e164": list(e164)}


async def stock(world: World) -> list[str]:
    return [edge["node"]["e164"] for edge in (await world.admin.ask(STOCK))["availableNumbers"]["edges"]]


async def test_a_sku_is_made_and_replaced(shop: World) -> None:
    found = await sku(shop, yearly("30.00", "20.00"), name="Near")
    assert found == {
        "code": "local",
        "name": "Near",
        "prices": [{"cycle": "YEARLY", "price": {"amount": "30.00"}}],
    }


async def test_price_in_use_cannot_be_removed(shop: World, engine: AsyncEngine) -> None:
    made = await shop.admin.made("addNumbers", numbers("+6590000001"), "numbers { id }")
    held: Json = {"customerId": shop.customer, "planCode": "professional", "cycle": "YEARLY"}
    held["numberIds"] = [made["numbers"][0]["id"]]
    await shop.admin.made("createSubscription", held, "record { id }")
    async with unchanged(engine, shop.partner):
        error = await refusal(shop.admin, "saveSku", {"code": "local", "name": "x", "prices": MONTHLY})
        assert error == ("INVALID_VALUE", ["prices"])
    assert len((await sku(shop, yearly("1.00", "1.00")))["prices"]) == 1


@pytest.mark.parametrize(
    ("prices", "field"),
    [
        ([], ["prices"]),
        (MONTHLY * 2, ["prices", "1", "cycle"]),
        ([MONTHLY[0] | {"cost": "NaN"}], ["prices", "0", "cost"]),
        ([MONTHLY[0] | {"price": "1e15"}], ["prices", "0", "price"]),
    ],
)
async def test_a_sku_has_one_price_a_cycle(world: World, prices: list[Json], field: list[str]) -> None:
    data = {"code": "local", "name": "Local", "prices": prices}
    assert await refusal(world.admin, "saveSku", data) == ("INVALID_VALUE", field)


async def test_numbers_keep_given_order_and_are_in_stock(shop: World) -> None:
    given = ["+6590000003", "+6590000001", "+12"]
    made = await shop.admin.made(
        "addNumbers", numbers(*given), "numbers { e164 skuCode subscription { id } }"
    )
    assert made["numbers"] == [{"e164": e164, "skuCode": "local", "subscription": None} for e164 in given]
    assert await stock(shop) == ["+12", "+6590000001", "+6590000003"]


WRONG: dict[str, list[str]] = {
    "none": [],
    "no plus": ["6590000001"],
    "a leading zero": ["+0590000001"],
    "too short": ["+1"],
    "too long": ["+1234567890123456"],
    "letters": ["+65x0000001"],
    "other digits": ["+६५९०००००००१"],
    "a line's end": ["+6590000001\n"],
    "twice": ["+6590000001", "+6590000001"],
    "in stock already": ["+6590000001", "+6590000009"],
    "too many": [f"+65{n:08d}" for n in range(1001)],
}


@pytest.mark.parametrize("what", WRONG)
async def test_numbers_are_added_all_or_none(shop: World, engine: AsyncEngine, what: str) -> None:
    await shop.admin.made("addNumbers", numbers("+6590000009"), "numbers { id }")
    async with unchanged(engine, shop.partner):
        [refusal] = await refusals(shop.admin, "addNumbers", numbers(*WRONG[what]))
        assert (refusal["code"], refusal["field"]) == ("INVALID_VALUE", ["e164"])
        assert len(refusal["message"]) < 300


async def test_a_thousand_numbers_fit_into_one_request(shop: World) -> None:
    made = await shop.admin.made(
        "addNumbers", numbers(*(f"+65{n:08d}" for n in range(1000))), "numbers { id }"
    )
    assert len({number["id"] for number in made["numbers"]}) == 1000


@pytest.mark.parametrize("code", ["", "unknown", "LOCAL"])
async def test_numbers_are_of_a_sku_that_is_there(shop: World, code: str) -> None:
    [refusal] = await refusals(shop.admin, "addNumbers", numbers("+6590000001", code=code))
    assert refusal["field"] == ["skuCode"]
    assert refusal["code"] in {"NOT_FOUND", "INVALID_VALUE"}


async def test_same_numbers_added_at_once_are_added_once(shop: World) -> None:
    wants = [["+6590000001", "+6590000002"], ["+6590000002", "+6590000001"]] * 4
    results: list[Any] = await asyncio.gather(
        *(refusals(shop.admin, "addNumbers", numbers(*want)) for want in wants)
    )
    assert sorted(len(errors) for errors in results) == [0] + [1] * 7
    assert await stock(shop) == ["+6590000001", "+6590000002"]


async def test_another_partner_may_have_the_same_numbers(shop: World) -> None:
    other = await a_world(shop.api)
    await sku(other, MONTHLY)
    for partner in (shop, other):
        await partner.admin.made("addNumbers", numbers("+6590000001"), "numbers { id }")
        assert await stock(partner) == ["+6590000001"]
