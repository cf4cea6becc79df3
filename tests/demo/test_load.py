"""The demo, loaded into the session's database: partners are isolated, so no other test meets it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app import system_clock
from demo.jpy_partner import JPY_PARTNER
from demo.load import Demo, load_demo, load_scenario
from demo.scenario import Sale, Scenario
from demo.usd_partner import ENDS, USD_PARTNER
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action, Status
from domain.principal import CUSTOMER_ROLES, Principal, Role
from models.engine import partner_transaction
from models.tables import customer, history, invoice, metadata, subscription
from server.auth.tokens import mint
from tests.api.client import DAYS, ISSUED_AT, QUOTE, Api, Caller, Json

PREVIEW = (
    "query($id: ID!) { previewProration(change: {changePlan: {subscriptionId: $id, planCode: "
    '"business"}}) { token userErrors { code message } ' + QUOTE + " } }"
)


@pytest.fixture(scope="module")
async def demo(database_url: str) -> Demo:
    return await load_demo(database_url, system_clock)


async def rows(engine: AsyncEngine, scenario: Scenario, table: Table, *columns: str) -> list[Any]:
    statement = select(*(table.c[name] for name in columns)).where(table.c.partner_id == scenario.partner_id)
    async with partner_transaction(engine, scenario.partner_id) as connection:
        return list((await connection.execute(statement)).all())


async def counts(engine: AsyncEngine, scenario: Scenario) -> dict[str, int]:
    """How many rows the partner has in each table."""
    found = {}
    async with partner_transaction(engine, scenario.partner_id) as connection:
        for table in metadata.sorted_tables:
            key = table.c["id" if table.name == "partner" else "partner_id"]
            statement = select(func.count()).where(key == scenario.partner_id)
            found[table.name] = (await connection.execute(statement)).scalar_one()
    return found


def caller(api: Api, demo: Demo, role: Role) -> Caller:
    """With the token that `tenure demo` prints for the role."""
    customer_id = demo.customer_id if role in CUSTOMER_ROLES else None
    principal = Principal(role, demo.names[role], demo.partner_id, customer_id)
    return Caller(api.client, mint(api.key, principal, ISSUED_AT, DAYS))


async def article(asking: Caller, demo: Demo, selection: str) -> Json:
    query = f"query($reference: String!) {{ subscription(by: {{reference: $reference}}) {{ {selection} }} }}"
    found: Json = (await asking.ask(query, reference=demo.subscription))["subscription"]
    return found


async def test_second_load_changes_nothing(demo: Demo, engine: AsyncEngine, database_url: str) -> None:
    before = [await counts(engine, scenario) for scenario in (USD_PARTNER, JPY_PARTNER)]
    assert await load_demo(database_url, system_clock) == demo
    assert [await counts(engine, scenario) for scenario in (USD_PARTNER, JPY_PARTNER)] == before
    assert before[0]["customer"] > 20
    assert before[1]["subscription"] > 3


async def test_the_articles_upgrade_is_quoted_as_published(api: Api, demo: Demo) -> None:
    asking = caller(api, demo, Role.PARTNER_ADMIN)
    preview = (await asking.ask(PREVIEW, id=(await article(asking, demo, "id"))["id"]))["previewProration"]
    assert preview["userErrors"] == []
    [line] = preview["quote"]["lines"]
    assert (line["cost"]["amount"], line["price"]["amount"]) == ("365.00", "370.00")
    assert (line["periodStartsOn"], line["periodEndsOn"]) == ("2021-06-16", "2021-11-15")
    assert line["fraction"] == {"numerator": 6, "denominator": 12}


async def test_the_articles_subscription_is_paid_in_full(api: Api, demo: Demo) -> None:
    asking = caller(api, demo, Role.CUSTOMER_ADMIN)
    selection = (
        "status plan { code } purchasedOn term { number startsOn endsOn } "
        "invoices(first: 9) { edges { node { status issuedOn price { amount } } } }"
    )
    found = await article(asking, demo, selection)
    assert (found["status"], found["plan"]["code"], found["purchasedOn"]) == (
        "ACTIVE",
        "professional",
        "2020-11-16",
    )
    assert found["term"] == {"number": 1, "startsOn": "2020-11-16", "endsOn": "2021-11-15"}
    paid = {"status": "ISSUED", "issuedOn": "2020-11-16", "price": {"amount": "370.00"}}
    assert found["invoices"]["edges"] == [{"node": paid}]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PLATFORM_OPERATOR}))
async def test_every_token_reads_the_articles_subscription(api: Api, demo: Demo, role: Role) -> None:
    found = await article(caller(api, demo, role), demo, "reference")
    assert found["reference"] == demo.subscription


async def test_nested_queries_show_something(api: Api, demo: Demo) -> None:
    query = """{ subscriptions(first: 100) { edges { node {
        trialEndsOn contract { title } assignees(first: 3) { edges { node { name } } }
        scheduledChanges { summary } billingModel { multiplier } addOns { changes { source } }
        customer { members(first: 3) { edges { node { name } } } }
        numbers(first: 3) { edges { node { e164 } } } history(first: 5) { edges { node { summary } } }
    } } } }"""
    data = await caller(api, demo, Role.PARTNER_ADMIN).ask(query)
    nodes = [edge["node"] for edge in data["subscriptions"]["edges"]]
    assert all(node["customer"]["members"]["edges"] for node in nodes)
    assert any(node["trialEndsOn"] for node in nodes)
    assert any(node["contract"] for node in nodes)
    assert any(node["assignees"]["edges"] for node in nodes)
    assert any(node["scheduledChanges"] for node in nodes)
    assert any(node["addOns"] for node in nodes)
    assert any(node["numbers"]["edges"] for node in nodes)
    assert any(node["billingModel"]["multiplier"] > 1 for node in nodes)
    assert any(len(node["history"]["edges"]) > 2 for node in nodes)


@pytest.mark.usefixtures("demo")
async def test_the_world_is_wide(engine: AsyncEngine) -> None:
    zones = {row.time_zone for row in await rows(engine, USD_PARTNER, customer, "time_zone")}
    assert len(zones) > 15
    assert {"America/Santiago", "Pacific/Kiritimati", "Europe/Berlin", "Asia/Tokyo"} < zones
    statuses = {row.status for row in await rows(engine, USD_PARTNER, subscription, "status")}
    assert statuses == set(Status)
    assert {row.status for row in await rows(engine, USD_PARTNER, invoice, "status")} == {"PENDING", "ISSUED"}
    actions = {row.action for row in await rows(engine, USD_PARTNER, history, "action")}
    assert actions == set(Action)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("scenario", [USD_PARTNER, JPY_PARTNER], ids=["dollars", "yen"])
async def test_nothing_is_overdue_or_in_the_future(engine: AsyncEngine, scenario: Scenario) -> None:
    subscriptions = await rows(engine, scenario, subscription, "due_at", "due_error")
    assert min(row.due_at for row in subscriptions if row.due_at) > ENDS
    assert not any(row.due_error for row in subscriptions)
    assert max(row.at for row in await rows(engine, scenario, history, "at")) <= ENDS


async def test_two_that_load_at_once_make_one(engine: AsyncEngine) -> None:
    scenario = replace(JPY_PARTNER, name="Loaded twice at once")
    await asyncio.gather(*(load_scenario(engine, system_clock, scenario) for _ in range(2)))
    expected = len(scenario.buyers)
    assert (await counts(engine, scenario))["customer"] == expected


async def test_a_story_that_breaks_off_leaves_nothing(engine: AsyncEngine) -> None:
    *others, last = JPY_PARTNER.buyers
    broken = replace(last, sales=(Sale(last.since, "no-such-plan"),))
    scenario = replace(JPY_PARTNER, name="Broken off", buyers=(*others, broken))
    with pytest.raises(LifecycleError) as refusal:
        await load_scenario(engine, system_clock, scenario)
    assert refusal.value.code is ErrorCode.NOT_FOUND
    assert set((await counts(engine, scenario)).values()) == {0}
