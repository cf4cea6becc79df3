"""GraphiQL's tabs do what their comments say, on a fresh demo and for each permitted role."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from graphql import OperationDefinitionNode, OperationType, parse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app import system_clock
from demo import sample_customer
from demo.graphiql_tabs import Tab, load_tabs
from demo.load import load_scenario
from demo.usd_partner import USD_PARTNER
from domain.principal import Principal, Role
from models.engine import partner_transaction
from models.tables import customer
from server.auth.tokens import mint
from tests.api.client import DAYS, ISSUED_AT, Api, Caller, Json

SMALL = replace(USD_PARTNER, buyers=(sample_customer.CUSTOMER,))


async def fresh(engine: AsyncEngine, name: str) -> tuple[UUID, list[Tab]]:
    """A demo with only the article's customer, and its tabs."""
    scenario = replace(SMALL, name=name)
    await load_scenario(engine, system_clock, scenario)
    return scenario.partner_id, list(await load_tabs(engine, scenario.partner_id))


async def asking(api: Api, engine: AsyncEngine, partner_id: UUID, role: Role) -> Caller:
    async with partner_transaction(engine, partner_id) as connection:
        found = select(customer.c.id).where(customer.c.partner_id == partner_id)
        [customer_id] = (await connection.execute(found)).scalars()
    principal = Principal(role, "Somebody", partner_id, customer_id if role is Role.CUSTOMER_ADMIN else None)
    return Caller(api.client, mint(api.key, principal, ISSUED_AT, DAYS))


def operations(tab: Tab) -> list[str]:
    """Those that go over HTTP, in order."""
    return [
        definition.name.value
        for definition in parse(tab.query).definitions
        if isinstance(definition, OperationDefinitionNode)
        and definition.name
        and definition.operation is not OperationType.SUBSCRIPTION
    ]


async def run(caller: Caller, tab: Tab, operation: str) -> Any:
    """The data, in which nothing was refused."""
    body = {"query": tab.query, "variables": tab.variables, "operationName": operation}
    response = await caller.client.post(
        "/graphql", json=body, headers={"authorization": f"Bearer {caller.token}"}
    )
    answer: Json = response.json()
    assert "errors" not in answer, answer["errors"]
    for payload in answer["data"].values():
        assert payload.get("userErrors", []) == [], operation
    return next(iter(answer["data"].values()))


async def test_tabs_run_in_order_and_again(api: Api, engine: AsyncEngine) -> None:
    partner_id, tabs = await fresh(engine, "Tabs in order")
    caller = await asking(api, engine, partner_id, Role.PARTNER_ADMIN)
    done = {name: await run(caller, tab, name) for tab in tabs for name in operations(tab)}

    assert done["Subscription"]["reference"] == sample_customer.REFERENCE
    assert done["Subscription"]["cost"]["amount"] == "365.00"
    [line] = done["UpgradeQuote"]["quote"]["lines"]
    assert (line["price"]["amount"], line["fraction"]) == ("370.00", {"numerator": 6, "denominator": 12})
    assert done["Upgrade"]["quote"] == done["UpgradeQuote"]["quote"]
    [line] = done["AddOnsQuote"]["quote"]["lines"]
    assert line["fraction"] == {"numerator": 8, "denominator": 12}
    assert done["CancelAddOn"]["quote"]["price"]["amount"].startswith("-")
    [line] = done["ChangeNumbers"]["quote"]["lines"]
    assert line["kind"] == "NUMBER"
    assert done["CancelPastDay"]["subscription"]["status"] == "CANCELED"
    assert done["CancelPastDay"]["quote"]["lines"][0]["fraction"] == {"numerator": 273, "denominator": 365}
    assert done["CancelPeriodEnd"]["subscription"]["status"] == "PENDING_FOR_CANCEL"
    assert done["RevokeCancellation"]["subscription"]["status"] == "ACTIVE"
    assert done["Terminate"]["quote"]["price"]["amount"] == "-370.00"
    assert done["History"]["history"]["totalCount"] == 6

    again = {name: await run(caller, tab, name) for tab in tabs[1:6] for name in operations(tab)[1:]}
    assert again["Upgrade"] == done["Upgrade"]
    assert again["Terminate"] == done["Terminate"]
    assert await load_tabs(engine, partner_id) == tabs, "they name the same things whatever was done to them"


async def test_tabs_run_in_reverse_and_hide_costs(api: Api, engine: AsyncEngine) -> None:
    partner_id, tabs = await fresh(engine, "Tabs from the last to the first")
    caller = await asking(api, engine, partner_id, Role.CUSTOMER_ADMIN)
    done = {name: await run(caller, tab, name) for tab in reversed(tabs) for name in operations(tab)}
    seen = done["Subscription"]
    assert (seen["plan"]["name"], seen["price"]["amount"], seen["cost"]) == ("Business", "740.00", None)


async def test_a_demo_of_before_there_were_tabs_has_none(engine: AsyncEngine) -> None:
    scenario = replace(SMALL, name="Before tabs", buyers=(sample_customer.ARTICLE_CUSTOMER,))
    await load_scenario(engine, system_clock, scenario)
    assert await load_tabs(engine, scenario.partner_id) == ()
