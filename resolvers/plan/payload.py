"""A mutation's root fields: each runs its action once, and a plan reads its payload."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson
from graphql import DocumentNode, FieldNode, GraphQLField, GraphQLResolveInfo, get_named_type
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from graphql.pyutils import is_awaitable as default_is_awaitable

from resolvers.context import Context
from resolvers.plan.compiler import Compilation
from resolvers.plan.document import BoundOperation
from resolvers.plan.plan import Plan


@dataclass(frozen=True)
class RootField:
    """`key` is its response key."""

    bound: BoundOperation
    context: Context
    key: str
    nodes: list[FieldNode]

    @property
    def name(self) -> str:
        return self.nodes[0].name.value

    @property
    def field(self) -> GraphQLField:
        mutation: Any = self.bound.graph.mutation_type
        field: GraphQLField = mutation.fields[self.name]
        return field

    def prepare(self) -> tuple[Plan, dict[str, Any]]:
        """The plan for its payload, and its arguments: everything that can fail before the action runs.

        Raises UnservedError, and GraphQLError for arguments that do not fit.
        """
        kind: Any = get_named_type(self.field.type)
        plan = self.bound.plan(self.key, lambda: Plan.of(Compilation(self.bound), kind, self.nodes))
        return plan, get_argument_values(self.field, self.nodes[0], self.bound.variables)

    async def run(self, arguments: dict[str, Any]) -> Any:
        """The payload, from the field's own resolver. Raises the resolver's errors."""
        resolve: Callable[..., Any] = self.field.resolve  # type: ignore[assignment]  # Strawberry gives each one
        return await resolve(None, self._info(), **arguments)

    async def write(self, plan: Plan, payload: Any) -> orjson.Fragment:
        """The selected fields of the payload, in JSON. After any error, graphql-core answers instead."""
        return await plan.prepare(self.context, self.bound, payload).answer(self.context)

    def _info(self) -> GraphQLResolveInfo[Context]:
        """The same as graphql-core makes for a root field."""
        graph, operation = self.bound.graph, self.bound.operation
        root: Any = graph.mutation_type
        return GraphQLResolveInfo(
            field_name=self.name,
            field_nodes=self.nodes,
            return_type=self.field.type,
            parent_type=root,
            path=Path(None, self.key, root.name),
            schema=graph,
            fragments=dict(operation.fragments),
            root_value=None,
            operation=operation.node,
            variable_values=self.bound.variables,
            context=self.context,
            is_awaitable=default_is_awaitable,
            abort_signal=None,
            async_helpers=None,  # type: ignore[arg-type]  # only for resolvers that start tasks: none does
        )


def root_fields(bound: BoundOperation, context: Context) -> Iterator[RootField]:
    """The mutation's root fields, in the order in which they run."""
    root: Any = bound.graph.mutation_type
    for key, nodes in bound.fields(root, [bound.operation.node.selection_set]).items():
        yield RootField(bound, context, key, nodes)


def without(fields: Collection[RootField], answered: Collection[str]) -> DocumentNode:
    """A document of the mutation with the fields that are not answered yet."""
    operation = next(iter(fields)).bound.operation
    selections = tuple(node for field in fields if field.key not in answered for node in field.nodes)
    selection_set = replace(operation.node.selection_set, selections=selections)
    node = replace(operation.node, selection_set=selection_set)
    return DocumentNode(definitions=(node, *operation.fragments.values()))
