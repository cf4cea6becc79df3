"""Lets plans answer what mutations select of their payloads; the rest goes the reference way.

An action runs once in any case. What it came to is kept: where a plan fails after it, the reference way
is handed that, and reads the payload again.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from resolvers.plan.errors import UnservedError
from resolvers.plan.payloads import Payloads, RootField, Running
from schema.planned import queries_by

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Done:
    """What a root field's action came to: its payload, or what it raised."""

    payload: Any = None
    error: Exception | None = None

    def result(self) -> Any:
        if self.error:
            raise self.error
        return self.payload


class PlannedMutations(SchemaExtension):
    """Root fields run one after the other, as graphql-core runs them, each read before the next begins.

    From the first one that a plan does not serve, graphql-core answers those that are left.
    """

    def __init__(self, payloads: Payloads) -> None:
        self._payloads = payloads

    async def on_execute(self) -> AsyncIterator[None]:
        execution, data = self.execution_context, dict[str, Any]()
        if execution.operation_type is OperationType.MUTATION:
            reason = await self._answer(data)
            queries_by(reason).inc()
            if not reason:
                execution.result = ExecutionResult(data=data, errors=None)
        yield
        result: Any = execution.result
        if data and result is not None and result.data is not None:
            result.data = data | result.data

    async def _answer(self, data: dict[str, Any]) -> str:
        """Puts into `data` what plans answer; says why the rest goes the reference way, if any does."""
        try:
            running = self._begin()
        except UnservedError as error:
            return error.reason
        for field in running.fields():
            if field.name == "__typename":
                data[field.key] = "Mutation"
            elif reason := await self._answer_one(field, data):
                if data:
                    self.execution_context.graphql_document = running.without(data)
                return reason
        return ""

    async def _answer_one(self, field: RootField, data: dict[str, Any]) -> str:
        try:
            plan, arguments = field.ready()
            done = await _done(field, arguments)
            self.execution_context.root_value = {field.key: done}
            if done.error is None:
                data[field.key] = await field.shape(plan, done.payload)
        except Exception as error:
            return _reason(error)
        return "refused" if done.error else ""

    def _begin(self) -> Running:
        execution = self.execution_context
        document = execution.graphql_document
        if document is None or execution.query is None:
            raise UnservedError("no mutation")
        return self._payloads.begin(
            execution.context, execution.query, document, execution.operation_name, execution.variables or {}
        )


def _reason(error: Exception) -> str:
    if isinstance(error, UnservedError):
        return error.reason
    if isinstance(error, GraphQLError):
        return "refused"
    log.warning("plan failed", error=type(error).__name__)
    return type(error).__name__


async def _done(field: RootField, arguments: dict[str, Any]) -> Done:
    try:
        return Done(await field.run(arguments))
    except Exception as error:
        return Done(error=error)


def remember(schema: GraphQLSchema) -> None:
    """Lets each root field of a mutation answer what its action came to, where that was done already."""
    kind = schema.mutation_type
    for field in kind.fields.values() if kind else ():
        field.resolve = _remembering(field.resolve)


def _remembering(resolve: Any) -> Callable[..., Any]:
    def remembering(root: Mapping[str, Done] | None, info: Any, **arguments: Any) -> Any:
        done = root.get(info.path.key) if root else None
        return done.result() if done else resolve(root, info, **arguments)

    return remembering
