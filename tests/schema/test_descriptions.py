"""The SDL documents the API: every name has a description in plain English."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from actions.create_subscription import MAX_TRIAL_DAYS
from actions.setup.add_numbers import MAX_NUMBERS
from actions.setup.create_member import MAX_EMAIL
from actions.setup.validation import MAX_CODE, MAX_NAME, MAX_REFUND_WINDOW_DAYS
from actions.setup.webhook_endpoints import MAX_ENDPOINTS, MAX_URL
from domain.periods import MAX_MULTIPLIER
from domain.quantities import MAX_QUANTITY
from domain.settings import MAX_BYTES
from resolvers.inputs import MAX_TEXT
from resolvers.live_updates import OVERLAP
from resolvers.paging import DEFAULT_PAGE, MAX_PAGE
from tests.settings import default_schema
from webhooks.dispatch import MAX_ERROR
from webhooks.retry_schedule import PAUSES

ROOT = Path(__file__).parents[2]
EMPTY = "a an and by for in is its of on or the this to type which"
AVOIDED = re.compile(
    r"\b(told|tells?|said|says?|whoever|stands?|alone|whole|anew|lest|shall|things?"
    r"|but for|as it were|for good|any more|what is|who is|by then|rules\.md)\b",
    re.IGNORECASE,
)
MOST_WORDS, MOST_CHARACTERS = 28, 400

BOUNDS = [
    ("Query.customers(first:)", MAX_PAGE),
    ("Query.customers(first:)", DEFAULT_PAGE),
    ("Query.customers(last:)", MAX_PAGE),
    ("CreateSubscriptionInput.quantity", MAX_QUANTITY),
    ("ChangeQuantityInput.quantity", MAX_QUANTITY),
    ("AddOnQuantityInput.quantity", MAX_QUANTITY),
    ("CreateSubscriptionInput.multiplier", MAX_MULTIPLIER),
    ("ChangeBillingModelInput.multiplier", MAX_MULTIPLIER),
    ("QuickExtensionInput.count", MAX_MULTIPLIER),
    ("CreateSubscriptionInput.trialDays", MAX_TRIAL_DAYS),
    ("BillingPolicyInput.refundWindowDays", MAX_REFUND_WINDOW_DAYS),
    ("AddNumbersInput.e164", MAX_NUMBERS),
    ("PlanInput.code", MAX_CODE),
    ("PlanInput.name", MAX_NAME),
    ("CreateMemberInput.email", MAX_EMAIL),
    ("Mutation.createCustomer(input:)", MAX_TEXT),
    ("ChangePlanInput.reason", MAX_TEXT),
    ("UpdateSettingsInput.settings", MAX_BYTES // 1024),
    ("RegisterWebhookEndpointInput.url", MAX_URL),
    ("Mutation.registerWebhookEndpoint", MAX_ENDPOINTS),
    ("ProvisioningDelivery.attempts", len(PAUSES)),
    ("ProvisioningDelivery.lastError", MAX_ERROR),
    ("Subscription.subscriptionChanged(after:)", OVERLAP.seconds),
]

Named = tuple[str, str | None]


def named(schema: GraphQLSchema) -> Iterator[Named]:
    """Every name, as a coordinate, with its description."""
    for kind in schema.type_map.values():
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind):
            yield kind.name, kind.description
            yield from parts(kind)


def parts(kind: GraphQLNamedType) -> Iterator[Named]:
    if isinstance(kind, GraphQLEnumType):
        yield from ((f"{kind.name}.{name}", value.description) for name, value in kind.values.items())
        return
    for name, field in {} if isinstance(kind, GraphQLScalarType) else kind.fields.items():
        yield f"{kind.name}.{name}", field.description
        if not isinstance(kind, GraphQLInputObjectType):
            for argument, given in field.args.items():
                yield f"{kind.name}.{name}({argument}:)", given.description


def words(text: str) -> set[str]:
    """The words of a text, without endings."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return {re.sub(r"(?<=..)(e?s|e?d|ing|e)$", "", word) for word in re.findall(r"[a-z0-9]+", apart.lower())}


def restates(name: str, description: str) -> bool:
    return not words(description.replace("'s", "")) - words(name) - words(EMPTY)


def problems(text: str) -> set[str]:
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return {
        problem
        for problem, found in {
            "form": not re.fullmatch(r"""["`A-Z0-9].*\.""", text, re.DOTALL),
            "length": len(text) > MOST_CHARACTERS,
            "sentence": any(len(sentence.split()) > MOST_WORDS for sentence in sentences),
            "words": AVOIDED.search(text),
        }.items()
        if found
    }


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return default_schema()._schema


def test_every_name_is_described(schema: GraphQLSchema) -> None:
    assert [name for name, description in named(schema) if not description] == []


def test_no_description_only_repeats_the_name(schema: GraphQLSchema) -> None:
    assert [(name, text) for name, text in named(schema) if restates(name, text or "")] == []


def test_descriptions_are_plain_english(schema: GraphQLSchema) -> None:
    described = [(name, text or "") for name, text in named(schema)]
    assert [(name, found) for name, text in described if (found := problems(text))] == []


@pytest.mark.parametrize(("name", "bound"), BOUNDS)
def test_named_bounds_match_the_code(schema: GraphQLSchema, name: str, bound: int) -> None:
    assert re.search(rf"(?<![\d,]){bound:,}(?!,?\d)", dict(named(schema))[name] or "")


def test_named_guides_exist(schema: GraphQLSchema) -> None:
    guides = re.findall(r"docs/[a-z/-]+\.md", " ".join(text or "" for _, text in named(schema)))
    assert [guide for guide in guides if not (ROOT / guide).is_file()] == []


@pytest.mark.parametrize(
    ("sdl", "found"),
    [
        ('"What reads." type Query { "The plan\'s name." planName: String }', {"Query.planName"}),
        ('"What reads." type Query { "As people read it." name: String }', set()),
    ],
)
def test_a_repeated_name_is_found(sdl: str, found: set[str]) -> None:
    assert {name for name, text in named(build_schema(sdl)) if restates(name, text or "")} == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The last day, inclusive. See rules §4.9.", set()),
        ("the last day", {"form"}),
        ("The day that stands in the record.", {"words"}),
        ("Days " * MOST_WORDS + "left.", {"sentence"}),
        ("Days are left. " * 30 + "None.", {"length"}),
    ],
)
def test_poor_english_is_found(text: str, found: set[str]) -> None:
    assert problems(text) == found


def test_every_kind_of_name_is_walked() -> None:
    schema = build_schema("""
        type Query { a(b: E): I } interface I { c: S } enum E { D } scalar S input P { f: S }
    """)
    assert {name for name, description in named(schema) if not description} == {
        "Query", "Query.a", "Query.a(b:)", "I", "I.c", "E", "E.D", "S", "P", "P.f",
    }  # fmt: skip
