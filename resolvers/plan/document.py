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
"""Plans of one operation: one for each choice of @skip and @include, and of what else shapes it."""

Selected = dict[str, list[FieldNode]]
"""By response key, the nodes that select the field. The first one has its name and arguments."""


class UnservedError(Exception):
    """A plan does not cover this; `reason` is a label of the metric."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def walk(top: Node) -> Iterator[Node]:
    """The node and all nodes below it, in no promised order."""
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
    _plans: dict[Any, Any] = field(default_factory=dict)

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
        found = get_variable_values(schema._schema, self.node.variable_definitions or (), variables)
        if isinstance(found, list):
            raise UnservedError("variables")
        return BoundOperation(schema, self, found)


@dataclass
class BoundOperation:
    """An operation with its variables, as it declares them."""

    schema: strawberry.Schema
    operation: Operation
    variables: VariableValues
    _seen: set[str] = field(default_factory=set)

    @property
    def graph(self) -> GraphQLSchema:
        return self.schema._schema

    def plan(self, shaped_by: Any, compiled: Callable[[], Any]) -> Any:
        """The plan for these conditions and for `shaped_by`, compiled once. Raises UnservedError."""
        conditions = tuple(self.variables.coerced.get(name) for name in self.operation.conditions)
        plans, key = self.operation._plans, (conditions, shaped_by)
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
        """As resolvers get them. Raises GraphQLError for values that do not fit."""
        declared = definition.extensions["strawberry-definition"].arguments
        if not declared:
            return {}
        values = get_argument_values(definition, node, self.variables)
        scalars = self.schema.schema_converter.scalar_registry
        return convert_arguments(values, declared, scalars, self.schema.config)

    def fields(self, kind: GraphQLNamedType, selections: Iterable[SelectionSetNode | None]) -> Selected:
        """The fields of an object type that the selections ask for. Source: GraphQL, CollectFields."""
        found: Selected = {}
        self._seen = set()
        for selection in selections:
            self._collect(kind, selection, found)
        return found

    def _collect(self, kind: GraphQLNamedType, selection: SelectionSetNode | None, found: Selected) -> None:
        for node in selection.selections if selection else ():
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias or node.name
                found.setdefault(key.value, []).append(node)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name not in self._seen:
                    self._seen.add(name)
                    self._apply(kind, self.operation.fragments[name], found)
            else:
                self._apply(kind, node, found)

    def _apply(self, kind: GraphQLNamedType, fragment: Any, found: Selected) -> None:
        condition = fragment.type_condition
        if condition is None or self._applies(kind, condition.name.value):
            self._collect(kind, fragment.selection_set, found)

    def _applies(self, kind: GraphQLNamedType, name: str) -> bool:
        wanted = self.graph.get_type(name)
        return wanted is kind or (
            is_abstract_type(wanted) and is_object_type(kind) and self.graph.is_sub_type(wanted, kind)
        )

    def _included(self, node: SelectionNode) -> bool:
        skipped = self._condition(GraphQLSkipDirective, node, default=False)
        return not skipped and self._condition(GraphQLIncludeDirective, node, default=True)

    def _condition(self, directive: GraphQLDirective, node: SelectionNode, *, default: bool) -> bool:
        values = get_directive_values(directive, node, self.variables)
        return values["if"] if values else default
