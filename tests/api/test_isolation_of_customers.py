"""No customer finds or changes rows of another customer of the same partner, by any field."""

import asyncio
import json

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Role
from models.engine import partner_transaction
from models.tables import phone_number, subscription
from resolvers.ids import key_of
from tests.api.database import unchanged
from tests.api.foreign_ids import Ids, check_same_answer, mutations, previews, queries
from tests.api.sample_partner import FREE_NUMBERS, SamplePartner
from tests.api.test_reading import WHOLE_GRAPH

PATIENCE = 15.0  # seconds until an answer that should come counts as waiting for another
SIDES = (Role.CUSTOMER_ADMIN, Role.CUSTOMER_MEMBER)
OWN = """query($ids: [ID!]!) { nodes(ids: $ids) { id }
  customers { edges { node { id } } } subscriptions { edges { node { customer { id } } } }
  invoices { edges { node { customer { id } } } } webhookEndpoints { totalCount }
  availableNumbers(first: 100) { edges { node { e164 subscription { id } } } } }"""
SHARED = {"Partner", "Product", "Plan"}
"""What all customers of a partner see."""


@pytest.fixture(scope="module")
async def theirs(sample: SamplePartner) -> Ids:
    """The ids and other names of another customer. Webhooks belong to the partner."""
    ids = sample.customers[1].ids
    query = (
        "query($c: ID!, $s: ID!) { customer(by: {id: $c}) { orgUuid name } "
        "subscription(by: {id: $s}) { reference } }"
    )
    found = await sample.admin.ask(query, c=ids["Customer"], s=ids["CustomerSubscription"])
    return {name: key for name, key in ids.items() if name not in SHARED} | {
        "orgUuid": found["customer"]["orgUuid"],
        "name": found["customer"]["name"],
        "reference": found["subscription"]["reference"],
    }


@pytest.mark.parametrize("role", SIDES)
async def test_no_query_finds_rows_of_another_customer(
    sample: SamplePartner, engine: AsyncEngine, theirs: Ids, role: Role
) -> None:
    caller = sample.side_of(sample.customers[0], role)
    for attempt in queries(theirs):
        await check_same_answer(engine, caller, attempt, theirs)


async def test_no_mutation_accepts_ids_of_another_customer(
    sample: SamplePartner, engine: AsyncEngine, theirs: Ids
) -> None:
    """Only changeOwnership may name another organization."""
    async with unchanged(engine, sample.partner):
        caller, own = sample.side_of(sample.customers[0]), sample.customers[0].ids
        for attempt in (
            *mutations(own, theirs, organizations=False),
            *previews(own, theirs, organizations=False),
        ):
            body = await check_same_answer(engine, caller, attempt, theirs)
            assert "errors" in body or body["data"][attempt.field]["userErrors"], attempt.name


@pytest.mark.parametrize("role", SIDES)
async def test_customer_reads_its_own(sample: SamplePartner, role: Role) -> None:
    own = sample.customers[0]
    data = await sample.side_of(own, role).ask(OWN, ids=list(own.ids.values()))
    hidden = own.ids["WebhookEndpoint"]
    assert [node and node["id"] for node in data["nodes"]] == [
        None if key == hidden else key for key in own.ids.values()
    ]
    assert data["customers"]["edges"] == [{"node": {"id": own.id}}]
    for name in ("subscriptions", "invoices"):
        assert {edge["node"]["customer"]["id"] for edge in data[name]["edges"]} == {own.id}
    free = [edge["node"] for edge in data["availableNumbers"]["edges"]]
    assert free == [{"e164": e164, "subscription": None} for e164 in FREE_NUMBERS]
    assert data["webhookEndpoints"] == {"totalCount": 0}


async def test_graph_of_customer_names_no_other(sample: SamplePartner, theirs: Ids) -> None:
    own = sample.customers[0]
    text = json.dumps(await sample.side_of(own).ask(WHOLE_GRAPH, id=own.id))
    assert own.ids["PhoneNumber"] in text
    assert [name for name, key in theirs.items() if key in text] == []


async def test_platform_operator_reads_no_row(sample: SamplePartner) -> None:
    data = await sample.platform.ask(OWN, ids=list(sample.customers[0].ids.values()))
    assert {repr(node) for node in data.pop("nodes")} == {"None"}
    assert not any(found.get("edges") or found.get("totalCount") for found in data.values())


async def test_number_of_another_customer_is_not_available(sample: SamplePartner, theirs: Ids) -> None:
    """To the partner, who sees it, the answer names it."""
    data = {"subscriptionId": sample.customers[0].subscription, "addNumberIds": [theirs["PhoneNumber"]]}
    [mine] = (await sample.side_of(sample.customers[0]).do("changeNumbers", data))["userErrors"]
    assert (mine["code"], mine["message"]) == ("NUMBER_NOT_AVAILABLE", "This phone number is not available.")
    [partner_s] = (await sample.admin.do("changeNumbers", data))["userErrors"]
    assert partner_s["code"] == "NUMBER_NOT_AVAILABLE"
    assert "+65" in partner_s["message"]


@pytest.mark.parametrize("field", ["subscriptionId", "addNumberIds"])
async def test_no_request_waits_for_another_customer_s_row(
    sample: SamplePartner, engine: AsyncEngine, theirs: Ids, field: str
) -> None:
    """The time of an answer must not reveal that the row is locked."""
    subscription_id = key_of(theirs["CustomerSubscription"], "CustomerSubscription")
    locks = (
        select(subscription.c.id).where(subscription.c.id == subscription_id).with_for_update(),
        select(phone_number.c.id).where(phone_number.c.subscription_id == subscription_id).with_for_update(),
    )
    data = {"subscriptionId": sample.customers[0].subscription, "addNumberIds": [theirs["PhoneNumber"]]}
    if field == "subscriptionId":
        data[field] = theirs["CustomerSubscription"]
    async with partner_transaction(engine, key_of(sample.partner, "Partner")) as connection:
        for lock in locks:
            assert (await connection.execute(lock)).all()
        async with asyncio.timeout(PATIENCE):
            refused = (await sample.side_of(sample.customers[0]).do("changeNumbers", data))["userErrors"]
    expected = "NOT_FOUND" if field == "subscriptionId" else "NUMBER_NOT_AVAILABLE"
    assert [error["code"] for error in refused] == [expected]
