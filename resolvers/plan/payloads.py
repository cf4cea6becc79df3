"""The plans for what mutations answer: one for each root field, since these run one after the other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

import orjson
import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationType,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Path
from graphql.pyutils import is_awaitable as default_is_awaitable

from resolvers.context import Context
from resolvers.plan.arguments import Arguments
from resolvers.plan.operations import Operation, Operations
from resolvers.plan.plan import Plan, compile_payload
from resolvers.plan.selection import Collector


@dataclass(frozen=True)
class Running:
    """One mutation with its variables, on its way."""

    schema: strawberry.Schema
    operation: Operation
    variables: VariableValues
    context: Context

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

    running: Running
    key: str
    nodes: list[FieldNode]

    @property
    def name(self) -> str:
        return self.nodes[0].name.value

    @property
    def field(self) -> GraphQLField:
        found: GraphQLField = self.running.graph.mutation_type.fields[self.name]
        return found

    def ready(self) -> tuple[Plan, dict[str, Any]]:
        """The plan for its payload, and its arguments: all that can fail before anything is done.

        Raises UnservedError, and GraphQLError for arguments that do not fit.
        """
        running, kind = self.running, get_named_type(self.field.type)
        plan = running.operation.plan(
            running.variables,
            self.key,
            lambda: compile_payload(running.collector, cast(GraphQLObjectType, kind), self.nodes),
        )
        return plan, get_argument_values(self.field, self.nodes[0], running.variables)

    async def run(self, arguments: dict[str, Any]) -> Any:
        """The payload, from the field's own resolver. Raises what that raises."""
        resolve: Callable[..., Any] = self.field.resolve  # type: ignore[assignment]  # Strawberry gives each one
        return await resolve(None, self._info(), **arguments)

    async def shape(self, plan: Plan, payload: Any) -> orjson.Fragment:
        """What is selected of the payload, in JSON. Raises whatever makes it one for the reference way."""
        running = self.running
        arguments = Arguments(running.schema, running.variables)
        return await plan.prepare(running.context, arguments, payload).answer(running.context)

    def _info(self) -> GraphQLResolveInfo[Context]:
        """As graphql-core makes it for a root field."""
        running, operation = self.running, self.running.operation
        return GraphQLResolveInfo(
            field_name=self.name,
            field_nodes=self.nodes,
            return_type=self.field.type,
            parent_type=running.graph.mutation_type,
            path=Path(None, self.key, running.graph.mutation_type.name),
            schema=running.graph,
            fragments=dict(operation.fragments),
            root_value=None,
            operation=operation.node,
            variable_values=running.variables,
            context=running.context,
            is_awaitable=default_is_awaitable,
            abort_signal=None,
            async_helpers=None,  # type: ignore[arg-type]  # for resolvers that leave work behind: none does
        )


class Payloads:
    """The mutations of a process, with the plans for their payloads."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self._schema = schema
        self._operations = Operations(OperationType.MUTATION)

    def begin(
        self,
        context: Context,
        query: str,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, Any],
    ) -> Running:
        """A valid document's mutation. Raises UnservedError."""
        operation = self._operations.find(query, document, operation_name)
        return Running(self._schema, operation, operation.variables(self._schema._schema, variables), context)
