"""An operation of a document: its plans, and what it selects with its variables."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLDirective,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLSkipDirective,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
    is_object_type,
)
from graphql.execution.values import (
    VariableValues,
    get_argument_values,
    get_directive_values,
    get_variable_values,
)
from graphql.language.ast import QUERY_DOCUMENT_KEYS
from strawberry.types.arguments import convert_arguments

VARIANTS = 32
"""Most plans of one operation: one for each value of its conditions and of the key that its caller adds."""

Selected = dict[str, list[FieldNode]]
"""By response key, the nodes that select the field. The first one has its name and arguments."""


class UnservedError(Exception):
    """A plan does not cover this; `reason` is a label of the metric."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def walk(top: Node) -> Iterator[Node]:
    """The node and all nodes below it, in any order."""
    nodes = [top]
    while nodes:
        node = nodes.pop()
        yield node
        for key in QUERY_DOCUMENT_KEYS.get(node.kind, ()):
            value = getattr(node, key)
            nodes.extend([value] if isinstance(value, Node) else value or ())


def variables_in(part: Node) -> set[str]:
    """The names of the variables in a part of a document."""
    return {node.name.value for node in walk(part) if isinstance(node, VariableNode)}


@dataclass(eq=False)
class Operation:
    """`conditions` are the variables in its document's directives: they skip or include fields."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: tuple[str, ...]
    plans: dict[Any, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, node: OperationDefinitionNode, document: DocumentNode) -> "Operation":
        fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        conditions = set[str]()
        for part in walk(document):
            if isinstance(part, DirectiveNode):
                conditions |= variables_in(part)
        return cls(node, fragments, tuple(sorted(conditions)))

    @property
    def name(self) -> str:
        return self.node.name.value if self.node.name else ""

    def bind(self, schema: strawberry.Schema, variables: dict[str, Any]) -> "BoundOperation":
        """Raises UnservedError for variables that do not fit."""
        values = get_variable_values(schema._schema, self.node.variable_definitions or (), variables)
        if isinstance(values, list):  # of errors
            raise UnservedError("variables")
        return BoundOperation(schema, self, values)


@dataclass
class BoundOperation:
    """An operation with the values of its variables."""

    schema: strawberry.Schema
    operation: Operation
    variables: VariableValues
    _visited: set[str] = field(default_factory=set)

    @property
    def graph(self) -> GraphQLSchema:
        return self.schema._schema

    def plan(self, caller_key: Any, compiled: Callable[[], Any]) -> Any:
        """The plan for the values of the conditions and for that key, compiled once. Raises UnservedError."""
        conditions = tuple(self.variables.coerced.get(name) for name in self.operation.conditions)
        plans, key = self.operation.plans, (conditions, caller_key)
        if key not in plans:
            if len(plans) >= VARIANTS:
                raise UnservedError("variants")
            try:
                plans[key] = compiled()
            except UnservedError as error:
                plans[key] = error
        plan = plans[key]
        if isinstance(plan, UnservedError):
            raise plan
        return plan

    def arguments(self, definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """The arguments as resolvers get them. Raises GraphQLError for values that do not fit."""
        declared = definition.extensions["strawberry-definition"].arguments
        if not declared:
            return {}
        values = get_argument_values(definition, node, self.variables)
        scalars = self.schema.schema_converter.scalar_registry
        return convert_arguments(values, declared, scalars, self.schema.config)

    def fields(self, kind: GraphQLNamedType, selections: Iterable[SelectionSetNode | None]) -> Selected:
        """The fields of an object type that the selections ask for. Source: GraphQL, CollectFields."""
        selected: Selected = {}
        self._visited = set()
        for selection in selections:
            self._collect(kind, selection, selected)
        return selected

    def _collect(self, kind: GraphQLNamedType, nodes: SelectionSetNode | None, selected: Selected) -> None:
        for node in nodes.selections if nodes else ():
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias or node.name
                selected.setdefault(key.value, []).append(node)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name not in self._visited:
                    self._visited.add(name)
                    self._apply(kind, self.operation.fragments[name], selected)
            else:
                self._apply(kind, node, selected)

    def _apply(self, kind: GraphQLNamedType, fragment: Any, selected: Selected) -> None:
        condition = fragment.type_condition
        if condition is None or self._applies(kind, condition.name.value):
            self._collect(kind, fragment.selection_set, selected)

    def _applies(self, kind: GraphQLNamedType, name: str) -> bool:
        condition = self.graph.get_type(name)
        return condition is kind or (
            is_abstract_type(condition) and is_object_type(kind) and self.graph.is_sub_type(condition, kind)
        )

    def _included(self, node: SelectionNode) -> bool:
        skipped = self._condition(GraphQLSkipDirective, node, default=False)
        return not skipped and self._condition(GraphQLIncludeDirective, node, default=True)

    def _condition(self, directive: GraphQLDirective, node: SelectionNode, *, default: bool) -> bool:
        values = get_directive_values(directive, node, self.variables)
        return values["if"] if values else default
