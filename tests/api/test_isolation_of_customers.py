"""No customer finds or changes what is another customer's of the same partner, by any field that there is."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Role
from models.engine import partner_transaction
from models.tables import phone_number, subscription
from resolvers.ids import key_of
from tests.api.database import images
from tests.api.foreign_ids import Ids, mutations, neither_tells, previews, queries
from tests.api.sample_partner import SamplePartner

PATIENCE = 15.0  # seconds until an answer that should come counts as waiting for another
SHARED = {"Partner", "Product", "Plan"}
"""What all customers of a partner see."""


@pytest.fixture(scope="module")
async def theirs(sample: SamplePartner) -> Ids:
    """Whatever names something of another customer's; the webhooks are the partner's own."""
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


@pytest.mark.parametrize("role", [Role.CUSTOMER_ADMIN, Role.CUSTOMER_MEMBER])
async def test_no_query_finds_what_is_another_customer_s(
    sample: SamplePartner, engine: AsyncEngine, theirs: Ids, role: Role
) -> None:
    caller = sample.side_of(sample.customers[0], role)
    for attempt in queries(theirs):
        await neither_tells(engine, caller, attempt, theirs)


async def test_no_change_takes_what_is_another_customer_s(
    sample: SamplePartner, engine: AsyncEngine, theirs: Ids
) -> None:
    """Giving one's own subscription to another organization is the one thing that is for naming another."""
    before = await images(engine, sample.partner)
    caller, own = sample.side_of(sample.customers[0]), sample.customers[0].ids
    for attempt in (
        *mutations(own, theirs, organizations=False),
        *previews(own, theirs, organizations=False),
    ):
        body = await neither_tells(engine, caller, attempt, theirs)
        assert "errors" in body or body["data"][attempt.field]["userErrors"], attempt.name
    assert await images(engine, sample.partner) == before


async def test_number_of_another_customer_is_not_available(sample: SamplePartner, theirs: Ids) -> None:
    """To the partner, who sees it, the answer names it."""
    data = {"subscriptionId": sample.customers[0].subscription, "addNumberIds": [theirs["PhoneNumber"]]}
    [mine] = (await sample.side_of(sample.customers[0]).do("changeNumbers", data))["userErrors"]
    assert (mine["code"], mine["message"]) == ("NUMBER_NOT_AVAILABLE", "This phone number is not available.")
    [partner_s] = (await sample.admin.do("changeNumbers", data))["userErrors"]
    assert partner_s["code"] == "NUMBER_NOT_AVAILABLE"
    assert "+65" in partner_s["message"]


@pytest.mark.parametrize("field", ["subscriptionId", "addNumberIds"])
async def test_nobody_waits_for_what_is_another_customer_s(
    sample: SamplePartner, engine: AsyncEngine, theirs: Ids, field: str
) -> None:
    """How long an answer takes does not tell whether somebody is at work on it."""
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
