"""Different actions at once on one subscription run one after the other."""

import asyncio
from typing import Any

import pytest

from tests.api.client import Json, World

LEDGER = """query($id: ID!) { subscription(by: {id: $id}) {
  version status quantity plan { code } price { amount }
  history(first: 100) { edges { node { action changes { field before after }
    lines { kind quantity unitPrice { amount } price { amount } cost { amount } } } } }
  invoices(first: 100) { totalCount }
} }"""
UPGRADE = ("changePlan", {"planCode": "business"})
THREE = ("changeQuantity", {"quantity": 3})
TERMINATION = ("terminateSubscription", {})
Order = tuple[str, Json]


async def race(world: World, *orders: Order, **values: Any) -> list[str]:
    """Sends all of them at once; the code that each meets, or "done"."""
    own = {"subscriptionId": world.subscription} | values
    payloads = await asyncio.gather(*(world.admin.do(mutation, own | data) for mutation, data in orders))
    return [" ".join(error["code"] for error in payload["userErrors"]) or "done" for payload in payloads]


async def ledger(world: World) -> Json:
    found: Json = (await world.admin.ask(LEDGER, id=world.subscription))["subscription"]
    return found | {"history": [edge["node"] for edge in found["history"]["edges"]][-2::-1]}


def charged(record: Json) -> list[str]:
    """Kind, quantity and price of the record's lines."""
    return [f"{line['kind']} {line['quantity']} {line['price']['amount']}" for line in record["lines"]]


@pytest.mark.parametrize("_", range(5))
async def test_second_of_two_changes_builds_on_the_first(world: World, _: int) -> None:
    assert await race(world, UPGRADE, THREE) == ["done", "done"]
    found = await ledger(world)
    assert (found["version"], found["quantity"], found["plan"]["code"]) == (3, 3, "business")
    assert found["price"] == {"amount": "2220.00"}
    # 6 of 12 months: of 740.00 and 2 x 740.00, or of 2 x 370.00 and 3 x 740.00
    assert {record["action"]: charged(record) for record in found["history"]} in (
        {"CHANGE_PLAN": ["UPGRADE 1 370.00"], "CHANGE_QUANTITY": ["QUANTITY 2 740.00"]},
        {"CHANGE_QUANTITY": ["QUANTITY 2 370.00"], "CHANGE_PLAN": ["UPGRADE 3 1110.00"]},
    )
    first = found["history"][0]
    upgraded_first = first["action"] == "CHANGE_PLAN"
    assert charged(first) == (["UPGRADE 1 370.00"] if upgraded_first else ["QUANTITY 2 370.00"])


@pytest.mark.parametrize("_", range(5))
async def test_two_changes_of_one_version_one_is_stale(world: World, _: int) -> None:
    met = await race(world, UPGRADE, THREE, expectedVersion=1)
    assert sorted(met) == ["STALE_VERSION", "done"]
    found = await ledger(world)
    [record] = found["history"]
    assert record["action"] == ("CHANGE_PLAN" if met[0] == "done" else "CHANGE_QUANTITY")
    assert (found["version"], found["invoices"]) == (2, {"totalCount": 2})


@pytest.mark.parametrize("_", range(5))
async def test_termination_refunds_upgrade_or_refuses_it(world: World, _: int) -> None:
    met = await race(world, UPGRADE, TERMINATION)
    found = await ledger(world)
    assert found["status"] == "TERMINATED"
    # On 16 Jun 2021 the eighth month begins: 4/12 of the year are left, 4/5 of what the upgrade paid for.
    if met == ["done", "done"]:
        assert [charged(record) for record in found["history"]] == [
            ["UPGRADE 1 370.00"],
            ["REFUND 1 -123.33", "REFUND 1 -296.00"],
        ]
    else:
        assert met == ["ALREADY_ENDED", "done"]
        assert [charged(record) for record in found["history"]] == [["REFUND 1 -123.33"]]


async def test_twenty_changes_at_once_follow_each_other(world: World) -> None:
    orders = [("changeQuantity", {"quantity": quantity}) for quantity in range(2, 22)]
    assert set(await race(world, *orders)) == {"done"}
    found = await ledger(world)
    assert found["version"] == 21
    [*changes] = [change for record in found["history"] for change in record["changes"]]
    assert {change["field"] for change in changes} == {"quantity"}
    assert [change["before"] for change in changes] == ["1", *(change["after"] for change in changes[:-1])]
    assert str(found["quantity"]) == changes[-1]["after"]
    for record, change in zip(found["history"], changes, strict=True):
        more = int(change["after"]) - int(change["before"])
        assert charged(record) == ([f"QUANTITY {more} {more * 185}.00"] if more > 0 else [])
