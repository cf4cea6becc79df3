"""Customers, their members and their contracts."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import Json, World, a_customer, a_subscription
from tests.api.database import unchanged
from tests.api.inputs import refusal, refusals

SEEN = """customer { name timeZone orgUuid currency billing { billOnOrderDay billingDay
  policy { prorationUnit upgradeBasis allowRefund refundWindowDays cancellationAdjustment } } }"""
ORG = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
PENDING = """query($id: ID!) { customer(by: {id: $id}) { invoices { edges { node {
  status dueToIssueOn price { amount } } } } } }"""


def customer(**values: Any) -> Json:
    return {"name": "New", "timeZone": "Europe/Berlin"} | values


async def refused(world: World, engine: AsyncEngine, mutation: str, data: Json) -> tuple[str, list[str]]:
    """Code and field of the one refusal, which leaves no trace."""
    async with unchanged(engine, world.partner):
        return await refusal(world.admin, mutation, data)


async def test_customer_is_billed_on_order_day_by_default(world: World) -> None:
    made = (await world.admin.made("createCustomer", customer(orgUuid=ORG), SEEN))["customer"]
    assert (made["name"], made["timeZone"], made["orgUuid"]) == ("New", "Europe/Berlin", ORG)
    assert (made["billing"]["billOnOrderDay"], made["billing"]["billingDay"]) == (True, 1)
    assert made["billing"]["policy"] == {
        "prorationUnit": "CALENDAR_MONTH",
        "upgradeBasis": "TARGET_PLAN",
        "allowRefund": True,
        "refundWindowDays": 14,
        "cancellationAdjustment": "DAILY",
    }


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"timeZone": ""}, ["timeZone"]),
        ({"timeZone": "Mars/Base"}, ["timeZone"]),
        ({"timeZone": "../../etc/passwd"}, ["timeZone"]),
        ({"timeZone": "/usr/share/zoneinfo/UTC"}, ["timeZone"]),
        ({"timeZone": "Europe/Berlin\n"}, ["timeZone"]),
        ({"timeZone": "GMT+1"}, ["timeZone"]),
        ({"timeZone": "é"}, ["timeZone"]),
        ({"billingDay": 0}, ["billingDay"]),
        ({"billingDay": 32}, ["billingDay"]),
        ({"policy": {"refundWindowDays": -1}}, ["policy", "refundWindowDays"]),
        ({"policy": {"refundWindowDays": 3651}}, ["policy", "refundWindowDays"]),
    ],
    ids=repr,
)
async def test_a_customer_out_of_bounds_is_refused(
    world: World, engine: AsyncEngine, odd: Json, field: list[str]
) -> None:
    assert await refused(world, engine, "createCustomer", customer(**odd)) == ("INVALID_VALUE", field)


async def test_an_organisation_is_a_partner_s_customer_once(world: World) -> None:
    results = await asyncio.gather(
        *(refusals(world.admin, "createCustomer", customer(orgUuid=ORG)) for _ in range(6))
    )
    assert sorted(len(errors) for errors in results) == [0] + [1] * 5
    assert {(e["code"], *e["field"]) for errors in results for e in errors} == {("INVALID_VALUE", "orgUuid")}


async def test_an_update_keeps_omitted_values(world: World) -> None:
    policy = {"upgradeBasis": "DIFFERENCE", "refundWindowDays": 3}
    key = await a_customer(world.admin, name="Old", billingDay=5, policy=policy)
    made = (await world.admin.made("updateCustomer", {"id": key, "name": "New"}, SEEN))["customer"]
    assert (made["name"], made["billing"]["billingDay"]) == ("New", 5)
    update = {"id": key, "billOnOrderDay": False, "policy": {"refundWindowDays": 0}}
    made = (await world.admin.made("updateCustomer", update, SEEN))["customer"]
    found = made["billing"]["policy"]
    assert (found["upgradeBasis"], found["refundWindowDays"]) == ("DIFFERENCE", 0)
    same = (await world.admin.made("updateCustomer", {"id": key}, SEEN))["customer"]
    assert same == made


async def test_another_billing_day_moves_the_pending_invoice(world: World) -> None:
    key = await a_customer(world.admin, billOnOrderDay=False, billingDay=1)
    await a_subscription(world.admin, key)
    for change, due in (
        ({"billingDay": 20}, "2021-06-20"),
        ({"billOnOrderDay": True}, "2021-06-20"),
        ({"billingDay": 16}, "2021-07-16"),
    ):
        await world.admin.made("updateCustomer", {"id": key} | change, "customer { id }")
        [edge] = (await world.admin.ask(PENDING, id=key))["customer"]["invoices"]["edges"]
        assert edge["node"] == {"status": "PENDING", "dueToIssueOn": due, "price": {"amount": "370.00"}}


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"name": " "}, ["name"]),
        ({"billingDay": 32}, ["billingDay"]),
        ({"policy": {"refundWindowDays": -5}}, ["policy", "refundWindowDays"]),
    ],
)
async def test_an_update_out_of_bounds_is_refused(
    world: World, engine: AsyncEngine, odd: Json, field: list[str]
) -> None:
    data = {"id": world.customer} | odd
    assert await refused(world, engine, "updateCustomer", data) == ("INVALID_VALUE", field)


async def test_a_policy_update_changes_only_given_values(world: World) -> None:
    seen = "partner { policy { prorationUnit allowRefund refundWindowDays } }"
    made = await world.admin.made("updatePolicy", {"allowRefund": False}, seen)
    assert made["partner"]["policy"] == {
        "prorationUnit": "CALENDAR_MONTH",
        "allowRefund": False,
        "refundWindowDays": 14,
    }
    assert await world.admin.made("updatePolicy", {}, seen) == made


@pytest.mark.parametrize("days", [-1, 3651])
async def test_a_policy_out_of_bounds_is_refused(world: World, engine: AsyncEngine, days: int) -> None:
    found = await refused(world, engine, "updatePolicy", {"refundWindowDays": days})
    assert found == ("INVALID_VALUE", ["refundWindowDays"])


@pytest.mark.parametrize(
    "email", ["", "x", "@", "a@", "@b", "a b@c", "a@b c", "a@b@c", "x" * 251 + "@b.c", "a@b\n", " a@b"]
)
async def test_a_member_has_an_address(world: World, engine: AsyncEngine, email: str) -> None:
    data = {"customerId": world.customer, "name": "Jo", "email": email}
    assert await refused(world, engine, "createMember", data) == ("INVALID_VALUE", ["email"])


async def test_an_address_is_a_customer_s_member_once(world: World) -> None:
    other = await a_customer(world.admin)
    data = {"customerId": world.customer, "name": "Jo", "email": "jo@example.com"}
    results = await asyncio.gather(*(refusals(world.admin, "createMember", data) for _ in range(4)))
    assert sorted(len(errors) for errors in results) == [0, 1, 1, 1]
    assert await refusals(world.admin, "createMember", data | {"customerId": other}) == []
