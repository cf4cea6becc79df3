"""Hostile documents: each is answered, or refused with a code. None is a fault of the server."""

import json
from typing import Any

import pytest

from schema.errors import LENGTH
from tests.api.client import Json
from tests.api.sample_partner import SamplePartner
from tests.api.test_bad_values import NEVER

MANY = 10_000
LONG = 1_000_000
DIGITS = "9" * 100_000
POLICY = "mutation { updatePolicy(input: {refundWindowDays: %s}) { userErrors { code } } }"
PRICE = """mutation { saveSku(input: {code: "x", name: "x", prices: [{cycle: YEARLY, price: %s, cost: 1}]}) {
  userErrors { code } } }"""
SETTINGS = """mutation { updateSettings(input: {subscriptionId: "x", settings: {a: %s}}) {
  userErrors { code } } }"""
PREVIEW = "{ previewProration(change: %s) { userErrors { code } } }"


def _chain(length: int, spreads: str = "...F{next} ...F{next}") -> str:
    """Fragments that each spread the next one twice: a walk that forgets where it was is exponential."""
    links = [f"fragment F{n} on Query {{ {spreads.format(next=n + 1)} __typename }}" for n in range(length)]
    return "{ ...F0 } " + " ".join(links) + f" fragment F{length} on Query {{ __typename }}"


def _deep(levels: int) -> str:
    up = "customers(first: 1) { edges { node { subscriptions(first: 1) { edges { node { customer { "
    around = "subscriptions(first: 1) { edges { node { customer { "
    return "{ " + up + around * levels + "id" + " }" * (4 * levels + 7 + 1)


REFUSED = {
    "a fragment that spreads itself": "{ ...F } fragment F on Query { ...F }",
    "two that spread each other": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "a cycle behind fields": "{ ...F } fragment F on Query { viewer { partner { ...G } } } "
    "fragment G on Partner { ...H } fragment H on Partner { ... on Partner { ...G } }",
    "a cycle that nobody enters": "{ __typename } fragment F on Query { ...F }",
    "a ring of a hundred": "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{(n + 1) % 100} }}" for n in range(100)),
    "fields that are not there": "{ " + " ".join(f"x{n}" for n in range(1000)) + " }",
    "variables that are not used": "query("
    + " ".join(f"$v{n}: Int" for n in range(1000)) + ") { __typename }",
    "a directive too often": "{ __typename " + "@include(if: true) " * 1000 + "}",
    "directives that are not there": "{ __typename " + "@x " * 1000 + "}",
    "a number of very many digits": POLICY % DIGITS,
    "a negative one": POLICY % f"-{DIGITS}",
    "one with an exponent": POLICY % "1e99999",
    "NUL between words": "{ viewer\0{ role } }",
    "NUL in a name": "{ vie\0wer { role } }",
    "a zero-width space in a name": "{ vie\u200bwer { role } }",
    "a joiner in a name": "{ viewer { ro\u200dle } }",
    "letters that look the same": "{ v\u0456ewer { role } }",
    "wide letters": "{ \uff56\uff49\uff45\uff57\uff45\uff52 { role } }",
    "writing that turns around": "{ \u202eviewer { role } }",
    "an unpaired surrogate": "{ viewer { role \ud800 } }",
    "an emoji": "{ viewer { 😀 } }",
    "control characters": "{ viewer { role } \x1b[2J }",
    "a name of a megabyte": "{ " + "x" * LONG + " }",
    "an enum value of a megabyte": "{ subscriptions(filter: {status: " + "X" * LONG + "}) { totalCount } }",
    "a string that does not end": '{ node(id: "' + "x" * LONG + ") { id } }",
    "an escape that is none": '{ node(id: "\\ud8zz") { id } }',
    "an escape beyond Unicode": '{ node(id: "\\u{110000}") { id } }',
    "an escaped unpaired surrogate": '{ node(id: "\\ud800") { id } }',
    "a subscription of two roots": "subscription { a: __typename b: subscriptionChanged { id } }",
    "a type system": "type Query { x: Int } " * 100,
    "an extension of it": "extend type Query { x: Int } query { __typename }",
    "operations of one name": "query A { __typename } " * 2,
}  # fmt: skip

