"""Unstorable, too long or blank texts are refused at their field."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import Caller, Json
from tests.api.database import unchanged
from tests.api.inputs import MUTATIONS, SCHEMA, Leaf, leaves, refusals
from tests.api.sample_partner import SamplePartner

UNSTORABLE = {"NUL": "a\0b", "surrogates": "\udc00\ud800"}
MEGABYTE = "x" * 1_000_000
PREVIEWABLE: Any = SCHEMA.type_map["SubscriptionChange"]
PREVIEW = (
    "query($c: SubscriptionChange!) { previewProration(change: $c) { token userErrors { code field } } }"
)


def caller_for(sample: SamplePartner, mutation: str) -> Caller:
    return sample.platform if mutation == "createPartner" else sample.admin


def assert_named(errors: list[Json], leaf: Leaf) -> None:
    """The one refusal names the field, or its list."""
    [refusal] = errors
    path = [str(key) for key in leaf.path]
    assert refusal["code"] == "INVALID_VALUE", str(leaf)
    assert refusal["field"] in (path, path[:-1]), str(leaf)


@pytest.mark.parametrize("kind", UNSTORABLE)
async def test_unstorable_text_is_refused_everywhere(
    sample: SamplePartner, engine: AsyncEngine, kind: str
) -> None:
    async with unchanged(engine, sample.partner):
        for leaf in leaves("String", None, sample.customers[0].ids):
            caller = caller_for(sample, leaf.mutation)
            errors = await refusals(caller, leaf.mutation, leaf.holding(UNSTORABLE[kind]))
            assert_named(errors, leaf)


async def test_text_of_a_megabyte_is_refused_everywhere(sample: SamplePartner, engine: AsyncEngine) -> None:
    async with unchanged(engine, sample.partner):
        for leaf in leaves("String", None, sample.customers[0].ids):
            errors = await refusals(caller_for(sample, leaf.mutation), leaf.mutation, leaf.holding(MEGABYTE))
            assert_named(errors, leaf)
            assert len(errors[0]["message"]) < 1000


@pytest.mark.parametrize("kind", UNSTORABLE)
async def test_an_unstorable_id_is_refused(sample: SamplePartner, kind: str) -> None:
    for leaf in leaves("ID", None, sample.customers[0].ids):
        errors = await refusals(
            caller_for(sample, leaf.mutation), leaf.mutation, leaf.holding(UNSTORABLE[kind])
        )
        assert {refusal["code"] for refusal in errors} <= {"INVALID_VALUE", "NOT_FOUND"}, str(leaf)
        assert errors


UNSTORABLE_JSON: list[Any] = [
    {"key": "\0"}, {"\0": 1}, {"key": ["\ud800"]}, {"\udfff": {}}, {"key": {"key": ["\0"]}},
    {"key": float("nan")}, {"key": float("inf")}, {"key": [-float("inf")]}, {"key": 2**63}, {"key": -(2**70)},
    {"key": 10**400}, {"key": "x" * 17_000}, {"x" * 17_000: 1}, ["list"], "text", 7, True, "\0",
]  # fmt: skip


@pytest.mark.parametrize("settings", UNSTORABLE_JSON, ids=lambda value: repr(value)[:40])
async def test_settings_are_an_object_that_can_be_stored(
    sample: SamplePartner, engine: AsyncEngine, settings: Any
) -> None:
    async with unchanged(engine, sample.partner):
        for leaf in leaves("JSON", None, sample.customers[0].ids):
            data = leaf.holding(settings)
            errors = await refusals(
                sample.admin, leaf.mutation, {n: v for n, v in data.items() if n != "quoteToken"}
            )
            assert [refusal["code"] for refusal in errors] == ["INVALID_VALUE"], str(leaf)


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u2003"])
async def test_a_blank_name_is_refused(sample: SamplePartner, blank: str) -> None:
    needed = ("name", "title", "code", "email")
    for leaf in leaves("String", None, sample.customers[0].ids):
        if leaf.path[-1] in needed and leaf.mutation not in {"createSubscription", "changeAddOns"}:
            errors = await refusals(caller_for(sample, leaf.mutation), leaf.mutation, leaf.holding(blank))
            assert_named(errors, leaf)


@pytest.mark.parametrize("kind", UNSTORABLE)
async def test_a_preview_refuses_the_same_texts(sample: SamplePartner, kind: str) -> None:
    for name, field in PREVIEWABLE.fields.items():
        mutation = next(m for m, input_name in MUTATIONS.items() if input_name == str(field.type))
        for leaf in leaves("String", {mutation}, sample.customers[0].ids):
            data = await sample.admin.ask(PREVIEW, c={name: leaf.holding(UNSTORABLE[kind])})
            assert_named(data["previewProration"]["userErrors"], leaf)


QUERIES = [
    "query($s: String!) { customers(filter: {search: $s}) { totalCount edges { node { id } } } }",
    "query($s: String!) { subscriptions(filter: {search: $s}) { edges { node { id } } } }",
    "query($s: String!) { subscriptions(filter: {planCode: [$s]}) { edges { node { id } } } }",
    "query($s: String!) { subscriptions(filter: {productCode: [$s]}) { edges { node { id } } } }",
    "query($s: String!) { availableNumbers(skuCode: $s) { edges { node { id } } } }",
    "query($s: String!) { subscription(by: {reference: $s}) { id } }",
    "query($s: String!) { customers { edges { node { members(search: $s) { edges { node { id } } } } } } }",
    "query($s: ID!) { node(id: $s) { id } }",
    "query($s: ID!) { nodes(ids: [$s]) { id } }",
    "query($s: ID!) { customer(by: {id: $s}) { id } }",
    "query($s: ID!) { subscription(by: {id: $s}) { id } }",
]


@pytest.mark.parametrize("query", QUERIES)
async def test_a_search_for_an_unstorable_text_is_refused(sample: SamplePartner, query: str) -> None:
    for text in UNSTORABLE.values():
        body: Json = await sample.admin.post(query, s=text)
        assert {error["extensions"]["code"] for error in body["errors"]} == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("query", QUERIES)
async def test_a_long_text_is_looked_for_like_any_other(sample: SamplePartner, query: str) -> None:
    body = await sample.admin.post(query, s=MEGABYTE)
    assert {error["extensions"]["code"] for error in body.get("errors", [])} <= {"BAD_USER_INPUT"}
    assert len(str(body)) < 2_000
