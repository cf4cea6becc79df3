"""Sizes that were measured before: they depend on the document, and on the variables that size its lists."""

from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    visit,
)

from resolvers.newest import Newest
from resolvers.plan.arguments import variables_in
from schema.cost import Size, measure
from schema.known_documents import LONGEST

KEPT = 1_000
"""Sizes; the one that was not asked for longest goes first."""

SIZING = frozenset({"first", "last", "ids"})
"""Arguments by which `measure` sizes a list."""


class KnownSizes:
    """Measures operations, each with each set of sizes once."""

    def __init__(self) -> None:
        self._sizes: Newest[Any, Size] = Newest(KEPT)
        self._names: Newest[str, tuple[str, ...]] = Newest(KEPT)

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
        names = self._names.get(text)
        if names is None:
            names = _sizing_variables(document)
            self._names.put(text, names)
        sizes = tuple(repr(variables.get(name, ...)) for name in names)
        if sum(map(len, sizes)) > LONGEST:
            return measure(schema, document, operation, variables)
        key = (text, operation.name and operation.name.value, sizes)
        size = self._sizes.get(key)
        if size is None:
            size = measure(schema, document, operation, variables)
            self._sizes.put(key, size)
        return size


class _Sizing(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        if node.name.value in SIZING:
            self.names |= variables_in(node.value)


def _sizing_variables(document: DocumentNode) -> tuple[str, ...]:
    found = _Sizing()
    visit(document, found)
    return tuple(sorted(found.names))