TAKEN_OR_REFUSED = {
    "very many aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(MANY)) + " }",
    "very many root fields": "{ " + " ".join(f"a{n}: viewer {{ role }}" for n in range(MANY // 10)) + " }",
    "one field very often": "{ viewer { " + "role " * 2000 + "} }",
    "a chain of fragments": _chain(20),
    "an exponential chain of fragments": _chain(99),
    "a long chain of fragments": _chain(200, "...F{next}"),
    "a chain of nested fragments": _chain(99, "... {{ " * 20 + "...F{next}" + " }}" * 20),
    "fragments that spread themselves": "{ viewer { ...F0 } } "
    + " ".join(f"fragment F{n} on Viewer {{ ...F0 ...F{n} }}" for n in range(99)),
    "very many fragments": "{ __typename " + " ".join(f"...F{n}" for n in range(1000)) + " } "
    + " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(1000)),
    "many inline fragments": "{ " + "... on Query { " * 150 + "__typename" + " }" * 150 + " }",
    "deep but right": _deep(8),
    "very many operations": " ".join(f"query Q{n} {{ __typename }}" for n in range(1000)),
    "very many ids": "{ nodes(ids: [" + '"x" ' * 1000 + "]) { id } }",
    "a comment of a megabyte": "{ __typename } #" + "x" * LONG,
    "a megabyte of blanks": "{" + " " * LONG + "__typename }",
    "a megabyte of commas": "{" + "," * LONG + "__typename }",
    "a string of a megabyte": '{ node(id: "' + "x" * LONG + '") { id } }',
    "a block of a megabyte": '{ node(id: """' + "x\n" * (LONG // 2) + '""") { id } }',
    "a price of very many digits": PRICE % DIGITS,
    "a price with an exponent": PRICE % "1e99999",
    "settings of very many digits": SETTINGS % DIGITS,
    "settings with an exponent": SETTINGS % "1e99999",
    "an id that is a number": "{ node(id: " + DIGITS + ") { id } }",
    "bidi in a string": '{ customers(filter: {search: "\u202e\u2066abc\u200b"}) { totalCount } }',
    "a surrogate pair": '{ customers(filter: {search: "\\ud83d\\ude00"}) { totalCount } }',
    "a byte order mark": "\ufeff{ __typename }",
    "a preview of nothing": PREVIEW % "{}",
    "a preview of everything": PREVIEW % "{changePlan: null, changeQuantity: null}",
}  # fmt: skip


async def _answered(sample: SamplePartner, query: str) -> Json:
    response = await sample.admin.send(json.dumps({"query": query}))
    assert response.status_code < 500
    body: Json = response.json()
    for error in body.get("errors", []):
        assert error["extensions"]["code"] not in NEVER
        assert len(error["message"]) <= LENGTH
    return body


@pytest.mark.parametrize("name", REFUSED)
async def test_it_is_refused(sample: SamplePartner, name: str) -> None:
    body = await _answered(sample, REFUSED[name])
    assert body["errors"]
    assert "data" not in body


@pytest.mark.parametrize("name", TAKEN_OR_REFUSED)
async def test_it_is_taken_or_refused(sample: SamplePartner, name: str) -> None:
    body = await _answered(sample, TAKEN_OR_REFUSED[name])
    assert body.get("data") or body["errors"]


SEARCH = "query($s: String, $n: Int) { customers(first: $n, filter: {search: $s}) { totalCount } }"
VALUES: list[dict[str, Any]] = [
    {"n": 10**400}, {"n": -(10**400)}, {"n": 1e300}, {"n": [[1]]}, {"n": {"n": 1}}, {"n": "x" * LONG},
    {"s": 10**4000}, {"s": {}}, {"s": ["x"]}, {"s": "\ud800\0"}, {"x" * LONG: 1}, {"\ud800": 1}, {"": None},
    {str(n): n for n in range(MANY)},
]  # fmt: skip


@pytest.mark.parametrize("values", VALUES, ids=lambda values: ascii(values)[:40])
async def test_odd_variables_are_taken_or_refused(sample: SamplePartner, values: dict[str, Any]) -> None:
    response = await sample.admin.send(json.dumps({"query": SEARCH, "variables": values}))
    assert response.status_code < 500
    for error in response.json().get("errors", []):
        assert error["extensions"]["code"] not in NEVER
        assert len(error["message"]) <= LENGTH


@pytest.mark.parametrize("name", ["", "\0", "\ud800", "x" * LONG, "__schema", "constructor", "A B"])
async def test_an_odd_operation_name_is_refused(sample: SamplePartner, name: str) -> None:
    body = {"query": "query A { __typename }", "operationName": name}
    response = await sample.admin.send(json.dumps(body))
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert len(error["message"]) <= LENGTH
