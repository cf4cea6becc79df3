"""Contracts that a customer has, and who may be sold something under one."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import Json, World, a_customer
from tests.api.database import unchanged
from tests.api.inputs import refusal, refusals

SEEN = "contract { id reference title startsOn endsOn status }"


def paper(world: World, **values: object) -> Json:
    return {"customerId": world.customer, "title": "Frame", "startsOn": "2021-01-01"} | values


async def contract(world: World, **values: object) -> Json:
    found: Json = (await world.admin.made("createContract", paper(world, **values), SEEN))["contract"]
    return found


async def test_contract_defaults_to_active_and_open_ended(world: World) -> None:
    made = await contract(world)
    assert (made["reference"], made["status"], made["endsOn"]) == ("C-000001", "ACTIVE", None)
    made = await contract(world, endsOn="2021-01-01", status="DRAFT")
    assert (made["reference"], made["status"], made["endsOn"]) == ("C-000002", "DRAFT", "2021-01-01")


async def test_contracts_are_numbered_without_gaps(world: World) -> None:
    orders = [refusals(world.admin, "createContract", paper(world, title=title)) for title in ["x", ""] * 8]
    await asyncio.gather(*orders)
    assert (await contract(world))["reference"] == "C-000009"


@pytest.mark.parametrize(
    ("odd", "field"),
    [({"title": ""}, ["title"]), ({"title": "x" * 201}, ["title"]), ({"endsOn": "2020-12-31"}, ["endsOn"])],
)
async def test_a_contract_out_of_bounds_is_refused(
    world: World, engine: AsyncEngine, odd: Json, field: list[str]
) -> None:
    async with unchanged(engine, world.partner):
        assert await refusal(world.admin, "createContract", paper(world, **odd)) == ("INVALID_VALUE", field)


@pytest.mark.parametrize("status", ["DRAFT", "ACTIVE", "ENDED"])
async def test_a_contract_is_put_into_force_and_out_of_it(world: World, status: str) -> None:
    key = (await contract(world))["id"]
    made = await world.admin.made("setContractStatus", {"id": key, "status": status}, SEEN)
    assert (made["contract"]["id"], made["contract"]["status"]) == (key, status)


@pytest.mark.parametrize(
    "values",
    [{"status": "DRAFT"}, {"status": "ENDED"}, {"startsOn": "2021-06-17"}, {"endsOn": "2021-06-15"}],
    ids=repr,
)
async def test_purchase_needs_contract_in_force(world: World, engine: AsyncEngine, values: Json) -> None:
    key = (await contract(world, **values))["id"]
    async with unchanged(engine, world.partner):
        assert await codes(world, key) == ["CONTRACT_NOT_ACTIVE"]


@pytest.mark.parametrize("values", [{}, {"startsOn": "2021-06-16"}, {"endsOn": "2021-06-16"}], ids=repr)
async def test_contract_is_in_force_on_first_and_last_day(world: World, values: Json) -> None:
    assert await codes(world, (await contract(world, **values))["id"]) == []


async def test_another_customer_s_contract_is_not_found(world: World) -> None:
    other = await a_customer(world.admin)
    assert await codes(world, (await contract(world, customerId=other))["id"]) == ["NOT_FOUND"]


async def codes(world: World, contract_id: str) -> list[str]:
    """Which codes a purchase under the contract meets."""
    purchase = {"customerId": world.customer, "planCode": "business", "cycle": "YEARLY"}
    errors = await refusals(world.admin, "createSubscription", purchase | {"contractId": contract_id})
    return [refusal["code"] for refusal in errors]
