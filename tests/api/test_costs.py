"""The customer's side sees no cost: not in fields, totals, payloads, history or errors."""

import re
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Role
from models.engine import partner_transaction
from models.tables import metadata
from resolvers.ids import key_of
from tests.api.client import QUOTE, Api, Caller, Json, World, a_customer, a_partner, a_subscription
from tests.api.inputs import SCHEMA
from tests.api.test_reading import LINE, MONEY, WHOLE_GRAPH

# No price equals one of these figures, or has one as a part.
COSTS = {"professional": "271.83", "business": "543.67", "storage": "3.19", "local": "7.77"}
PRICES = {"professional": "370.00", "business": "740.00", "storage": "12.00", "local": "24.00"}
EVERYTHING = (
    f"record {{ summary changes {{ field before after }} lines {LINE} }} invoice {{ number lines {LINE} "
    f"price {MONEY} cost {MONEY} }} subscription {{ price {MONEY} cost {MONEY} provisioning {{ edges {{ "
    f"node {{ payload }} }} }} }} {QUOTE}"
)
PREVIEW = (
    "query($change: SubscriptionChange!) { previewProration(change: $change) { token "
    f"userErrors {{ code message }} {QUOTE} }} }}"
)


def _prices(code: str) -> list[Json]:
    return [{"cycle": "YEARLY", "price": PRICES[code], "cost": COSTS[code]}]


def _plan(code: str, rank: int) -> Json:
    storage = {"code": "storage", "name": "Storage", "prices": _prices("storage")}
    return {"code": code, "name": code.title(), "rank": rank, "prices": _prices(code), "addOns": [storage]}


@pytest.fixture(scope="module", params=["TARGET_PLAN", "DIFFERENCE"])
async def shop(api: Api, request: pytest.FixtureRequest) -> World:
    """A partner whose costs cannot be mistaken for prices."""
    policy = {"upgradeBasis": request.param, "prorationUnit": "ANNIVERSARY_MONTH"}
    partner = await a_partner(api, policy=policy)
    admin = api.as_role(Role.PARTNER_ADMIN, partner)
    plans = [_plan("professional", 1), _plan("business", 2)]
    await admin.made("saveProduct", {"code": "phone", "name": "Phone", "plans": plans}, "product { id }")
    await admin.made(
        "saveSku", {"code": "local", "name": "Local", "prices": _prices("local")}, "sku { code }"
    )
    numbers = {"skuCode": "local", "e164": ["+6591000001", "+6591000002"]}
    made = await admin.made("addNumbers", numbers, "numbers { id }")
    customer = await a_customer(admin, billOnOrderDay=False)
    held = {"addOns": [{"code": "storage", "quantity": 2}], "numberIds": [made["numbers"][0]["id"]]}
    return World(api, partner, customer, admin, await a_subscription(admin, customer, quantity=3, **held))


async def answers(shop: World, role: Role) -> list[Json]:
    """Every answer about money that the role can get."""
    caller = shop.api.as_role(role, shop.partner, shop.customer)
    upgrade = {"subscriptionId": shop.subscription, "planCode": "business"}
    purchase = {"customerId": shop.customer, "planCode": "professional", "cycle": "YEARLY", "quantity": 2}
    bodies = [
        await caller.post(PREVIEW, change={"changePlan": upgrade}),
        await caller.post(PREVIEW, change={"create": purchase}),
        await _done(caller, "createSubscription", purchase),
        await _done(caller, "changePlan", upgrade),
        await _done(caller, "changePlan", upgrade),
        await _done(caller, "changePlan", upgrade | {"planCode": "professional", "quoteToken": "guess"}),
        await _done(caller, "createSubscription", purchase | {"quantity": 10**9}),
        await caller.post(WHOLE_GRAPH.replace("filter: ", "#\nfilter: "), id=shop.customer),
        await caller.post(WHOLE_GRAPH, id=shop.customer),
        await caller.post(
            f"{{ products {{ edges {{ node {{ plans {{ prices {{ cost {MONEY} }} }} }} }} }} }}"
        ),
        await caller.post(f"{{ invoices {{ edges {{ node {{ cost {MONEY} lines {LINE} }} }} }} }}"),
    ]
    assert not [body["errors"] for body in bodies if "errors" in body]
    return [body["data"] for body in bodies]


