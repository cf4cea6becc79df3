"""The schema that runs operations: each is admitted, answered, presented, timed and traced."""

import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing, contextmanager, nullcontext
from functools import cache
from typing import Any

import strawberry
from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError
from opentelemetry import trace
from prometheus_client import Histogram
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from resolvers.plan.plan import Plans
from schema.errors import presentable
from schema.execution.admission import Admission, InvalidDocumentError, Request
from schema.execution.answers import Answers
from schema.features import Features
from schema.limits import Limits
from schema.permissions import may_ask

OPERATIONS = Histogram(
    "tenure_operation_seconds",
    "How long queries and mutations took; by kind (empty: unknown) and by the first error's code.",
    ["kind", "error"],
)
_timed = cache(OPERATIONS.labels)
_TRACER = trace.get_tracer(__name__)
_FOR_HTTP = (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)
"""The endpoint answers these with a status of its own."""


class Schema(strawberry.Schema):
    """Runs operations without Strawberry's own steps and extensions. The signatures are Strawberry's."""

    def __init__(self, limits: Limits, features: Features, **options: Any) -> None:
        super().__init__(**options)
        self._suggestions, self._traced = features.suggestions, features.traced
        self._admission = Admission(self, limits, introspection=features.introspection)
        self._answers = Answers(self, Plans(self, may_ask) if features.plans else None)

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> Any:
        """The result of a query or a mutation. Raises the errors that are answered with an HTTP status."""
        request = Request(query, operation_name, variable_values or {}, context_value)
        allowed = tuple(allowed_operation_types or (OperationType.QUERY, OperationType.MUTATION))
        began = time.perf_counter()
        with _span(request) if self._traced else nullcontext():
            result = self._presented(request, await self._result(request, allowed))
        code = str(result.errors[0].extensions["code"]) if result.errors else ""
        _timed(request.kind, code).observe(time.perf_counter() - began)
        return result

    async def _result(self, request: Request, allowed: tuple[OperationType, ...]) -> Any:
        try:
            self._admission.admit(request, allowed)
            return await self._answers.answer(request)
        except _FOR_HTTP:
            raise
        except Exception as error:
            return _failed(error)

    async def stream(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        operation_extensions: dict[str, Any] | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
    ) -> Any:
        """The results of an operation of any kind. A PreExecutionError says that nothing was executed."""
        return self._presented_results(Request(query, operation_name, variable_values or {}, context_value))

    async def _presented_results(self, request: Request) -> AsyncGenerator[Any, None]:
        async with aclosing(self._results(request)) as results:
            async for result in results:
                yield self._presented(request, result)

    async def _results(self, request: Request) -> AsyncGenerator[Any, None]:
        source: Any = None
        try:
            self._admission.admit(request, None)
            if request.kind != "subscription":
                source = await self._answers.answer(request)
            else:
                source = await self._answers.subscribe(request)
        except Exception as error:
            source = _failed(error)
        if isinstance(source, ExecutionResult | PreExecutionError):
            yield source
        elif isinstance(source, CoreResult):
            yield PreExecutionError(data=None, errors=source.errors)
        else:
            async with aclosing(_events(source)) as events:
                async for result in events:
                    yield result

    def _presented(self, request: Request, result: Any) -> Any:
        result.extensions = request.extensions
        if result.errors:
            result.errors = [presentable(error, suggestions=self._suggestions) for error in result.errors]
        return result


async def _events(source: Any) -> AsyncGenerator[ExecutionResult, None]:
    try:
        async with aclosing(source):
            async for event in source:
                yield ExecutionResult(data=event.data, errors=event.errors)
    except Exception as error:
        yield ExecutionResult(data=None, errors=_failed(error).errors)


def _failed(error: Exception) -> PreExecutionError:
    """The result of an operation that could not be executed."""
    if isinstance(error, InvalidDocumentError):
        return PreExecutionError(data=None, errors=error.errors)
    if isinstance(error, GraphQLError):
        return PreExecutionError(data=None, errors=[error])
    message = error.as_http_error_reason() if isinstance(error, CannotGetOperationTypeError) else str(error)
    return PreExecutionError(data=None, errors=[GraphQLError(message, original_error=error)])


@contextmanager
def _span(request: Request) -> Iterator[None]:
    """Source: OpenTelemetry's conventions for GraphQL, but without the document."""
    with _TRACER.start_as_current_span("GraphQL operation") as span:
        yield
        if request.kind:
            span.update_name(f"{request.kind} {request.name}".rstrip())
            span.set_attributes(
                {"graphql.operation.type": request.kind, "graphql.operation.name": request.name}
            )
