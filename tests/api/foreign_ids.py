"""Every query field and mutation with ids that belong to another partner or customer.

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
QUERY_FIELDS, SUBSCRIPTION_FIELDS = _ROOTS.query_type.fields, _ROOTS.subscription_type.fields
PREVIEW_FIELDS = _ROOTS.type_map["SubscriptionChange"].fields

Ids = Mapping[str, str]
"""Ids by type, and other names: `orgUuid`, `reference`, `name`, `sku`."""

UNKNOWN_NAMES = {
    "orgUuid": "00000000-0000-4000-8000-000000000000",
    "reference": "S-999999",
    "name": "Nobody at all",
    "sku": "none",
}


@dataclass(frozen=True)
class Attempt:
    """A request with foreign names, and the same with unknown names. Both must get the same answer."""

    field: str
    name: str
    foreign: tuple[str, Json]
    unknown: tuple[str, Json]


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
"""The selections of each query field; foreign names in braces."""


# A customer is also named by its organization.
_ORG = "newOwnerOrgUuid"


def queries(theirs: Ids) -> Iterator[Attempt]:
    """Each query field by each of the names. Raises KeyError for a field without a case."""
    nothing = {name: UNKNOWN_NAMES.get(name) or foreign_id(name) for name in theirs}
    for field in QUERY_FIELDS:
        for template in QUERIES[field]:
            for typename in sorted(set(theirs) - set(UNKNOWN_NAMES)) if "{any}" in template else [""]:
                text = "{ " + template.replace("{any}", "{" + typename + "}") + " }"
                yield Attempt(field, text, (_filled(text, theirs), {}), (_filled(text, nothing), {}))


def mutations(own: Ids, theirs: Ids, *, organizations: bool = True) -> Iterator[Attempt]:
    """Each mutation with one foreign name among the own ones, for each place that takes a name.

    Without `organizations`, the places for a new owner are left out.
    """
    for name in sorted(MUTATIONS):
        query = f"mutation($input: {MUTATIONS[name]}!) {{ {name}(input: $input) {{ {ERRORS} }} }}"
        for leaf, *values in _places(name, own, theirs, organizations=organizations):
            first, second = ((query, {"input": _unguarded(leaf.holding(value))}) for value in values)
            yield Attempt(name, str(leaf), first, second)


def previews(own: Ids, theirs: Ids, *, organizations: bool = True) -> Iterator[Attempt]:
    """The same for each input of previewProration."""
    query = f"query($change: SubscriptionChange!) {{ previewProration(change: $change) {{ {ERRORS} }} }}"
    mutation_by_input = {MUTATIONS[name]: name for name in LIFECYCLE}
    for field, value in PREVIEW_FIELDS.items():
        name = mutation_by_input[str(get_named_type(value.type))]
        for leaf, *values in _places(name, own, theirs, organizations=organizations):
            first, second = ((query, {"change": {field: _unguarded(leaf.holding(one))}}) for one in values)
            yield Attempt("previewProration", f"previewProration.{leaf}", first, second)


def without_names(own: Ids) -> Iterator[tuple[str, Json]]:
    """The mutations that take no id. They cannot name a foreign row, but might change one."""
    for name in sorted(MUTATIONS):
        if not leaves("ID", {name}):
            yield name, samples(name, own)[0]


def without_request_ids(text: str) -> str:
    """The answer's text without its request id."""
    return re.sub(r"""(["']requestId["']: )["'][^"']+["']""", r"\1", text)


async def check_same_answer(engine: AsyncEngine, caller: Caller, attempt: Attempt, theirs: Ids) -> Json:
    """Foreign and unknown names get the same answer, by the same statements."""
    answers = []
    for query, variables in (attempt.foreign, attempt.unknown):
        with statements(engine) as run:
            answers.append((await caller.post(query, **variables), sorted(run)))
    (body, run), (unknown_body, unknown_run) = answers
    text = without_request_ids(json.dumps(body))
    assert text == without_request_ids(json.dumps(unknown_body)), attempt.name
    assert run == unknown_run, attempt.name
    assert [name for name, key in theirs.items() if key in text] == [], attempt.name
    return body


def _places(name: str, own: Ids, theirs: Ids, *, organizations: bool) -> Iterator[tuple[Leaf, str, str]]:
    """Each place of a name in the input, with a foreign and an unknown name for it."""
    typenames = {key: typename for typename, key in own.items()}
    for leaf in leaves("ID", {name}, own):
        typename = typenames[leaf.value]
        yield leaf, theirs[typename], foreign_id(typename)
    for leaf in leaves("UUID", {name}, own) if organizations else ():
        if leaf.path[-1] == _ORG:
            yield leaf, theirs["orgUuid"], UNKNOWN_NAMES["orgUuid"]


def _filled(text: str, names: Ids) -> str:
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text


def _unguarded(data: Json) -> Json:
    """Without fields that may be refused before the ids are read."""
    guards = {"expectedVersion", "quoteToken", "idempotencyKey"}
    return {name: value for name, value in data.items() if name not in guards}
