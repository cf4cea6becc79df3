"""Measures an operation before it runs, in one pass that visits each fragment once.

Cost is in points: one for each object that may be answered, but the edges of a page are free. A list
multiplies what is below it: a page by its `first` or `last`, another list by its edge's usual number of rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    value_from_ast_untyped,
)
from graphql.pyutils import Undefined
from graphql.type import GraphQLNamedType

from resolvers.edges import USUAL, Edge
from resolvers.fields import Many
from resolvers.paging import DEFAULT_PAGE, MAX_PAGE
from resolvers.plan.document import variables_in, walk

ACTION_COST = 10
"""Points of a mutation or a preview for deciding and writing, added to the points of its answer."""


@dataclass(frozen=True)
class Size:
    """The size of selected fields, with their fragments. `depth` is the number of levels of the answer.

    A field that several fragments select counts each time.
    """

    cost: int = 0
    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def __add__(self, other: "Size") -> "Size":
        return Size(
            self.cost + other.cost,
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: dict[str, Any],
) -> Size:
    """The operation's size; `fields` counts its root fields. The document may be invalid.

    Raises RecursionError for selections that are nested too deeply for Python's stack.
    """
    root = schema.get_root_type(operation.operation)
    size = _Measuring(schema, document, operation, variables).selections(operation.selection_set, root, None)
    acting = ACTION_COST * size.fields if operation.operation is OperationType.MUTATION else 0
    return replace(
        size, cost=max(size.cost + acting, 1), directives=size.directives + len(operation.directives or ())
    )


class _Measuring:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
    ) -> None:
        self._schema = schema
        self._variables = _defaults(operation) | variables
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._measured: dict[tuple[str, int | None], Size] = {}

    def selections(
        self, selected: SelectionSetNode | None, parent: GraphQLNamedType | None, page: int | None
    ) -> Size:
        """`page` is the number of entries if the parent is a connection."""
        size = Size()
        for node in selected.selections if selected else ():
            size += Size(directives=len(node.directives or ()))
            if isinstance(node, FieldNode):
                size += self._field(node, parent, page)
            elif isinstance(node, FragmentSpreadNode):
                size += self._fragment(node.name.value, page)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                kind = self._schema.get_type(condition.name.value) if condition else parent
                size += self.selections(node.selection_set, kind, page)
        return size

    def _fragment(self, name: str, page: int | None) -> Size:
        key = (name, page)
        if key not in self._measured:
            self._measured[key] = Size()  # a cycle adds nothing, and validation refuses it
            if fragment := self._fragments.get(name):
                kind = self._schema.get_type(fragment.type_condition.name.value)
                self._measured[key] = self.selections(fragment.selection_set, kind, page)
        return self._measured[key]

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, page: int | None) -> Size:
        field = self._definition(parent, node.name.value)
        kind = get_named_type(field.type) if field else None
        below = self.selections(node.selection_set, kind, self._page(field, node))
        points = 0
        if field and is_composite_type(kind):
            points = self._times(field, node, page) * (_own_cost(field) + below.cost)
        return replace(
            below, cost=points, depth=below.depth + 1, fields=1, aliases=below.aliases + bool(node.alias)
        )

    def _definition(self, parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
        composite: Any = parent
        return self._schema.get_field(composite, name) if is_composite_type(composite) else None

    def _page(self, field: GraphQLField | None, node: FieldNode) -> int | None:
        if field is None or "first" not in field.args:
            return None
        first, last = self._argument(node, "first"), self._argument(node, "last")
        size = last if first is None else first
        if size is None:
            return DEFAULT_PAGE
        return (
            size if type(size) is int and 0 <= size <= MAX_PAGE else MAX_PAGE
        )  # an invalid size is refused later

    def _times(self, field: GraphQLField, node: FieldNode, page: int | None) -> int:
        """How many objects the field answers."""
        if not _is_list(field):
            return 1
        if page is not None:
            return page
        ids = self._argument(node, "ids")
        if isinstance(ids, list):
            return len(ids)
        answer = _declared(field).get("answer")
        return answer.where.usual if isinstance(answer, Many) and isinstance(answer.where, Edge) else USUAL

    def _argument(self, node: FieldNode, name: str) -> Any:
        for argument in node.arguments or ():
            if argument.name.value == name:
                return _value(argument.value, self._variables)
        return None


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        each.variable.name.value: _value(each.default_value, {})
        for each in operation.variable_definitions or ()
        if each.default_value
    }


def _value(node: Any, variables: dict[str, Any]) -> Any:
    """The value; Undefined if Python cannot read it. Validation refuses such a value."""
    try:
        return value_from_ast_untyped(node, variables)
    except (ValueError, TypeError):
        return Undefined


def _is_list(field: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(field.type))


def _own_cost(field: GraphQLField) -> int:
    """The points of the field itself, without its selection."""
    cost: int = _declared(field).get("cost", 1)
    return cost


def _declared(field: GraphQLField) -> Mapping[str, Any]:
    """The field's declaration: `answer`, and perhaps `cost` in points."""
    definition = field.extensions.get("strawberry-definition")
    return definition.metadata if definition else {}


_SIZING = frozenset({"first", "last", "ids"})
"""Arguments that size a list."""


def sizing_variables(document: DocumentNode) -> tuple[str, ...]:
    """The variables on which the sizes of the document's operations depend."""
    names = set[str]()
    for node in walk(document):
        if isinstance(node, ArgumentNode) and node.name.value in _SIZING:
            names |= variables_in(node.value)
    return tuple(sorted(names))
