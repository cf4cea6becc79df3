"""Planned mutations answer as the reference way does, and each runs once, even after a failure."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Role
from resolvers.plan.plan import Prepared
from tests.api.client import PHONE_PLANS, QUOTE, Api, Caller, Json, World, a_subscription, yearly
from tests.api.database import statements
from tests.api.differential import Drawing, comparable, cursors_of, mutation, outcomes
from tests.api.inputs import MUTATIONS
from tests.api.sample_partner import SamplePartner, a_sample_partner, foreign_id

DOCUMENTS = 200
ANSWER = f"""userErrors {{ code message field }} {QUOTE}
  subscription {{ id version plan {{ code prices {{ cycle }} }} history {{ totalCount }} }}
  record {{ summary lines {{ kind }} subscription {{ id }} }} scheduledChange {{ id }}
  invoice {{ number price {{ amount }} cost {{ amount }} }}"""
CHANGE = f"mutation($input: ChangePlanInput!) {{ changePlan(input: $input) {{ {ANSWER} }} }}"


@pytest.fixture(scope="module")
async def large_sample(api: Api, engine: AsyncEngine) -> SamplePartner:
    return await a_sample_partner(api, engine, customers=4)


def upgrade(world: World, **values: Any) -> Json:
    return {"subscriptionId": world.subscription, "planCode": "business"} | values


async def changes_of(world: World) -> int:
    """How many records the subscription has beside its purchase."""
    query = "query($id: ID!) { subscription(by: {id: $id}) { history { totalCount } } }"
    found = await world.admin.ask(query, id=world.subscription)
    return int(found["subscription"]["history"]["totalCount"]) - 1


def order(drawing: Drawing, ids: dict[str, str]) -> tuple[str, Json]:
    """A mutation of that customer's subscription; about one in three is refused."""
    own = {"subscriptionId": drawing.one_of(*[ids["CustomerSubscription"]] * 9, foreign_id("Customer"))}
    orders = {
        "changePlan": {"planCode": drawing.one_of("professional", "business", "fax-basic", "nothing")},
        "changeQuantity": {"quantity": drawing.one_of(0, 1, 2, 3, 4, 5)},
        "setAutoRenewal": {"on": drawing.one_of(True, False)},
        "updateSettings": {"settings": {"language": drawing.one_of("en", "de", 1, None)}},
        "changeAddOns": {"addOns": [{"code": "storage", "quantity": drawing.one_of(0, 1, 2, 3)}]},
        "assignMembers": {"memberIds": [ids["Member"]]},
        "unassignMembers": {"memberIds": [ids["Member"]]},
        "linkContract": {"contractId": ids["Contract"]},
        "unlinkContract": {},
        "cancelSubscription": {"when": {"at": "END_OF_BILLING_PERIOD"}},
        "changeNumbers": {drawing.one_of("addNumberIds", "removeNumberIds"): [ids["PhoneNumber"]]},
    }
    name = drawing.one_of(*orders)
    return name, own | orders[name]


def drawn(large_sample: SamplePartner, cursors: list[str]) -> Iterator[tuple[Caller, str, Json]]:
    """The caller, the document and its variables: one order, or two of different customers."""
    ids = sorted({key for customer in large_sample.customers for key in customer.ids.values()})
    for number in range(DOCUMENTS):
        drawing = Drawing(f"mutation {number}", ids, cursors)
        [first, second] = [
            large_sample.customers[(number + n) % len(large_sample.customers)] for n in range(2)
        ]
        customers = [first] if drawing.below(3) else [first, second]
        orders = [order(drawing, customer.ids) for customer in customers]
        for place, (_, data) in enumerate(orders):
            data["idempotencyKey"] = f"{number} {place}"
        sides = [
            large_sample.side_of(first),
            large_sample.side_of(first, Role.CUSTOMER_MEMBER),
            large_sample.platform,
        ]
        caller = drawing.one_of(
            large_sample.admin, large_sample.admin, large_sample.staff, large_sample.staff, *sides
        )
        yield caller, *mutation(f"{number}", orders, ids, cursors)


@pytest.mark.usefixtures("garbage_waits")
async def test_drawn_mutations_are_answered_alike(
    large_sample: SamplePartner, reference: httpx.AsyncClient
) -> None:
    """With the same key, a document that differs in a space is answered from the same outcome, unplanned."""
    before, failed = outcomes(), 0
    for caller, query, values in drawn(large_sample, await cursors_of(large_sample)):
        planned = await caller.post(query, **values)
        expected = await Caller(reference, caller.token).post(query + " ", **values)
        assert comparable(planned) == comparable(expected), (query, values)
        failed += "errors" in planned
    ways = outcomes() - before
    assert ways[""] > DOCUMENTS / 3, ways
    assert failed > DOCUMENTS / 20


async def test_a_payload_is_one_statement(world: World, engine: AsyncEngine) -> None:
    with statements(engine) as seen:
        await world.admin.ask(CHANGE, input=upgrade(world))
    assert len([text for text in seen if "level0" in text]) == 1
    assert "level0" in seen[-1]


