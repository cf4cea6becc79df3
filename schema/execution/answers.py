"""Answers an admitted operation: by a plan where one can, else by graphql-core.

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
    "tenure_queries", "Queries, by why they went the reference way; planned ones by none.", ["fallback"]
)
_fallbacks = cache(FALLBACKS.labels)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Done:
    """The result of a root field's action: its payload, or the error that it raised."""

    payload: Any = None
    error: Exception | None = None

    def result(self) -> Any:
        if self.error:
            raise self.error
        return self.payload


class Answers:
    """`plans` is None where all is left to graphql-core."""

    def __init__(self, schema: strawberry.Schema, plans: Plans | None) -> None:
        self._schema, self._plans = schema, plans

    async def answer(self, request: Request) -> ExecutionResult:
        if request.kind != "mutation":
            return await self._query(request)
        result = await self._mutate(request)
        await _repeat_first_answers(request, result)
        return result

    async def subscribe(self, request: Request) -> Any:
        """The source of results, or the result that says why there is none."""
        schema, document = self._schema._schema, request.document.node
        return await await_maybe(subscribe(schema, document, **self._options(request)))

    async def _query(self, request: Request) -> ExecutionResult:
        if self._plans:
            try:
                data: Any = await self._plans.answer(request.context, request.operation, request.variables)
            except Exception as error:
                if isinstance(error, GraphQLError) and _code(error) == RequestErrorCode.UNAVAILABLE:
                    return ExecutionResult(data=None, errors=[error])  # waiting once more would not help
                _fallbacks(_reason(error)).inc()
            else:
                _fallbacks("").inc()
                return ExecutionResult(data=data, errors=None)
        return await self._reference(request, request.document.node)

    async def _mutate(self, request: Request) -> ExecutionResult:
        """Root fields run one after the other; each payload is read before the next field runs.

        From the first field that a plan cannot answer, graphql-core takes over. No action runs twice:
        graphql-core is given the result of the one that has run.
        """
        data: dict[str, Any] = {}
        done: dict[str, Done] = {}
        document = request.document.node
        if self._plans:
            fields, reason = self._root_fields(request)
            reason = reason or await _answer_fields(fields, data, done)
            _fallbacks(reason).inc()
            if not reason:
                return ExecutionResult(data=data, errors=None)
            if data:
                document = without(fields, data)
        result = await self._reference(request, document, done)
        if data and result.data is not None:
            result.data = data | result.data
        return result

    def _root_fields(self, request: Request) -> tuple[list[RootField], str]:
        """The mutation's fields, or why plans cannot have them."""
        try:
            bound = request.operation.bind(self._schema, request.variables)
            return list(root_fields(bound, request.context)), ""
        except Exception as error:
            return [], _reason(error)

    async def _reference(
        self, request: Request, document: DocumentNode, done: Mapping[str, Done] | None = None
    ) -> ExecutionResult:
        options = self._options(request) | {"is_awaitable": optimized_is_awaitable}
        if done:
            options["middleware"] = MiddlewareManager(_handing_over(done))
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


async def _answer_fields(fields: list[RootField], data: dict[str, Any], done: dict[str, Done]) -> str:
    """Puts the answers of plans into `data`. Returns why graphql-core must answer the rest, if it must."""
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
            data[field.key] = await field.shape(plan, result.payload)
    except Exception as error:
        return _reason(error)
    return ""


async def _run(field: RootField, arguments: dict[str, Any]) -> Done:
    try:
        return Done(await field.run(arguments))
    except Exception as error:
        return Done(error=error)


def _handing_over(done: Mapping[str, Done]) -> Any:
    """A middleware: root fields whose action has run answer its result."""

    def resolve(next_: Any, root: Any, info: Any, **arguments: Any) -> Any:
        known = done.get(info.path.key) if info.path.prev is None else None
        return known.result() if known else next_(root, info, **arguments)

    return resolve


def _reason(error: Exception) -> str:
    if isinstance(error, UnservedError):
        return error.reason
    if isinstance(error, GraphQLError):
        return "refused"
    log.warning("plan failed", error=type(error).__name__)
    return type(error).__name__


def _code(error: GraphQLError) -> Any:
    return (error.extensions or {}).get("code")


async def _repeat_first_answers(request: Request, result: ExecutionResult) -> None:
    """Repeats first answers word for word, and keeps the words of new ones. Source: rules §9.

    The action's transaction keeps its outcome; the words follow once the answer is made. If the server dies
    in between, a repetition is answered from the outcome.
    """
    context = request.context
    if not (context.words_to_keep or context.words_to_repeat) or not result.data:
        return
    fingerprint = _fingerprint(request)
    for path, (first, words) in context.words_to_repeat.items():
        if first == fingerprint and path in result.data:
            result.data[path] = orjson.loads(words)
    if not result.errors:
        await _keep_words(context, fingerprint, result.data)


def _fingerprint(request: Request) -> str:
    """Identifies the operation with its variables."""
    parts = [request.query, request.operation_name or request.operation.name or None, request.variables]
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()


async def _keep_words(context: Context, fingerprint: str, data: Mapping[str, Any]) -> None:
    for path, key in context.words_to_keep.items():
        words = orjson.dumps(data[path]).decode()  # not JSONB, which would reorder the fields
        try:
            async with partner_transaction(context.engine, context.partner_id) as connection:
                await keep_response(connection, context.partner_id, key, fingerprint, words)
        except Exception as error:
            if not is_disconnect(error):  # the action is committed: losing its words is no failure
                raise
