"""The plans for what mutations answer: one for each root field, since these run one after the other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import orjson
import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Path
from graphql.pyutils import is_awaitable as default_is_awaitable

from resolvers.context import Context
from resolvers.plan.arguments import Arguments
from resolvers.plan.operations import Operation
from resolvers.plan.plan import Plan, compile_payload
from resolvers.plan.selection import Collector


@dataclass
class Mutation:
    """One mutation with its variables, on its way."""

    schema: strawberry.Schema
    operation: Operation
    given: dict[str, Any]
    context: Context

    @cached_property
    def variables(self) -> VariableValues:
        """As the operation declares them. Raises UnservedError where they do not fit."""
        return self.operation.variables(self.graph, self.given)

    @property
    def graph(self) -> Any:
        return self.schema._schema

    @property
    def collector(self) -> Collector:
        return Collector(self.graph, self.operation.fragments, self.variables)

    def fields(self) -> Iterator["RootField"]:
        """In the order in which they run."""
        root, nodes = self.graph.mutation_type, self.operation.node.selection_set
        for key, same in self.collector.fields(root, [nodes]).items():
            yield RootField(self, key, same)

    def without(self, answered: Iterable[str]) -> DocumentNode:
        """The document with this operation alone, without those root fields; each stands where it stood."""
        left = [field for field in self.fields() if field.key not in answered]
        selections = tuple(node for field in left for node in field.nodes)
        node = self.operation.node
        kept = replace(node, selection_set=replace(node.selection_set, selections=selections))
        return DocumentNode(definitions=(kept, *self.operation.fragments.values()))


@dataclass(frozen=True)
class RootField:
    """A root field of a mutation: `key` is its response key."""

    mutation: Mutation
    key: str
    nodes: list[FieldNode]

    @property
    def name(self) -> str:
        return self.nodes[0].name.value

    @property
    def field(self) -> GraphQLField:
        found: GraphQLField = self.mutation.graph.mutation_type.fields[self.name]
        return found

    def prepare(self) -> tuple[Plan, dict[str, Any]]:
        """The plan for its payload, and its arguments: all that can fail before anything is done.

        Raises UnservedError, and GraphQLError for arguments that do not fit.
        """
        mutation, kind = self.mutation, get_named_type(self.field.type)
        plan = mutation.operation.plan(
            mutation.variables,
            self.key,
            lambda: compile_payload(mutation.collector, cast(GraphQLObjectType, kind), self.nodes),
        )
        return plan, get_argument_values(self.field, self.nodes[0], mutation.variables)

    async def run(self, arguments: dict[str, Any]) -> Any:
        """The payload, from the field's own resolver. Raises what that raises."""
        resolve: Callable[..., Any] = self.field.resolve  # type: ignore[assignment]  # Strawberry gives each one
        return await resolve(None, self._info(), **arguments)

    async def shape(self, plan: Plan, payload: Any) -> orjson.Fragment:
        """What is selected of the payload, in JSON. Raises whatever makes it one for the reference way."""
        mutation = self.mutation
        arguments = Arguments(mutation.schema, mutation.variables)
        return await plan.prepare(mutation.context, arguments, payload).answer(mutation.context)

    def _info(self) -> GraphQLResolveInfo[Context]:
        """As graphql-core makes it for a root field."""
        mutation, operation = self.mutation, self.mutation.operation
        return GraphQLResolveInfo(
            field_name=self.name,
            field_nodes=self.nodes,
            return_type=self.field.type,
            parent_type=mutation.graph.mutation_type,
            path=Path(None, self.key, mutation.graph.mutation_type.name),
            schema=mutation.graph,
            fragments=dict(operation.fragments),
            root_value=None,
            operation=operation.node,
            variable_values=mutation.variables,
            context=mutation.context,
            is_awaitable=default_is_awaitable,
            abort_signal=None,
            async_helpers=None,  # type: ignore[arg-type]  # for resolvers that leave work behind: none does
        )
