"""An operation of a document, with the plans that were compiled for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import DirectiveNode, Visitor, visit

from resolvers.plan.arguments import variables_in
from resolvers.plan.errors import UnservedError
from resolvers.plan.plan import Plan
from resolvers.plan.selection import fragments_of

VARIANTS = 32
"""Plans of one operation: for each choice of @skip and @include, and for what else shapes them."""


@dataclass(eq=False)
class Operation:
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: frozenset[str]
    _plans: dict[Any, Plan | UnservedError] = field(default_factory=dict)

    @classmethod
    def of(cls, node: OperationDefinitionNode, document: DocumentNode) -> "Operation":
        return cls(node, fragments_of(document), frozenset(_conditional(document)))

    @property
    def name(self) -> str:
        return self.node.name.value if self.node.name else ""

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
