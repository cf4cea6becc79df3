"""What was measured before is what would be measured now."""

from typing import Any

import pytest
from graphql import get_operation_ast, parse

from schema.cost import Size, measure
from schema.known_documents import LONGEST
from schema.known_sizes import KEPT, KnownSizes
from tests.settings import default_schema

SCHEMA = default_schema()._schema
QUERY = """query Q($n: Int = 7, $last: Int, $ids: [ID!]!, $one: ID!, $by: SubscriptionKey!) {
  customers(first: $n) { edges { node { ...F } } }
  nodes(ids: $ids) { id } two: nodes(ids: [$one, $one]) { id }
  subscription(by: $by) { id }
} fragment F on Customer { members(last: $last) { edges { node { id } } } }"""
OTHERS: list[dict[str, Any]] = [
    {}, {"n": None}, {"n": 3}, {"n": "3"}, {"n": 3.0}, {"last": 4}, {"ids": []}, {"ids": ["a", "b"]},
    {"ids": "a"},
]  # fmt: skip


def ask(sizes: KnownSizes, text: str, variables: dict[str, Any]) -> tuple[Size, Size]:
    """What is known, and what is measured."""
    document = parse(text)
    operation = get_operation_ast(document)
    assert operation
    known = sizes.measure(text, SCHEMA, document, operation, variables)
    return known, measure(SCHEMA, document, operation, variables)


def test_every_variable_that_sizes_a_list_counts() -> None:
    sizes = KnownSizes()
    for _ in range(2):
        for variables in OTHERS:
            known, measured = ask(sizes, QUERY, variables)
            assert known == measured, variables


def test_variables_that_size_nothing_take_no_place() -> None:
    sizes = KnownSizes()
    for number in range(10):
        ask(sizes, QUERY, {"by": {"reference": str(number)}})
    assert len(sizes._sizes) == 1


@pytest.mark.parametrize("variables", [{}, {"ids": ["x" * LONGEST]}])
def test_what_is_long_is_measured_each_time(variables: dict[str, Any]) -> None:
    sizes = KnownSizes()
    known, measured = ask(sizes, QUERY if variables else QUERY.ljust(LONGEST + 1), variables)
    assert known == measured
    assert len(sizes._sizes) == 0


def test_sizes_are_not_kept_without_bound() -> None:
    sizes = KnownSizes()
    for number in range(KEPT + 5):
        ask(sizes, "query($n: Int) { customers(first: $n) { totalCount } }", {"n": number})
    assert len(sizes._sizes) == KEPT
