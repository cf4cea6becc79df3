"""Which fields of a type an operation selects. Source: GraphQL specification, CollectFields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLDirective,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLSkipDirective,
    SelectionNode,
    SelectionSetNode,
    is_abstract_type,
    is_object_type,
)
from graphql.execution.values import VariableValues, get_directive_values

Selected = dict[str, list[FieldNode]]
"""By response key: the nodes that select the field, of which the first has its name and arguments."""


@dataclass
class Collector:
    """Collects for one operation with one set of variables."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues
    _seen: set[str] = field(default_factory=set)

    def fields(self, kind: GraphQLNamedType, selections: Iterable[SelectionSetNode | None]) -> Selected:
        """What those selections together select of an object type."""
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
                    self._apply(kind, self.fragments[name], found)
            else:
                self._apply(kind, node, found)

    def _apply(self, kind: GraphQLNamedType, fragment: Any, found: Selected) -> None:
        condition = fragment.type_condition
        if condition is None or self._applies(kind, condition.name.value):
            self._collect(kind, fragment.selection_set, found)

    def _applies(self, kind: GraphQLNamedType, name: str) -> bool:
        wanted = self.schema.get_type(name)
        return wanted is kind or (
            is_abstract_type(wanted) and is_object_type(kind) and self.schema.is_sub_type(wanted, kind)
        )

    def _included(self, node: SelectionNode) -> bool:
        return self._if(GraphQLSkipDirective, node, False) is False and self._if(
            GraphQLIncludeDirective, node, True
        )

    def _if(self, directive: GraphQLDirective, node: SelectionNode, otherwise: bool) -> bool:
        values = get_directive_values(directive, node, self.variables)
        return values["if"] if values else otherwise


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
