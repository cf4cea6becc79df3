"""Values out of bounds: every mutation refuses them with a code, without a fault, and writes nothing."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.ids import parse_global_id
from tests.api.client import Api, World, a_world
from tests.api.database import unchanged
from tests.api.inputs import MUTATIONS, leaves, refusal, refusals
from tests.api.sample_partner import SamplePartner, a_sample_partner, foreign_id
from tests.api.test_bad_texts import PREVIEWABLE, caller_for
from tests.api.test_proration import preview

NEVER = {"INTERNAL", "UNAVAILABLE", "FORBIDDEN"}
GARBAGE = [
    " ", "🔑", "a" * 10_000, "Q3VzdG9tZXI6", "Q3VzdG9tZXI6eA", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "=",
]  # fmt: skip


@pytest.fixture(scope="module")
async def spare(api: Api, engine: AsyncEngine) -> SamplePartner:
    """Its own partner, because some odd values are allowed."""
    return await a_sample_partner(api, engine, customers=1)


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda text: text[:20])
async def test_garbage_for_an_id_names_nothing(
    sample: SamplePartner, engine: AsyncEngine, garbage: str
) -> None:
    async with unchanged(engine, sample.partner):
        for leaf in leaves("ID", None, sample.customers[0].ids):
            errors = await refusals(sample.admin, leaf.mutation, leaf.holding(garbage))
            assert [refusal["code"] for refusal in errors] == ["NOT_FOUND"], str(leaf)
            assert errors[0]["field"]
            assert errors[0]["field"][0] == leaf.path[0]


async def test_an_empty_id_names_nothing(spare: SamplePartner) -> None:
    for leaf in leaves("ID", None, spare.customers[0].ids):
        errors = await refusals(spare.admin, leaf.mutation, leaf.holding(""))
        assert [refusal["code"] for refusal in errors] == ["NOT_FOUND"], str(leaf)


async def test_an_id_of_another_type_names_nothing(sample: SamplePartner, engine: AsyncEngine) -> None:
    async with unchanged(engine, sample.partner):
        for leaf in leaves("ID", None, sample.customers[0].ids):
            typename, _ = parse_global_id(leaf.value)
            for other in (sample.customers[0].ids["Plan"], foreign_id("Nothing"), foreign_id(typename)):
                errors = await refusals(sample.admin, leaf.mutation, leaf.holding(other))
                assert errors, str(leaf)
                assert not {refusal["code"] for refusal in errors} & NEVER, str(leaf)


INTS: list[Any] = [
    0, -1, 10**9, 2**31 - 1, -(2**31), 2**31, 10**400, 1.5, "1", True, None, {},
]  # fmt: skip
DATES: list[Any] = [
    "0001-01-01", "9999-12-31", "2021-02-30", "2021-6-1", "20210616", "2021-06-16T00:00:00", "2021-W24-3",
    "now", "", "-0001-01-01", "10000-01-01", 20210616, True, "2024-02-29",
]  # fmt: skip
INSTANTS: list[Any] = [
    "2021-06-16T09:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2021-06-16",
    "2021-06-16T25:00:00Z", "2021-06-16T09:00:00+99:99", "yesterday", "", 0, 1e18, "2999-12-31T23:59:59Z",
]  # fmt: skip
DECIMALS: list[Any] = [
    "-0.01", "-0", "NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "1e400", "1e-400", "1e15", "1e-99999",
    "0.001", "0.1e-1", "", "x", "\uff11", "1_0", " 1 ", "1,00", float("nan"), float("inf"), 1e400, 0.1,
    10**400, "9" * 10_000, True, None, [], {},
]  # fmt: skip
UUIDS: list[Any] = [
    "", "x", "6f9619ff", "{6f9619ff-8b86-d011-b42d-00c04fc964ff}", 7, "0" * 32, None, "\0", "\ud800",
]  # fmt: skip
CURRENCIES: list[Any] = ["", "usd", "XXXX", "US", "\0\0\0", "€", "\ud800", 840, None, "x" * 100_000]
ODD = {
    "Int": INTS, "Date": DATES, "DateTime": INSTANTS, "Decimal": DECIMALS, "UUID": UUIDS,
    "CurrencyCode": CURRENCIES, "Boolean": [0, 1, "true", None, [], {}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value"),
    [(kind, value) for kind, values in ODD.items() for value in values],
    ids=lambda value: repr(value)[:30],
)
async def test_an_odd_value_is_taken_or_refused_with_a_code(
    spare: SamplePartner, kind: str, value: Any
) -> None:
    for leaf in leaves(kind, None, spare.customers[0].ids):
        caller = caller_for(spare, leaf.mutation)
        for error in await refusals(caller, leaf.mutation, leaf.holding(value)):
            assert error["code"] not in NEVER, str(leaf)


@pytest.mark.parametrize("kind", ["Int", "Date", "Boolean", "UUID"])
async def test_preview_of_odd_value_is_made_or_refused(spare: SamplePartner, kind: str) -> None:
    query = "query($c: SubscriptionChange!) { previewProration(change: $c) { userErrors { code } } }"
    for name, field in PREVIEWABLE.fields.items():
        mutation = name + "Subscription" if name in {"create", "extend", "cancel", "terminate"} else name
        assert str(field.type).startswith(mutation[0].upper() + mutation[1:])
        for leaf in leaves(kind, {mutation}, spare.customers[0].ids):
            for value in ODD[kind][:6]:
                body = await spare.admin.post(query, c={name: leaf.holding(value)})
                codes = [error["extensions"]["code"] for error in body.get("errors", [])]
                assert not set(codes) & NEVER, (str(leaf), value)


@pytest.mark.parametrize("on", ["0001-01-01", "1900-01-01", "2020-11-15", "2999-12-31", "9999-12-31"])
async def test_preview_of_far_day_is_made_or_refused(spare: SamplePartner, on: str) -> None:
    customer = spare.customers[0]
    purchase = {"customerId": customer.id, "planCode": "professional", "cycle": "YEARLY"}
    changes: list[dict[str, Any]] = [
        {"changePlan": {"subscriptionId": customer.subscription, "planCode": "professional"}},
        {"create": purchase},
        {"create": purchase | {"multiplier": 1200}},
        {"create": purchase | {"trialDays": 3650}},
    ]
    for change in changes:
        found = await preview(spare.admin, change, on)
        assert found["quote"] or found["userErrors"]


REFUSED: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"quantity": 0}, "INVALID_QUANTITY", ["quantity"]),
    ({"quantity": -1}, "INVALID_QUANTITY", ["quantity"]),
    ({"quantity": 10**9}, "INVALID_QUANTITY", ["quantity"]),
    ({"multiplier": 0}, "INVALID_VALUE", ["multiplier"]),
    ({"multiplier": 2**31 - 1}, "INVALID_VALUE", ["multiplier"]),
    ({"trialDays": -1}, "INVALID_VALUE", ["trialDays"]),
    ({"trialDays": 2**31 - 1}, "INVALID_VALUE", ["trialDays"]),
    ({"startsOn": "2021-06-17"}, "DATE_IN_FUTURE", ["startsOn"]),
    ({"startsOn": "9999-12-31"}, "DATE_IN_FUTURE", ["startsOn"]),
    ({"startsOn": "2020-06-16"}, "DATE_BEFORE_BILLING_CYCLE", ["startsOn"]),
    ({"startsOn": "0001-01-01"}, "DATE_BEFORE_BILLING_CYCLE", ["startsOn"]),
    ({"planCode": ""}, "NOT_FOUND", ["planCode"]),
    ({"planCode": "Professional"}, "NOT_FOUND", ["planCode"]),
]


@pytest.mark.parametrize(("odd", "code", "field"), REFUSED, ids=lambda value: repr(value)[:40])
async def test_purchase_out_of_bounds_names_its_field(
    sample: SamplePartner, engine: AsyncEngine, odd: dict[str, Any], code: str, field: list[str]
) -> None:
    purchase = {"customerId": sample.customers[0].id, "planCode": "professional", "cycle": "YEARLY"}
    async with unchanged(engine, sample.partner):
        assert await refusal(sample.admin, "createSubscription", purchase | odd) == (code, field)


async def test_an_amount_too_large_to_charge_is_refused(api: Api) -> None:
    world: World = await a_world(api)
    prices = [{"cycle": "YEARLY", "price": "99999999999999.99", "cost": "0.00"}]
    plan = {"code": "gold", "name": "Gold", "rank": 1, "prices": prices}
    await world.admin.made("saveProduct", {"code": "gold", "name": "Gold", "plans": [plan]}, "product { id }")
    purchase = {"customerId": world.customer, "planCode": "gold", "cycle": "YEARLY"}
    assert await refusals(world.admin, "createSubscription", purchase) == []
    for more in ({"quantity": 2}, {"multiplier": 1200, "quantity": 1_000_000}):
        [refusal] = await refusals(world.admin, "createSubscription", purchase | more)
        assert refusal["code"] == "INVALID_VALUE"


@pytest.mark.parametrize("kind", ["Date", "DateTime", "UUID"])
async def test_an_unreadable_value_gets_a_plain_message(sample: SamplePartner, kind: str) -> None:
    leaf = leaves(kind, None, sample.customers[0].ids)[0]
    kind_of_input = MUTATIONS[leaf.mutation]
    query = f"mutation($i: {kind_of_input}!) {{ {leaf.mutation}(input: $i) {{ userErrors {{ code }} }} }}"
    for value in ["", "x" * 10_000, "\ud800", 7, True, [], "2021-13-45"]:
        body = await caller_for(sample, leaf.mutation).post(query, i=leaf.holding(value))
        [error] = body["errors"]
        assert " Send a" in error["message"], value
        assert len(error["message"]) < 200
