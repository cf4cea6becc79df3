"""Every query field and mutation with ids of somebody else.

The fields come from the schema, so that a field without a case fails.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import get_named_type
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import ERRORS, Caller, Json
from tests.api.database import statements
from tests.api.inputs import LIFECYCLE, MUTATIONS, SCHEMA, Leaf, leaves, samples
from tests.api.sample_partner import foreign_id

_ROOTS: Any = SCHEMA
ASKED, WATCHED = _ROOTS.query_type.fields, _ROOTS.subscription_type.fields
QUOTED = _ROOTS.type_map["SubscriptionChange"].fields

Ids = Mapping[str, str]
"""Ids by type, and other names: `orgUuid`, `reference`, `name`, `sku`."""

NOBODY_S = {
    "orgUuid": "00000000-0000-4000-8000-000000000000",
    "reference": "S-999999",
    "name": "Nobody at all",
    "sku": "none",
}


@dataclass(frozen=True)
class Attempt:
    """A request that names another's things, and the same with unknown names. The answers must be equal."""

    field: str
    name: str
    another_s: tuple[str, Json]
    nobody_s: tuple[str, Json]


PAGE = "{ edges { node { id } } totalCount }"
QUERIES: dict[str, tuple[str, ...]] = {
    "viewer": ("viewer { partner { id } customer { id } }",),
    "node": ('node(id: "{any}") { id }',),
    "nodes": ('nodes(ids: ["{CustomerSubscription}", "{Invoice}", "{WebhookEndpoint}"]) { id }',),
    "customer": ('customer(by: {id: "{Customer}"}) { id }', 'customer(by: {orgUuid: "{orgUuid}"}) { id }'),
    "customers": ("customers " + PAGE, 'customers(filter: {search: "{name}"}) ' + PAGE),
    "subscription": (
        'subscription(by: {id: "{CustomerSubscription}"}) { id }',
        'subscription(by: {reference: "{reference}"}) { id }',
    ),
    "subscriptions": (
        "subscriptions " + PAGE,
        'subscriptions(filter: {search: "{reference}"}) ' + PAGE,
        'subscriptions(filter: {search: "{name}"}) ' + PAGE,
    ),
    "products": ("products " + PAGE,),
    "availableNumbers": (
        "availableNumbers(first: 100) " + PAGE,
        'availableNumbers(skuCode: "{sku}") ' + PAGE,
    ),
    "invoices": ("invoices " + PAGE, "invoices(filter: {status: [ISSUED]}) " + PAGE),
    "webhookEndpoints": ("webhookEndpoints " + PAGE,),
    "previewProration": (),  # with the inputs of the mutations: see `previews`
}
"""The selections of each query field; names of another's things in braces."""


# No id, but it names a customer.
_ORG = "newOwnerOrgUuid"


def queries(theirs: Ids) -> Iterator[Attempt]:
    """Each query field by each of the names. Raises KeyError for a field without a case."""
    nothing = {name: NOBODY_S.get(name) or foreign_id(name) for name in theirs}
    for field in ASKED:
        for template in QUERIES[field]:
            for typename in sorted(set(theirs) - set(NOBODY_S)) if "{any}" in template else [""]:
                text = "{ " + template.replace("{any}", "{" + typename + "}") + " }"
                yield Attempt(field, text, (_filled(text, theirs), {}), (_filled(text, nothing), {}))


def mutations(own: Ids, theirs: Ids, *, organizations: bool = True) -> Iterator[Attempt]:
    """Each mutation with one name of theirs among our own, for each place that takes one.

    Without `organizations` not those by which a subscription is given to another customer.
    """
    for name in sorted(MUTATIONS):
        query = f"mutation($input: {MUTATIONS[name]}!) {{ {name}(input: $input) {{ {ERRORS} }} }}"
        for leaf, *values in _places(name, own, theirs, organizations=organizations):
            first, second = ((query, {"input": _unguarded(leaf.holding(value))}) for value in values)
            yield Attempt(name, str(leaf), first, second)


def previews(own: Ids, theirs: Ids, *, organizations: bool = True) -> Iterator[Attempt]:
    """The same for what previewProration takes."""
    query = f"query($change: SubscriptionChange!) {{ previewProration(change: $change) {{ {ERRORS} }} }}"
    mutation_by_input = {MUTATIONS[name]: name for name in LIFECYCLE}
    for field, value in QUOTED.items():
        name = mutation_by_input[str(get_named_type(value.type))]
        for leaf, *values in _places(name, own, theirs, organizations=organizations):
            first, second = ((query, {"change": {field: _unguarded(leaf.holding(one))}}) for one in values)
            yield Attempt("previewProration", f"previewProration.{leaf}", first, second)


def without_names(own: Ids) -> Iterator[tuple[str, Json]]:
    """The mutations that take no id: they could only change too much."""
    for name in sorted(MUTATIONS):
        if not leaves("ID", {name}):
            yield name, samples(name, own)[0]


def without_request_ids(text: str) -> str:
    """The answer's text without its request id."""
    return re.sub(r"""(["']requestId["']: )["'][^"']+["']""", r"\1", text)


async def neither_tells(engine: AsyncEngine, caller: Caller, attempt: Attempt, theirs: Ids) -> Json:
    """Another's and unknown names get the same answer, by the same statements."""
    answers = []
    for query, variables in (attempt.another_s, attempt.nobody_s):
        with statements(engine) as run:
            answers.append((await caller.post(query, **variables), sorted(run)))
    (body, run), (other_body, other_run) = answers
    words = without_request_ids(json.dumps(body))
    assert words == without_request_ids(json.dumps(other_body)), attempt.name
    assert run == other_run, attempt.name
    assert [name for name, key in theirs.items() if key in words] == [], attempt.name
    return body


def _places(name: str, own: Ids, theirs: Ids, *, organizations: bool) -> Iterator[tuple[Leaf, str, str]]:
    """Where the input names something, with another's and nobody's name for it."""
    typenames = {key: typename for typename, key in own.items()}
    for leaf in leaves("ID", {name}, own):
        typename = typenames[leaf.value]
        yield leaf, theirs[typename], foreign_id(typename)
    for leaf in leaves("UUID", {name}, own) if organizations else ():
        if leaf.path[-1] == _ORG:
            yield leaf, theirs["orgUuid"], NOBODY_S["orgUuid"]


def _filled(text: str, names: Ids) -> str:
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text


def _unguarded(data: Json) -> Json:
    """Without the fields that would be refused first."""
    guards = {"expectedVersion", "quoteToken", "idempotencyKey"}
    return {name: value for name, value in data.items() if name not in guards}
