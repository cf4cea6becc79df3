"""The cost of operations, calculated by hand."""

from typing import Any

import pytest
from graphql import get_introspection_query, get_operation_ast, parse

from schema.cost import Size, measure
from tests.settings import default_schema

SCHEMA = default_schema()._schema


def size_of(query: str, **variables: Any) -> Size:
    document = parse(query)
    operation = get_operation_ast(document)
    assert operation
    return measure(SCHEMA, document, operation, variables)


SUBSCRIPTIONS = "subscriptions(first: 10) { edges { node { reference } } }"

COSTS = [
    ("{ __typename }", 1),  # an operation costs at least one point
    ("{ viewer { role name } }", 1),  # one object; its fields are free
    ("{ viewer { partner { name } customer { name } } }", 3),
    # the connection, then a node for each entry: edges are free
    ("{ customers(first: 5) { edges { node { name } } } }", 1 + 5),
    ("{ customers(last: 5) { edges { node { name } } } }", 1 + 5),
    ("{ customers(first: 5) { nodes { name } } }", 1 + 5),
    ("{ customers(first: 5) { nodes { name } edges { cursor node { name } } } }", 1 + 5 + 5),
    ("{ customers { edges { node { name } } } }", 1 + 20),
    ("{ customers(first: null) { edges { node { name } } } }", 1 + 20),
    ("{ customers(first: 0) { edges { node { name } } } }", 1),
    ("{ customers(first: 5) { totalCount pageInfo { endCursor } } }", 1 + 1),
    # each customer has ten subscriptions with 5 add-ons, as is usual
    (f"{{ customers(first: 5) {{ edges {{ node {{ {SUBSCRIPTIONS} }} }} }} }}", 1 + 5 * (1 + 1 + 10)),
    (f"{{ customers(first: 5) {{ nodes {{ {SUBSCRIPTIONS} }} }} }}", 1 + 5 * (1 + 1 + 10)),
    ("{ subscriptions(first: 2) { edges { node { addOns { code } } } } }", 1 + 2 * (1 + 5)),
    # a list that is computed counts as ten
    ("{ subscriptions(first: 2) { edges { node { actions { allowed } } } } }", 1 + 2 * (1 + 10)),
    ("{ subscriptions(first: 2) { edges { node { price { amount } } } } }", 1 + 2 * (1 + 1)),
    ('{ nodes(ids: ["a", "b", "c"]) { id } }', 3),
    # an invalid operation costs little, or a page of the maximum size
    ("{ nothing { at { all } } }", 1),
    ("{ customers(first: -1) { edges { node { id } } } }", 1 + 100),
    ("{ customers(first: 1000000) { edges { node { id } } } }", 1 + 100),
    ('{ customers(first: "x") { edges { node { id } } } }', 1 + 100),
    ("{ customers(first: %s) { edges { node { id } } } }" % ("9" * 5000), 1 + 100),
    ("{ viewer { ...Missing } }", 1),
]


@pytest.mark.parametrize(("query", "cost"), COSTS, ids=lambda value: str(value)[:60])
def test_a_point_for_each_object_that_may_be_answered(query: str, cost: int) -> None:
    assert size_of(query).cost == cost


def test_variables_and_their_defaults_size_pages() -> None:
    query = """query($n: Int = 7, $ids: [ID!]!) {
      customers(first: $n) { edges { node { id } } } nodes(ids: $ids) { id } }"""
    assert size_of(query, ids=["a", "b"]).cost == 1 + 7 + 2
    assert size_of(query, ids=["a", "b"], n=3).cost == 1 + 3 + 2


def test_an_action_costs_ten_more_than_its_answer() -> None:
    action = "cancel: cancelSubscription(input: $input) { subscription { status } userErrors { code } }"
    query = f"mutation($input: CancelSubscriptionInput!) {{ {action} again: {action[8:]} }}"
    assert size_of(query, input={}).cost == 2 * (10 + 1 + 1 + 10)
    preview = "{ previewProration(change: {}) { quote { lines { price { amount } } } } }"
    assert size_of(preview).cost == 10 + 1 + 10 * 2


FRAGMENTS = """
  query { viewer { ...Who @include(if: true) ... on Viewer { n: name ...Who } } }
  fragment Who on Viewer { a: role b: name @skip(if: false) partner { c: name } }
"""


def test_fragments_count_where_they_are_spread() -> None:
    assert size_of(FRAGMENTS) == Size(cost=3, depth=3, fields=1, aliases=7, directives=3)


def test_a_fragment_counts_by_the_page_around_it() -> None:
    query = """{ one: customers(first: 1) { ...F } nine: customers(first: 9) { ...F } }
      fragment F on CustomerConnection { edges { node { id } } }"""
    assert size_of(query).cost == 2 + 1 + 9


def test_chained_fragments_take_one_visit_each() -> None:
    """Spread out, this is 2 to the power of 90 fields: counted, but not walked."""
    links = " ".join(f"fragment F{n} on Viewer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(90))
    size = size_of(f"{{ viewer {{ ...F0 }} }} {links} fragment F90 on Viewer {{ partner {{ name }} }}")
    assert size.cost == 1 + 2**90


def test_fragment_cycles_end() -> None:
    query = "{ viewer { ...A } } fragment A on Viewer { partner { name } ...B } fragment B on Viewer { ...A }"
    assert size_of(query).cost == 2


def test_only_the_operation_that_runs_counts() -> None:
    document = parse("query A { viewer { role } } query B { customers { edges { cursor } } }")
    operation = get_operation_ast(document, "A")
    assert operation
    assert measure(SCHEMA, document, operation, {}).cost == 1


def test_introspection_is_affordable() -> None:
    size = size_of(get_introspection_query(input_value_deprecation=True))
    assert size.cost < 50_000
    assert size.depth <= 20
