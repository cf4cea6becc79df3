"""GraphQL over WebSocket (graphql-transport-ws): authentication, expiry, and a context for each operation."""

import asyncio
import time
from copy import copy
from dataclasses import replace
from typing import Any, Protocol, cast

from starlette.exceptions import HTTPException
from starlette.websockets import WebSocket, WebSocketState
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)

from resolvers.context import Context, SocketContext
from resolvers.errors import RequestError, RequestErrorCode, bad_input
from resolvers.log_context import bind
from schema.errors import presentable
from server.http.persisted import Documents
from server.http.request_log import log_request, new_request_id

EXPIRED = 4403
"""Closes a socket whose token has expired; graphql-ws calls this code Forbidden."""

TRY_AGAIN = 1013
"""Closes a socket while the database cannot be reached."""


class SocketHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Gives each operation on a socket its own context, like a request over HTTP."""

    async def handle(self) -> None:
        try:
            await super().handle()
        except (HTTPException, ValueError, RecursionError):  # JSON that is invalid, or nested too deep
            await self.handle_invalid_message("WebSocket message must be valid JSON")
        except RequestError:
            await self.websocket.close(TRY_AGAIN, "Try again shortly.")

    async def handle_message(self, message: Any) -> None:
        if _is_message(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def handle_subscribe(self, message: Any) -> None:
        """Adds the document that the message names, if any. KeyError: the message has no payload."""
        # Strawberry itself refuses unauthenticated clients and ids that are in use.
        if self.connection_acknowledged and message["id"] not in self.operations:
            payload = message["payload"]
            try:
                self._refuse_one_too_many()
                document = cast(_Endpoint, self.view).documents.document(payload)
            except RequestError as error:
                refusal = presentable(error).formatted
                await self.send_message({"id": message["id"], "type": "error", "payload": [refusal]})
                return
            if document is not None:
                message = message | {"payload": payload | {"query": document}}
        await super().handle_subscribe(message)

    def _refuse_one_too_many(self) -> None:
        limit = self.max_subscriptions_per_connection
        if limit is not None and len(self.operations) >= limit:
            message = (
                f"A socket may have {limit} operations under way. End one first, or open another socket."
            )
            raise RequestError(RequestErrorCode.LIMIT_EXCEEDED, message)

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        """Like a request over HTTP, it has an id and a line in the log."""
        bind(request_id=new_request_id())
        own = copy(self)
        own.context = replace(self.context, answers_to_keep={}, answers_to_repeat={})
        began = time.perf_counter()
        try:
            await super(SocketHandler, own).run_operation(operation)
        finally:
            log_request(began, method="WEBSOCKET")

    async def send_message(self, message: Any) -> None:
        if message["type"] == "error":
            message = message | {"payload": [_coded(error) for error in message["payload"]]}
        await super().send_message(message)

    async def shutdown(self) -> None:
        if isinstance(self.context, SocketContext) and self.context.socket:
            _forget_expiry(self.context.socket)
        await super().shutdown()


class _Endpoint(Protocol):
    documents: Documents


def _coded(error: Any) -> Any:
    """The error with a code. Errors of Strawberry itself have none."""
    return error if "extensions" in error else presentable(bad_input(error["message"])).formatted


def authorization_of(context: SocketContext) -> str:
    """The header in the payload of connection_init: `{"Authorization": "Bearer …"}`; empty without one."""
    for name, value in context.connection_params.items():
        if name.lower() == "authorization" and isinstance(value, str):
            return value
    return ""


def close_when_expired(socket: WebSocket, seconds: float) -> None:
    """Closes the socket when its token expires."""
    socket.state.expiry = asyncio.get_running_loop().call_later(max(seconds, 0), _close, socket)


def _forget_expiry(socket: WebSocket) -> None:
    """Otherwise the loop would keep a closed socket until its token expires, weeks later."""
    if expiry := getattr(socket.state, "expiry", None):
        expiry.cancel()


def _close(socket: WebSocket) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        socket.state.closing = asyncio.create_task(socket.close(EXPIRED, "The token has expired."))


def _is_message(message: Any) -> bool:
    """Whether all values have the protocol's types. Strawberry checks for missing values."""
    if not isinstance(message, dict) or not isinstance(message.get("id", ""), str):
        return False
    payload = message.get("payload", {})
    if not isinstance(payload, dict):
        return payload is None and message.get("type") != "subscribe"
    return (
        isinstance(payload.get("query", ""), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
        and isinstance(payload.get("documentId"), str | None)
        and isinstance(payload.get("extensions"), dict | None)
    )
