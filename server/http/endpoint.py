"""The GraphQL endpoint: authenticates, executes, and answers every error in GraphQL's form."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError, MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UNSET

from domain.principal import Principal
from models.engine import partner_transaction
from models.store.unit_of_work import Clock
from models.tables import partner
from resolvers.context import NOBODY, Context, SocketContext
from resolvers.errors import RequestError, RequestErrorCode, bad_input
from resolvers.live_updates import LiveUpdates
from resolvers.log_context import bind
from resolvers.retry import retrying
from schema.errors import presentable
from schema.schema import build_schema
from server.auth.tokens import Verifier, authenticate
from server.http import requests, responses
from server.http.headers import header
from server.http.persisted import Documents
from server.http.sockets import SocketHandler, authorization_of, close_when_expired
from server.rate_limit import RateLimiter
from server.settings import Settings

_OVER_HTTP = {"GET": {OperationType.QUERY}, "POST": {OperationType.QUERY, OperationType.MUTATION}}


class GraphQLEndpoint(GraphQL[Context, None]):
    """`clock` is the time of partners without a clock of their own.

    `answer` handles HTTP requests. Only sockets use the endpoint as Strawberry's ASGI application.
    """

    graphql_transport_ws_handler_class = SocketHandler

    def __init__(
        self,
        engine: AsyncEngine,
        verifier: Verifier,
        clock: Clock,
        live_updates: LiveUpdates,
        documents: Documents,
        settings: Settings,
    ) -> None:
        super().__init__(
            build_schema(settings.limits, settings.features),
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            allowed_origins=settings.cors_origins,
        )
        self._engine, self._verifier, self._clock = engine, verifier, clock
        self._live_updates, self.documents = live_updates, documents
        self._limiter, self._insecure = RateLimiter(settings.rate_limit), settings.webhooks_insecure
        self._currencies: dict[UUID, str] = {}

    async def answer(self, scope: Scope, body: bytes) -> Response:
        """The response to a request over HTTP, whether it succeeds or fails."""
        try:
            return await self._answer(scope, body)
        except HTTPException as error:
            return responses.refusal(scope, bad_input(error.detail), error.status_code)
        except Exception as error:
            return responses.refusal(scope, error)

    async def _answer(self, scope: Scope, body: bytes) -> Response:
        """The response to a request that succeeds. Raises HTTPException, RequestError, or any other error."""
        media = responses.media_type(scope)
        principal = await self._authenticate(header(scope, b"authorization"))
        currency = await self._currency(principal)
        context = Context(
            self._engine, self._clock, principal, self._live_updates, currency, self._limiter, self._insecure
        )
        method = scope["method"]
        if method not in _OVER_HTTP:
            raise HTTPException(405, "GraphQL is asked by GET or POST.")
        result = await self._executed(method, context, requests.parameters(scope, body))
        return responses.answer(result, media, context.rate)

    async def get_context(self, request: Any, response: Any) -> Context:
        """The context of a socket, which sends its token in connection_init."""
        return SocketContext(
            self._engine,
            self._clock,
            NOBODY,
            self._live_updates,
            limiter=self._limiter,
            webhooks_insecure=self._insecure,
            socket=request,
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

    async def _executed(self, method: str, context: Context, request: dict[str, Any]) -> ExecutionResult:
        try:
            return await self.schema.execute(
                self.documents.document(request),
                variable_values=request.get("variables"),
                context_value=context,
                operation_name=request.get("operationName"),
                operation_extensions=request.get("extensions"),
                allowed_operation_types=_OVER_HTTP[method],
            )
        except MissingQueryError as error:
            raise HTTPException(400, "The request has no `query`.") from error
        except InvalidOperationTypeError as error:
            if method == "GET":
                raise HTTPException(405, "GET is for queries: send this by POST.") from error
            raise HTTPException(400, "Subscriptions go over a WebSocket.") from error
        except CannotGetOperationTypeError as error:
            refused = presentable(bad_input(error.as_http_error_reason()))
            return PreExecutionError(data=None, errors=[refused])

    def decode_json(self, data: str | bytes) -> object:
        return requests.decode(data)

    def encode_json(self, data: object) -> str:
        return responses.encode(data)

    async def _authenticate(self, authorization: str | None) -> Principal:
        principal = await authenticate(self._verifier, authorization, int(self._clock().timestamp()))
        partner_id = principal.partner_id and str(principal.partner_id)
        bind(principal=principal.name, role=principal.role, partner=partner_id)
        return principal

    async def _currency(self, principal: Principal) -> str:
        """The partner's currency, which never changes; "" for the platform, which sees no money."""
        partner_id = principal.partner_id
        if partner_id is None:
            return ""
        currency = self._currencies.get(partner_id)
        if currency is None:
            currency = self._currencies[partner_id] = await retrying(lambda: self._load_currency(partner_id))
        return currency

    async def _load_currency(self, partner_id: UUID) -> str:
        statement = select(partner.c.currency).where(partner.c.id == partner_id)
        async with partner_transaction(self._engine, partner_id) as connection:
            currency: str | None = (await connection.execute(statement)).scalar()
        if currency is None:
            raise RequestError(
                RequestErrorCode.UNAUTHENTICATED, "The token names a partner that does not exist."
            )
        return currency
