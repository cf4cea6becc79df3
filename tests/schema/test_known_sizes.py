"""A cached size is equal to a new measurement."""

from typing import Any

from graphql import parse

from schema.cost import Size, measure
from schema.execution.admission import LONGEST_SIZING, SIZES, Document
from tests.settings import default_schema

SCHEMA = default_schema()
QUERY = """query Q($n: Int = 7, $last: Int, $ids: [ID!]!, $one: ID!, $by: SubscriptionKey!) {
  customers(first: $n) { edges { node { ...F } } }
  nodes(ids: $ids) { id } two: nodes(ids: [$one, $one]) { id }
  subscription(by: $by) { id }
} fragment F on Customer { members(last: $last) { edges { node { id } } } }"""
OTHERS: list[dict[str, Any]] = [
    {}, {"n": None}, {"n": 3}, {"n": "3"}, {"n": 3.0}, {"last": 4}, {"ids": []}, {"ids": ["a", "b"]},
    {"ids": "a"},
]  # fmt: skip


def document_of(text: str) -> Document:
    return Document(text, parse(text))


def sizes(document: Document, variables: dict[str, Any]) -> tuple[Size, Size]:
    """The size that the document caches, and a new measurement."""
    operation = document.operation(None)
    cached = document.size(SCHEMA, operation, variables)
    return cached, measure(SCHEMA._schema, document.node, operation.node, variables)


def test_every_variable_that_sizes_a_list_counts() -> None:
    document = document_of(QUERY)
    for _ in range(2):
        for variables in OTHERS:
            cached, measured = sizes(document, variables)
            assert cached == measured, variables


def test_other_variables_are_not_part_of_the_key() -> None:
    document = document_of(QUERY)
    for number in range(10):
        sizes(document, {"by": {"reference": str(number)}})
    assert len(document._sizes) == 1


def test_each_operation_of_a_document_has_its_own_size() -> None:
    document = document_of("query A { viewer { role } } query B { customers(first: 5) { edges { cursor } } }")
    costs = [document.size(SCHEMA, document.operation(name), {}).cost for name in "ABAB"]
    assert costs == [1, 1, 1, 1]
    depths = [document.size(SCHEMA, document.operation(name), {}).depth for name in "ABAB"]
    assert depths == [2, 3, 2, 3]


def test_long_variables_are_measured_each_time() -> None:
    document = document_of(QUERY)
    cached, measured = sizes(document, {"ids": ["x" * LONGEST_SIZING]})
    assert cached == measured
    assert len(document._sizes) == 0


def test_sizes_are_not_kept_without_bound() -> None:
    document = document_of("query($n: Int) { customers(first: $n) { totalCount } }")
    for number in range(SIZES + 5):
        sizes(document, {"n": number})
    assert len(document._sizes) == SIZES
