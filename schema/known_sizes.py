"""Sizes that were measured before: they depend on the document, and on the variables that size its lists."""

from collections import OrderedDict
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from schema.cost import Size, measure
from schema.known_documents import LONGEST

KEPT = 1_000
"""Sizes; the one that was not asked for longest goes first."""

SIZING = frozenset({"first", "last", "ids"})
"""Arguments by which `measure` sizes a list."""


class KnownSizes:
    """Measures operations, each with each set of sizes once."""

    def __init__(self) -> None:
        self._sizes: OrderedDict[Any, Size] = OrderedDict()
        self._names: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def measure(
        self,
        text: str,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
    ) -> Size:
        """As `schema.cost.measure`, of a document with that text. Raises RecursionError."""
        if len(text) > LONGEST:
            return measure(schema, document, operation, variables)
        if text not in self._names:
            _keep(self._names, text, _sizing_variables(document))
        sizes = tuple(repr(variables.get(name, ...)) for name in self._names[text])
        key = (text, operation.name and operation.name.value, sizes)
        if sum(map(len, sizes)) > LONGEST:
            return measure(schema, document, operation, variables)
        if key not in self._sizes:
            _keep(self._sizes, key, measure(schema, document, operation, variables))
        self._sizes.move_to_end(key)
        return self._sizes[key]


def _keep(known: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    known[key] = value
    if len(known) > KEPT:
        known.popitem(last=False)


class _Sizing(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        if node.name.value in SIZING:
            within = _Variables()
            visit(node.value, within)
            self.names |= within.names


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)


def _sizing_variables(document: DocumentNode) -> tuple[str, ...]:
    found = _Sizing()
    visit(document, found)
    return tuple(sorted(found.names))
