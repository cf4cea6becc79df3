"""The arguments of fields, as resolvers get them."""

from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import FieldNode, GraphQLField, Node, VariableNode, Visitor, visit
from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments


@dataclass(frozen=True)
class Arguments:
    """Of one operation with its variables."""

    schema: strawberry.Schema
    variables: Any

    def of(self, field: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """Raises GraphQLError for values that do not fit."""
        definition = field.extensions["strawberry-definition"]
        if not definition.arguments:
            return {}
        values = get_argument_values(field, node, self.variables)
        converter = self.schema.schema_converter
        return convert_arguments(values, definition.arguments, converter.scalar_registry, self.schema.config)

    def are_fixed(self, node: FieldNode) -> bool:
        """Whether they are the same whatever the variables."""
        return not any(variables_in(argument.value) for argument in node.arguments or ())


def variables_in(value: Node) -> set[str]:
    """The names of the variables in a value or a document's part."""
    found = _Variables()
    visit(value, found)
    return found.names


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.names.add(node.name.value)
