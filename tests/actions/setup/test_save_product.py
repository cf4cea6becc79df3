"""A product is saved completely or not at all, and keeps what subscriptions use."""

import asyncio
import copy
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import PHONE_PLANS, Json, World, a_subscription, yearly
from tests.api.database import unchanged
from tests.api.inputs import Leaf, refusal, refusals

SAVED = (
    "product { id code name plans { id code name rank prices { cycle price { amount } } addOns { code } } }"
)


def changed(change: Callable[[Any], object]) -> Json:
    """The article's catalogue with a change; `change` is handed the product to alter."""
    product = copy.deepcopy(PHONE_PLANS)
    change(product)
    return product


async def saved(world: World, product: Json) -> Json:
    found: Json = (await world.admin.made("saveProduct", product, SAVED))["product"]
    return found


async def test_a_product_comes_back_as_it_was_saved(world: World) -> None:
    found = await saved(world, PHONE_PLANS | {"code": "other", "plans": [_plan("one", 5), _plan("two", -3)]})
    assert [(plan["code"], plan["rank"]) for plan in found["plans"]] == [("two", -3), ("one", 5)]
    assert found["plans"][0]["prices"] == [{"cycle": "YEARLY", "price": {"amount": "1.00"}}]


async def test_saving_again_keeps_plan_ids(world: World) -> None:
    before = await saved(world, PHONE_PLANS)
    after = await saved(world, changed(lambda p: p["plans"][1].update(name="Enterprise", rank=7)))
    assert [plan["id"] for plan in after["plans"]] == [plan["id"] for plan in before["plans"]]
    assert (after["plans"][1]["name"], after["plans"][1]["rank"]) == ("Enterprise", 7)


async def test_new_prices_count_from_next_renewal(world: World) -> None:
    query = """query($id: ID!) { subscription(by: {id: $id}) { nextRenewal { price { amount } }
      invoices { edges { node { price { amount } } } } } }"""
    await saved(world, changed(lambda p: p["plans"][0]["prices"][0].update(price="400.00")))
    found = (await world.admin.ask(query, id=world.subscription))["subscription"]
    assert found["nextRenewal"]["price"] == {"amount": "400.00"}
    assert found["invoices"]["edges"] == [{"node": {"price": {"amount": "370.00"}}}]


async def test_unused_parts_of_a_product_may_be_removed(world: World) -> None:
    def shrink(product: Any) -> None:
        product["plans"].pop()
        product["plans"][0]["prices"].pop()
        product["plans"][0]["addOns"].clear()

    found = await saved(world, changed(shrink))
    assert [plan["code"] for plan in found["plans"]] == ["professional"]
    assert found["plans"][0]["addOns"] == []
    assert [price["cycle"] for price in found["plans"][0]["prices"]] == ["YEARLY"]


USED: dict[str, tuple[Callable[[Any], object], list[str]]] = {
    "the plan": (lambda p: p["plans"].pop(0), ["plans"]),
    "the price of its cycle": (lambda p: p["plans"][0]["prices"].pop(0), ["plans", "0", "prices"]),
    "its add-on": (lambda p: p["plans"][0]["addOns"].pop(0), ["plans", "0", "addOns"]),
    "the add-on's price": (
        lambda p: p["plans"][0]["addOns"][0].update(prices=[{"cycle": "MONTHLY", "price": "1", "cost": "1"}]),
        ["plans", "0", "addOns"],
    ),
}


@pytest.mark.parametrize("what", USED)
async def test_used_parts_of_a_product_must_stay(world: World, engine: AsyncEngine, what: str) -> None:
    await a_subscription(world.admin, world.customer, addOns=[{"code": "storage", "quantity": 1}])
    async with unchanged(engine, world.partner):
        change, field = USED[what]
        [refusal] = await refusals(world.admin, "saveProduct", changed(change))
        assert (refusal["code"], refusal["field"]) == ("INVALID_VALUE", field)
        assert "S-00000" in refusal["message"]


def _plan(code: str, rank: int, **values: Any) -> Json:
    return {"code": code, "name": code, "rank": rank, "prices": yearly("1.00", "0.50")} | values


WITH_SETTINGS = PHONE_PLANS | {"plans": [plan | {"defaultSettings": {}} for plan in PHONE_PLANS["plans"]]}
WRONG: list[tuple[str, Any]] = [
    ("plans", []),
    ("plans.1.prices", []),
    ("plans.0.prices.1.cycle", "YEARLY"),
    ("plans.1.code", "professional"),
    ("plans.1.rank", 1),
    ("plans.0.addOns.1.code", "storage"),
    ("plans.0.code", "x" * 101),
    ("plans.0.addOns.1.name", " "),
    ("plans.0.prices.1.price", "0.001"),
    ("plans.0.addOns.0.prices.0.cost", "-1"),
    ("plans.1.defaultSettings", [1]),
    ("name", "x" * 201),
]


@pytest.mark.parametrize(("path", "value"), WRONG)
async def test_invalid_product_is_not_saved_at_all(
    world: World, engine: AsyncEngine, path: str, value: Any
) -> None:
    async with unchanged(engine, world.partner):
        keys = tuple(int(key) if key.isdigit() else key for key in path.split("."))
        wrong = Leaf("saveProduct", keys, "", WITH_SETTINGS)
        error = await refusal(world.admin, "saveProduct", wrong.holding(value))
        assert error == ("INVALID_VALUE", path.split("."))


async def test_a_plan_s_code_is_unique_among_all_products(world: World, engine: AsyncEngine) -> None:
    async with unchanged(engine, world.partner):
        other = {"code": "other", "name": "Other", "plans": [_plan("free", 1), _plan("business", 2)]}
        assert await refusal(world.admin, "saveProduct", other) == ("INVALID_VALUE", ["plans", "1", "code"])


async def test_products_saved_at_once_are_each_whole(world: World) -> None:
    versions = [
        {
            "code": "new",
            "name": str(number),
            "plans": [_plan(f"plan {n}", n, name=str(number)) for n in range(3)],
        }
        for number in range(8)
    ]
    await asyncio.gather(*(saved(world, version) for version in versions))
    data = await world.admin.ask("{ products { edges { node { code name plans { name } } } } }")
    [found] = [edge["node"] for edge in data["products"]["edges"] if edge["node"]["code"] == "new"]
    assert {plan["name"] for plan in found["plans"]} == {found["name"]}


async def test_sale_and_removal_of_its_price_exclude_another(world: World) -> None:
    """Whichever comes first, no subscription is left whose renewal would find no price."""
    yearly_only = changed(lambda p: p["plans"][0]["prices"].pop())
    sale = {"customerId": world.customer, "planCode": "professional", "cycle": "MONTHLY"}
    results = await asyncio.gather(
        *(refusals(world.admin, "createSubscription", sale) for _ in range(5)),
        refusals(world.admin, "saveProduct", yearly_only),
        *(refusals(world.admin, "createSubscription", sale) for _ in range(5)),
    )
    removal = results.pop(5)
    codes = {error["code"] for errors in results for error in errors}
    assert codes <= {"NOT_OFFERED"}
    assert bool(removal) == any(not errors for errors in results)
