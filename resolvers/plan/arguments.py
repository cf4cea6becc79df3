"""The arguments of fields, as resolvers get them."""

from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import FieldNode, GraphQLField
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
