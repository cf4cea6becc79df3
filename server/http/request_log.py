"""Gives each request an id, for its response and its log lines."""

import re
import time

import structlog
import uuid_utils
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resolvers.log_context import BOUND
from server.http.headers import header

log = structlog.get_logger(__name__)

HEADER = b"x-request-id"
PATH = 200
"""Most characters of a logged path. The query string is never logged: it may be private."""

_PLAIN = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")
_STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})


def new_request_id() -> str:
    return str(uuid_utils.uuid4())


class RequestLog:
    """The outermost middleware. It accepts a client's `X-Request-Id` of 1 to 128 plain characters.

    At the end it logs a line, which also has the values that were bound, such as the principal.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        sent = header(scope, HEADER) or ""
        request_id = sent if _PLAIN.fullmatch(sent) else new_request_id()
        token = BOUND.set({"request_id": request_id})
        status, began = 500, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] in _STARTS:
                status = message.get("status", 101)
                message["headers"] = [*message["headers"], (HEADER, request_id.encode())]
            elif message["type"] == "websocket.close" and status == 500:
                status = 403  # closed before it was accepted
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            method = scope.get("method", "WEBSOCKET")
            log_request(began, method=method, path=scope["path"][:PATH], status=status)
            BOUND.reset(token)


def log_request(began: float, **values: object) -> None:
    """Logs the line of a request that began at that `perf_counter`."""
    log.info("request", duration_ms=round((time.perf_counter() - began) * 1000, 1), **values)