async def _done(caller: Caller, name: str, data: Json) -> Json:
    kind = name[0].upper() + name[1:] + "Input"
    fields = f"{EVERYTHING} userErrors {{ code message field }}"
    return await caller.post(f"mutation($i: {kind}!) {{ {name}(input: $i) {{ {fields} }} }}", i=data)


async def figures(engine: AsyncEngine, partner: str) -> set[str]:
    """Every cost in the partner's tables, as a decimal and in minor units."""
    found: set[int] = set()
    async with partner_transaction(engine, key_of(partner, "Partner")) as connection:
        for table in metadata.sorted_tables:
            for column in table.c:
                if column.name in {"cost", "unit_cost"}:
                    found |= set((await connection.execute(select(column))).scalars())
    return {text for minor in found if minor for text in (f"{abs(minor) / 100:.2f}", str(abs(minor)))}


def costs_in(bodies: list[Json], costs: set[str]) -> set[str]:
    """The costs that occur in the bodies as separate numbers."""
    return set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", repr(bodies))) & costs


def values_of(value: Any, names: set[str]) -> list[Any]:
    """The values of all fields of those names, anywhere below."""
    if isinstance(value, list):
        return [found for item in value for found in values_of(item, names)]
    if not isinstance(value, dict):
        return []
    own = [item for name, item in value.items() if name in names]
    return own + [found for item in value.values() for found in values_of(item, names)]


def test_every_cost_field_is_covered_here() -> None:
    fields = {
        (kind.name, name)
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items()
        if get_named_type(field.type).name == "Money" and "cost" in name.lower()
    }
    assert fields == {
        ("PlanPrice", "cost"),
        ("CustomerSubscription", "cost"),
        ("RenewalForecast", "cost"),
        ("Invoice", "cost"),
        ("ChargeLine", "cost"),
        ("ChargeLine", "unitCost"),
        ("Quote", "cost"),
    }


def test_whatever_is_a_cost_may_be_null() -> None:
    kinds = [kind for kind in SCHEMA.type_map.values() if isinstance(kind, GraphQLObjectType)]
    costs = [str(f.type) for kind in kinds for name, f in kind.fields.items() if "cost" in name.lower()]
    assert set(costs) == {"Money"}


async def test_partner_sees_every_cost_and_customer_none(shop: World, engine: AsyncEngine) -> None:
    bodies = await answers(shop, Role.CUSTOMER_ADMIN)
    costs = await figures(engine, shop.partner)
    assert {"271.83", "27183", "543.67", "3.19", "7.77"} <= costs
    assert set(values_of(bodies, {"cost", "unitCost"})) == {None}
    assert len(values_of(bodies, {"cost", "unitCost"})) > 50
    assert costs_in(bodies, costs) == set()
    partner = [await shop.staff.ask(WHOLE_GRAPH, id=shop.customer)]
    assert None not in [cost and cost["amount"] for cost in values_of(partner, {"cost", "unitCost"})]
    assert {"271.83", "543.67", "3.19", "7.77"} <= costs_in(partner, costs)


async def test_a_member_of_the_customer_sees_no_cost_either(shop: World, engine: AsyncEngine) -> None:
    member = shop.api.as_role(Role.CUSTOMER_MEMBER, shop.partner, shop.customer)
    bodies = [await member.ask(WHOLE_GRAPH, id=shop.customer)]
    assert set(values_of(bodies, {"cost", "unitCost"})) == {None}
    assert costs_in(bodies, await figures(engine, shop.partner)) == set()


async def test_events_for_third_parties_have_no_cost(shop: World, engine: AsyncEngine) -> None:
    query = "{ subscriptions { edges { node { provisioning { edges { node { payload } } } } } } }"
    bodies = [await shop.admin.post(query)]
    assert values_of(bodies, {"payload"})
    assert costs_in(bodies, await figures(engine, shop.partner)) == set()


async def test_quote_token_does_not_reveal_cost(shop: World) -> None:
    """Two partners with the same figures give different tokens: each has its own secret."""
    tokens = []
    for _ in range(2):
        partner = await a_partner(shop.api)
        admin = shop.api.as_role(Role.PARTNER_ADMIN, partner)
        plans = {"code": "phone", "name": "Phone", "plans": [_plan("professional", 1)]}
        await admin.made("saveProduct", plans, "product { id }")
        customer = await a_customer(admin)
        purchase = {"customerId": customer, "planCode": "professional", "cycle": "YEARLY"}
        data = await admin.ask(PREVIEW, change={"create": purchase})
        tokens.append(data["previewProration"]["token"])
    assert tokens[0] != tokens[1]
