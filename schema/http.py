"""GraphQL over HTTP and WebSocket: who asks, and errors in GraphQL's own form whatever goes wrong."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from cross_web import HTTPException
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse, process_result
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UNSET

from actions.transaction import Clock
from models.engine import partner_transaction
from models.tables import partner
from resolvers.auth import Principal, Verifier, authenticate
from resolvers.context import NOBODY, Context, SocketContext
from resolvers.errors import RequestError, RequestErrorCode
from resolvers.feed import Feed
from resolvers.rate import RateLimiter
from resolvers.retrying import retrying
from schema.faults import presentable
from schema.limits import Limits
from schema.schema import build_schema
from schema.sockets import SocketHandler, authorization_of, close_when_expired

MAX_NESTING = 64
_STATUS = {
    RequestErrorCode.UNAUTHENTICATED: 401,
    RequestErrorCode.UNAVAILABLE: 503,
    RequestErrorCode.DEADLINE_EXCEEDED: 504,
}


class GraphQLEndpoint(GraphQL[Context, None]):
    """`verifier` knows good tokens; `clock` tells the time of partners that have none of their own."""

    graphql_transport_ws_handler_class = SocketHandler

    def __init__(
        self,
        engine: AsyncEngine,
        verifier: Verifier,
        clock: Clock,
        feed: Feed,
        limits: Limits,
        limiter: RateLimiter,
        *,
        webhooks_insecure: bool = False,
    ) -> None:
        super().__init__(
            build_schema(limits), graphql_ide=None, subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,)
        )
        self._engine, self._verifier, self._clock, self._feed = engine, verifier, clock, feed
        self._limiter, self._insecure = limiter, webhooks_insecure
        self._currencies: dict[UUID, str] = {}

    async def run(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await super().run(request, *args, **kwargs)
        except RequestError as error:
            code = RequestErrorCode((error.extensions or {})["code"])
            return _errors(error, _STATUS.get(code, 400))
        except HTTPException as error:
            return _errors(RequestError(RequestErrorCode.BAD_USER_INPUT, error.reason), error.status_code)

    async def get_context(self, request: Request | WebSocket, response: Any) -> Context:
        """Raises UNAUTHENTICATED without a valid token. A socket says who it is in connection_init."""
        if isinstance(request, WebSocket):
            return SocketContext(
                self._engine,
                self._clock,
                NOBODY,
                self._feed,
                limiter=self._limiter,
                webhooks_insecure=self._insecure,
                socket=request,
            )
        principal = await self._authenticate(request.headers.get("authorization"))
        currency = await self._currency(principal)
        return Context(
            self._engine,
            self._clock,
            principal,
            self._feed,
            currency,
            self._limiter,
            response,
            self._insecure,
        )

    async def on_ws_connect(self, context: Context) -> Any:
        if not isinstance(context, SocketContext) or context.socket is None:
            raise ConnectionRejectionError
        try:
            context.principal = await self._authenticate(authorization_of(context))
            context.currency = await self._currency(context.principal)
        except RequestError as error:
            if (error.extensions or {})["code"] == RequestErrorCode.UNAVAILABLE:
                raise
            raise ConnectionRejectionError from error
        context.forget_rows()
        if context.principal.expires_at:
            left = context.principal.expires_at - self._clock().timestamp()
            close_when_expired(context.socket, left)
        return UNSET

    async def parse_http_body(self, request: Any) -> Any:
        try:
            return await super().parse_http_body(request)
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            if isinstance(error, json.JSONDecodeError):
                raise
            raise HTTPException(400, "Unable to read the request body as a GraphQL request.") from error

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        if result.errors:
            result.errors = [presentable(error) for error in result.errors]
        return process_result(result)

    def decode_json(self, data: str | bytes) -> object:
        value: object = json.loads(data)
        _check_nesting(value)
        return value

    def encode_json(self, data: object) -> str:
        return _json(data)

    async def _authenticate(self, authorization: str | None) -> Principal:
        return await authenticate(self._verifier, authorization, int(self._clock().timestamp()))

    async def _currency(self, principal: Principal) -> str:
        """The partner's currency, which never changes; "" for the platform, which sees no money."""
        partner_id = principal.partner_id
        if partner_id is None:
            return ""
        if partner_id not in self._currencies:
            self._currencies[partner_id] = await retrying(lambda: self._load_currency(partner_id))
        return self._currencies[partner_id]

    async def _load_currency(self, partner_id: UUID) -> str:
        statement = select(partner.c.currency).where(partner.c.id == partner_id)
        async with partner_transaction(self._engine, partner_id) as connection:
            currency: str | None = (await connection.execute(statement)).scalar()
        if currency is None:
            raise RequestError(
                RequestErrorCode.UNAUTHENTICATED, "The token names a partner that does not exist."
            )
        return currency


def _errors(error: RequestError, status: int) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    body = _json({"errors": [error.formatted]})
    return Response(body, status, headers, media_type="application/json")


def _check_nesting(value: object) -> None:
    """Raises for JSON nested deeper than all that handles it can go: the code's stack, and the database."""
    level = [value]
    for _ in range(MAX_NESTING):
        level = [item for parent in level for item in _items(parent)]
        if not level:
            return
    raise HTTPException(400, f"The request's JSON is nested more than {MAX_NESTING} levels deep.")


def _items(parent: object) -> Iterable[object]:
    return parent.values() if isinstance(parent, dict) else parent if isinstance(parent, list) else ()


def _json(data: object) -> str:
    """Text, not bytes: clients cannot read binary WebSocket frames."""
    try:
        return orjson.dumps(data).decode()
    except TypeError:  # a message quotes an unpaired surrogate, which json can escape
        return json.dumps(data)
