"""The plans for what mutations answer: one for each root field, since these run one after the other."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLResolveInfo,
    get_named_type,
    get_operation_ast,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from graphql.pyutils import Path
from graphql.pyutils import is_awaitable as default_is_awaitable

from resolvers.context import Context
from resolvers.newest import Newest
from resolvers.plan.arguments import Arguments
from resolvers.plan.collect import Collector, fragments_of
from resolvers.plan.errors import UnservedError
from resolvers.plan.plan import Plan, compile_payload
from resolvers.plan.plans import KEPT, VARIANTS, Operation, conditional


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
        return self._plan(), get_argument_values(self.field, self.nodes[0], self.running.variables)

    async def run(self, arguments: dict[str, Any]) -> Any:
        """The payload, from the field's own resolver. Raises what that raises."""
        resolve: Callable[..., Any] = self.field.resolve  # type: ignore[assignment]  # Strawberry gives each one
        return await resolve(None, self._info(), **arguments)

    async def shape(self, plan: Plan, payload: Any) -> dict[str, Any]:
        """What is selected of the payload. Raises whatever makes it one for the reference way."""
        running = self.running
        arguments = Arguments(running.schema, running.variables)
        return await plan.prepare(running.context, arguments, payload).answer(running.context)

    def _plan(self) -> Plan:
        operation, variables = self.running.operation, self.running.variables
        conditions = tuple((name, variables.coerced.get(name)) for name in sorted(operation.conditions))
        key = (conditions, self.key)
        if key not in operation.plans:
            if len(operation.plans) >= VARIANTS:
                raise UnservedError("variants")
            operation.plans[key] = self._compile()
        plan = operation.plans[key]
        if isinstance(plan, UnservedError):
            raise plan
        return plan

    def _compile(self) -> Plan | UnservedError:
        kind: Any = get_named_type(self.field.type)
        try:
            return compile_payload(self.running.collector, kind, self.nodes)
        except UnservedError as error:
            return error

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
        self._operations: Newest[Any, Operation] = Newest(KEPT)

    def begin(
        self,
        context: Context,
        query: str,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, Any],
    ) -> Running:
        """A valid document's mutation. Raises UnservedError."""
        operation = self._operation(query, document, operation_name)
        coerced = get_variable_values(
            self._schema._schema, operation.node.variable_definitions or (), variables
        )
        if isinstance(coerced, list):
            raise UnservedError("variables")
        return Running(self._schema, operation, coerced, context)

    def _operation(self, query: str, document: DocumentNode, name: str | None) -> Operation:
        key = (hashlib.sha256(query.encode()).digest(), name)
        known = self._operations.get(key)
        if known is None:
            node = get_operation_ast(document, name)
            if node is None:
                raise UnservedError("no mutation")
            known = Operation(node, fragments_of(document), frozenset(conditional(document)))
            self._operations.put(key, known)
        return known
