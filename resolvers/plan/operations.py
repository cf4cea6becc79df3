"""The operations that plans are compiled for, each known by the text of its document and by its name."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import DirectiveNode, Visitor, visit

from resolvers.newest import Newest
from resolvers.plan.arguments import variables_in
from resolvers.plan.errors import UnservedError
from resolvers.plan.plan import Plan
from resolvers.plan.selection import fragments_of

KEPT = 500
"""Operations whose plans are kept; the one that has not been asked for longest goes first."""

VARIANTS = 32
"""Plans of one operation: for each choice of @skip and @include, and for what else shapes them."""


@dataclass(eq=False)
class Operation:
    """One operation of a document, with the plans that were compiled for it."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: frozenset[str]
    _plans: dict[Any, Plan | UnservedError] = field(default_factory=dict)

    def variables(self, graph: GraphQLSchema, given: dict[str, Any]) -> VariableValues:
        """As the operation declares them. Raises UnservedError where they do not fit."""
        found = get_variable_values(graph, self.node.variable_definitions or (), given)
        if isinstance(found, list):
            raise UnservedError("variables")
        return found

    def plan(self, variables: VariableValues, shaped_by: Any, compiled: Callable[[], Plan]) -> Plan:
        """The plan for those variables and for what else shapes it. Raises UnservedError."""
        conditions = tuple((name, variables.coerced.get(name)) for name in sorted(self.conditions))
        key = (conditions, shaped_by)
        if key not in self._plans:
            if len(self._plans) >= VARIANTS:
                raise UnservedError("variants")
            try:
                self._plans[key] = compiled()
            except UnservedError as error:
                self._plans[key] = error
        plan = self._plans[key]
        if isinstance(plan, UnservedError):
            raise plan
        return plan


class Operations:
    """Those of one kind."""

    def __init__(self, kind: OperationType) -> None:
        self._kind = kind
        self._known: Newest[Any, Operation] = Newest(KEPT)

    def find(self, query: str, document: DocumentNode, name: str | None) -> Operation:
        """A valid document's operation. Raises UnservedError where it is of another kind, or not named."""
        key = (hashlib.sha256(query.encode()).digest(), name)
        known = self._known.get(key)
        if known is None:
            node = get_operation_ast(document, name)
            if node is None or node.operation is not self._kind:
                raise UnservedError(f"no {self._kind.value}")
            known = Operation(node, fragments_of(document), frozenset(_conditional(document)))
            self._known.put(key, known)
        return known


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.names |= variables_in(node)


def _conditional(document: DocumentNode) -> set[str]:
    """The variables by which fields are skipped or included."""
    found = _Conditions()
    visit(document, found)
    return found.names
