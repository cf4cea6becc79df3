"""The same key with the same input is one order with one answer. Rules §9."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Role
from tests.api.client import QUOTE, Caller, Json, World, a_customer, a_subscription
from tests.api.database import unchanged

ANSWER = f"""userErrors {{ code message field }}
  record {{ id at reason }} invoice {{ number price {{ amount }} }}
  subscription {{ version status plan {{ code }} price {{ amount }} settings }} {QUOTE}"""
CHANGE = f"mutation Change($input: ChangePlanInput!) {{ changePlan(input: $input) {{ {ANSWER} }} }}"
SHORT = (
    "mutation($input: ChangePlanInput!) { changePlan(input: $input) { record { id } userErrors { code } } }"
)
STATE = """query($id: ID!) { subscription(by: {id: $id}) { version plan { code }
  history { totalCount } invoices { totalCount } provisioning { totalCount } } }"""


def upgrade(world: World, key: str | None = "key", **values: Any) -> Json:
    return {"subscriptionId": world.subscription, "planCode": "business", "idempotencyKey": key} | values


async def sent(caller: Caller, query: str, data: Json) -> str:
    """The raw answer."""
    response = await caller.send(json.dumps({"query": query, "variables": {"input": data}}))
    assert response.status_code == 200
    return response.text


async def codes(caller: Caller, data: Json) -> list[str]:
    payload = await caller.do("changePlan", data)
    return [error["code"] for error in payload["userErrors"]]


async def state(world: World) -> Json:
    found: Json = (await world.admin.ask(STATE, id=world.subscription))["subscription"]
    return found


def changed_once(found: Json) -> bool:
    """Whether there is one change after the purchase, with its invoice and its outbox row."""
    counts = [found[name]["totalCount"] for name in ("history", "invoices", "provisioning")]
    return (found["version"], counts) == (2, [2, 2, 2])


async def test_fifty_requests_with_one_key_charge_once(world: World) -> None:
    answers = await asyncio.gather(*(sent(world.admin, CHANGE, upgrade(world)) for _ in range(50)))
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["data"]["changePlan"]["quote"]["price"] == {"amount": "370.00"}
    assert changed_once(await state(world))


async def test_fifty_purchases_with_one_key_are_one(world: World) -> None:
    data = {"customerId": world.customer, "planCode": "business", "cycle": "YEARLY", "idempotencyKey": "one"}
    fields = "subscription { id reference } invoice { number }"
    made = await asyncio.gather(*(world.admin.made("createSubscription", data, fields) for _ in range(50)))
    assert len({json.dumps(payload) for payload in made}) == 1
    listed = await world.admin.ask("{ subscriptions { totalCount } }")
    assert listed["subscriptions"]["totalCount"] == 2


async def test_fifty_requests_without_key_change_plan_once(world: World) -> None:
    refusals = await asyncio.gather(*(codes(world.admin, upgrade(world, None)) for _ in range(50)))
    assert sorted(map(tuple, refusals)) == [()] + [("SAME_PLAN",)] * 49
    assert changed_once(await state(world))


async def test_repetition_is_answered_word_for_word(world: World) -> None:
    first = await sent(world.admin, CHANGE, upgrade(world, reason="More people."))
    back = {"subscriptionId": world.subscription, "planCode": "professional"}
    await world.admin.made("changePlan", back, "record { id }")
    await world.admin.made("updateCustomer", {"id": world.customer, "name": "New"}, "customer { id }")
    await world.admin.made("advanceClock", {"to": "2021-07-16T09:00:00+08:00"}, "now")
    assert await sent(world.admin, CHANGE, upgrade(world, reason="More people.")) == first
    assert (await state(world))["plan"] == {"code": "professional"}


async def test_repetition_answers_other_fields_from_outcome(
    world: World,
) -> None:
    first = json.loads(await sent(world.admin, CHANGE, upgrade(world)))
    again = json.loads(await sent(world.admin, SHORT, upgrade(world)))
    record = first["data"]["changePlan"]["record"]["id"]
    assert again["data"]["changePlan"] == {"record": {"id": record}, "userErrors": []}
    assert changed_once(await state(world))


@pytest.mark.parametrize(
    "other",
    [{"planCode": "professional"}, {"reason": "Other."}, {"expectedVersion": 1}, {"quoteToken": "x"}],
)
async def test_a_key_with_another_input_is_refused(world: World, engine: AsyncEngine, other: Json) -> None:
    await world.admin.made("changePlan", upgrade(world), "record { id }")
    async with unchanged(engine, world.partner):
        assert await codes(world.admin, upgrade(world) | other) == ["IDEMPOTENCY_KEY_REUSED"]


async def test_a_key_with_another_action_is_refused(world: World) -> None:
    await world.admin.made("changePlan", upgrade(world), "record { id }")
    data = {"customerId": world.customer, "planCode": "business", "cycle": "YEARLY", "idempotencyKey": "key"}
    refused = await world.admin.do("createSubscription", data)
    assert refused["userErrors"][0]["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert refused["userErrors"][0]["field"] == ["idempotencyKey"]


async def test_two_inputs_with_one_key_are_one_change(world: World) -> None:
    inputs = [upgrade(world, reason=str(number)) for number in range(10)]
    refusals = await asyncio.gather(*(codes(world.admin, data) for data in inputs))
    assert sorted(map(tuple, refusals)) == [()] + [("IDEMPOTENCY_KEY_REUSED",)] * 9
    assert changed_once(await state(world))


async def test_each_customer_and_partner_has_own_keys(world: World) -> None:
    other = await a_customer(world.admin)
    subscription = await a_subscription(world.admin, other)
    theirs = world.api.as_role(Role.CUSTOMER_ADMIN, world.partner, other)
    data = {"planCode": "business", "idempotencyKey": "key"}
    assert await codes(world.customer_admin, data | {"subscriptionId": world.subscription}) == []
    assert await codes(theirs, data | {"subscriptionId": subscription}) == []
    back = {"subscriptionId": subscription, "planCode": "professional", "idempotencyKey": "key"}
    assert await codes(world.admin, back) == []


async def test_partner_admin_and_staff_share_keys(world: World) -> None:
    first = await sent(world.admin, CHANGE, upgrade(world))
    assert await sent(world.staff, CHANGE, upgrade(world)) == first


async def test_a_refusal_leaves_the_key_free(world: World) -> None:
    assert await codes(world.admin, upgrade(world, planCode="professional")) == ["SAME_PLAN"]
    assert await codes(world.admin, upgrade(world)) == []


async def test_two_orders_in_one_request_keep_own_answers(world: World) -> None:
    other = await a_subscription(world.admin, world.customer)
    query = f"""mutation($a: ChangePlanInput!, $b: ChangePlanInput!) {{
      a: changePlan(input: $a) {{ {ANSWER} }} b: changePlan(input: $b) {{ {ANSWER} }} }}"""
    inputs = {"a": upgrade(world, "a"), "b": upgrade(world, "b", subscriptionId=other)}
    first = await world.admin.ask(query, **inputs)
    for subscription in (world.subscription, other):
        await world.admin.made("changePlan", {"subscriptionId": subscription, "planCode": "professional"}, "")
    assert await world.admin.ask(query, **inputs) == first


@pytest.mark.parametrize(
    ("length", "refusals"), [(0, ["INVALID_VALUE"]), (255, []), (256, ["INVALID_VALUE"])]
)
async def test_a_key_has_from_1_to_255_characters(world: World, length: int, refusals: list[str]) -> None:
    assert await codes(world.admin, upgrade(world, "k" * length)) == refusals


async def test_any_text_can_be_a_key(world: World) -> None:
    for plan, key in (("business", "日本語 🔑 ' \" \\ %"), ("professional", " "), ("business", "\n")):
        data = upgrade(world, key, planCode=plan)
        first = await sent(world.admin, CHANGE, data)
        assert await sent(world.admin, CHANGE, data) == first