async def test_a_refused_payload_reads_nothing_more(world: World, engine: AsyncEngine) -> None:
    with statements(engine) as seen:
        data = await world.admin.ask(CHANGE, input=upgrade(world, planCode="professional"))
    assert data["changePlan"]["userErrors"][0]["code"] == "SAME_PLAN"
    assert data["changePlan"]["subscription"] is None
    assert not [text for text in seen if "level0" in text]


async def test_platform_and_members_are_refused_both_ways(
    sample: SamplePartner, reference: httpx.AsyncClient
) -> None:
    data = {"subscriptionId": sample.customers[0].subscription, "planCode": "business"}
    for caller in (sample.platform, sample.side_of(sample.customers[0], Role.CUSTOMER_MEMBER)):
        planned = await caller.post(CHANGE, input=data)
        assert planned["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        expected = await Caller(reference, caller.token).post(CHANGE, input=data)
        assert comparable(planned) == comparable(expected)


async def test_failed_plan_reads_again_and_acts_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(*_: Any) -> None:
        raise ConnectionError("lost")

    before = outcomes()
    monkeypatch.setattr(Prepared, "answer", failing)
    data = await world.admin.ask(CHANGE, input=upgrade(world))
    monkeypatch.undo()
    assert data["changePlan"]["subscription"]["plan"]["code"] == "business"
    assert data["changePlan"]["subscription"]["version"] == 2
    assert await changes_of(world) == 1
    assert (outcomes() - before)["ConnectionError"] == 1


async def test_unplannable_field_is_left_to_reference_way(world: World, reference: httpx.AsyncClient) -> None:
    """Each root field is read before the next one runs."""
    other = await a_subscription(world.admin, world.customer)
    bad = 'subscription { version invoices(after: "nothing") { totalCount } }'
    query = f"""mutation($a: ChangePlanInput!, $b: ChangePlanInput!, $c: ChangePlanInput!) {{
      before: changePlan(input: $a) {{ subscription {{ version }} }} __typename
      ...Rest }}
      fragment Rest on Mutation {{
        during: changePlan(input: $b) {{ {bad} }} after: changePlan(input: $c) {{ {ANSWER} }} }}"""
    keys = [{"idempotencyKey": name, "subscriptionId": world.subscription} for name in "abc"]
    plans = ("business", "professional", "business")
    values = {k["idempotencyKey"]: k | {"planCode": plan} for k, plan in zip(keys, plans, strict=True)}
    body = await world.admin.post(query, **values)
    assert list(body["data"]) == ["before", "__typename", "during", "after"]
    assert body["data"]["before"] == {"subscription": {"version": 2}}
    assert body["data"]["during"] == {"subscription": None}
    assert body["data"]["after"]["subscription"]["version"] == 4
    assert [error["path"] for error in body["errors"]] == [["during", "subscription", "invoices"]]
    again = await Caller(reference, world.admin.token).post(query + " ", **values)
    assert again["errors"][0]["locations"] == body["errors"][0]["locations"]
    assert await changes_of(world) == 3
    assert other


SKU: Json = {"code": "toll-free", "name": "Toll-free", "prices": yearly("24.00", "11.11")}
SET_UP: tuple[tuple[str, Json, str], ...] = (
    ("saveSku", SKU, "sku { code name prices { cycle price { amount } cost { amount } } }"),
    ("saveSku", SKU | {"code": ""}, "sku { code }"),
    ("updateCustomer", {"billingDay": 1}, "customer { id billing { billingDay } members { totalCount } }"),
    ("updatePolicy", {"allowRefund": True}, "partner { id policy { allowRefund } }"),
    ("saveProduct", PHONE_PLANS, "product { id plans { code addOns { prices { cycle } } } }"),
)
"""Those that come to the same when they are sent twice."""


@pytest.mark.parametrize(("name", "data", "selection"), SET_UP)
async def test_set_up_mutations_are_planned(
    large_sample: SamplePartner, reference: httpx.AsyncClient, name: str, data: Json, selection: str
) -> None:
    if name == "updateCustomer":
        data = data | {"id": large_sample.customers[2].id}
    query = (
        f"mutation($i: {MUTATIONS[name]}!) {{ {name}(input: $i) {{ {selection} userErrors {{ code }} }} }}"
    )
    before = outcomes()
    planned = await large_sample.admin.post(query, i=data)
    assert list(outcomes() - before) == [""]
    expected = await Caller(reference, large_sample.admin.token).post(query, i=data)
    assert comparable(planned) == comparable(expected)


async def test_rows_that_were_made_keep_their_order(world: World) -> None:
    await world.admin.made("saveSku", SKU, "sku { code }")
    texts = [f"+65800000{n:02}" for n in (5, 1, 9, 3)]
    made = await world.admin.made("addNumbers", {"skuCode": SKU["code"], "e164": texts}, "numbers { e164 }")
    assert [number["e164"] for number in made["numbers"]] == texts


async def test_the_platform_sees_the_partner_that_it_made(api: Api) -> None:
    before, operator = outcomes(), api.as_role(Role.PLATFORM_OPERATOR)
    data = {"name": "New", "currency": "USD"}
    made = await operator.made("createPartner", data, "partner { id name sandbox policy { allowRefund } }")
    assert made["partner"]["name"] == "New"
    assert list(outcomes() - before) == [""]
