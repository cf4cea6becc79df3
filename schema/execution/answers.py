"""Answers an admitted operation: by a plan if one can, else by graphql-core.

A plan never answers with an error. If anything goes wrong in it, graphql-core answers instead.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
import strawberry
import structlog
from graphql import DocumentNode, GraphQLError, MiddlewareManager, execute, subscribe
from graphql import ExecutionResult as CoreResult
from prometheus_client import Counter
from strawberry.execution import optimized_is_awaitable
from strawberry.schema._graphql_core import execution_context_class_kwargs
from strawberry.types import ExecutionResult
from strawberry.utils.await_maybe import await_maybe

from models.engine import is_disconnect, partner_transaction
from models.store.idempotency import keep_response
from resolvers.context import Context
from resolvers.errors import RequestErrorCode
from resolvers.plan.document import UnservedError
from resolvers.plan.payload import RootField, root_fields, without
from resolvers.plan.plan import Plans
from schema.execution.admission import Request

FALLBACKS = Counter(
    "tenure_queries",
    "Queries and mutations, by the reason why graphql-core answered them; empty: a plan answered.",
    ["fallback"],
)
_fallbacks = cache(FALLBACKS.labels)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ActionResult:
    """The result of a root field's action: its payload, or the error that it raised."""

    payload: Any = None
    error: Exception | None = None

    def unwrap(self) -> Any:
        """The payload. Raises the error."""
        if self.error:
            raise self.error
        return self.payload


class Answers:
    """Without `plans`, graphql-core answers everything."""

    def __init__(self, schema: strawberry.Schema, plans: Plans | None) -> None:
        self._schema, self._plans = schema, plans

    async def answer(self, request: Request) -> ExecutionResult:
        if request.kind != "mutation":
            return await self._query(request)
        result = await self._mutate(request)
        await _repeat_and_keep(request, result)
        return result

    async def subscribe(self, request: Request) -> Any:
        """The source of results, or a result with the error for which there is none."""
        schema, document = self._schema._schema, request.document.node
        return await await_maybe(subscribe(schema, document, **self._options(request)))

    async def _query(self, request: Request) -> ExecutionResult:
        if self._plans:
            try:
                data: Any = await self._plans.answer(request.context, request.operation, request.variables)
            except Exception as error:
                if isinstance(error, GraphQLError) and _code(error) == RequestErrorCode.UNAVAILABLE:
                    # graphql-core would wait for the same database, and fail too.
                    return ExecutionResult(data=None, errors=[error])
                _fallbacks(_reason(error)).inc()
            else:
                _fallbacks("").inc()
                return ExecutionResult(data=data, errors=None)
        return await self._by_graphql_core(request, request.document.node)

    async def _mutate(self, request: Request) -> ExecutionResult:
        """Root fields run one after the other; each payload is read before the next field runs.

        From the first field that a plan cannot answer, graphql-core takes over. No action runs twice:
        graphql-core gets the result of the action that has run.
        """
        data: dict[str, Any] = {}
        done: dict[str, ActionResult] = {}
        document = request.document.node
        if self._plans:
            fields, reason = self._root_fields(request)
            reason = reason or await _answer_fields(fields, data, done)
            _fallbacks(reason).inc()
            if not reason:
                return ExecutionResult(data=data, errors=None)
            if data:
                document = without(fields, data)
        result = await self._by_graphql_core(request, document, done)
        if data and result.data is not None:
            result.data = data | result.data
        return result

    def _root_fields(self, request: Request) -> tuple[list[RootField], str]:
        """The mutation's root fields, or the reason why plans cannot answer them."""
        try:
            bound = request.operation.bind(self._schema, request.variables)
            return list(root_fields(bound, request.context)), ""
        except Exception as error:
            return [], _reason(error)

    async def _by_graphql_core(
        self, request: Request, document: DocumentNode, done: Mapping[str, ActionResult] | None = None
    ) -> ExecutionResult:
        options = self._options(request) | {"is_awaitable": optimized_is_awaitable}
        if done:
            options["middleware"] = MiddlewareManager(_reusing(done))
        result: CoreResult = await await_maybe(execute(self._schema._schema, document, **options))
        return ExecutionResult(data=result.data, errors=result.errors)

    def _options(self, request: Request) -> dict[str, Any]:
        return {
            "context_value": request.context,
            "variable_values": request.variables,
            "operation_name": request.operation_name,
            "operation_extensions": None,
            **execution_context_class_kwargs(self._schema.execution_context_class),
        }


async def _answer_fields(fields: list[RootField], data: dict[str, Any], done: dict[str, ActionResult]) -> str:
    """Puts the answers of plans into `data`, and the result of the last action into `done`.

    Returns the reason why graphql-core must answer the other fields; empty if none is left.
    """
    try:
        for field in fields:
            if field.name == "__typename":
                data[field.key] = "Mutation"
                continue
            plan, arguments = field.prepare()
            done.clear()
            result = done[field.key] = await _run(field, arguments)
            if result.error:
                return "refused"
            data[field.key] = await field.write(plan, result.payload)
    except Exception as error:
        return _reason(error)
    return ""


async def _run(field: RootField, arguments: dict[str, Any]) -> ActionResult:
    try:
        return ActionResult(await field.run(arguments))
    except Exception as error:
        return ActionResult(error=error)


def _reusing(done: Mapping[str, ActionResult]) -> Any:
    """A middleware: a root field whose action has run answers with its result."""

    def resolve(next_: Any, root: Any, info: Any, **arguments: Any) -> Any:
        result = done.get(info.path.key) if info.path.prev is None else None
        return result.unwrap() if result else next_(root, info, **arguments)

    return resolve


def _reason(error: Exception) -> str:
    """The label of the metric. Logs an error that no plan should raise."""
    if isinstance(error, UnservedError):
        return error.reason
    if isinstance(error, GraphQLError):
        return "refused"
    log.warning("plan failed", error=type(error).__name__)
    return type(error).__name__


def _code(error: GraphQLError) -> Any:
    return (error.extensions or {}).get("code")


async def _repeat_and_keep(request: Request, result: ExecutionResult) -> None:
    """Repeats first answers exactly, and keeps new ones. Source: rules §9.

    The action's transaction has kept its outcome; the JSON of the answer follows here. If the server stops
    in between, a repetition is answered from the outcome.
    """
    context = request.context
    if not (context.answers_to_keep or context.answers_to_repeat) or not result.data:
        return
    fingerprint = _fingerprint(request)
    for path, (document, answer) in context.answers_to_repeat.items():
        if document == fingerprint and path in result.data:
            result.data[path] = orjson.loads(answer)
    if not result.errors:
        await _keep(context, fingerprint, result.data)


def _fingerprint(request: Request) -> str:
    """A digest of the operation and its variables."""
    parts = [request.query, request.operation_name or request.operation.name or None, request.variables]
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()


async def _keep(context: Context, fingerprint: str, data: Mapping[str, Any]) -> None:
    for path, key in context.answers_to_keep.items():
        answer = orjson.dumps(data[path]).decode()  # not JSONB, which would reorder the fields
        try:
            async with partner_transaction(context.engine, context.partner_id) as connection:
                await keep_response(connection, context.partner_id, key, fingerprint, answer)
        except Exception as error:
            if not is_disconnect(error):  # the action is committed, and its outcome is kept
                raise
