"""Bounds of requests over HTTP: how many at the same time, how long, how many bytes.

Sockets stay open, and have other bounds.
"""

from collections.abc import Awaitable, Callable

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resolvers.deadline import Deadline
from resolvers.errors import RequestError, overloaded
from schema.errors import presentable
from schema.limits import too_much
from server.http.headers import header

RETRY_AFTER = "1"  # seconds

Answer = Callable[[Scope, bytes], Awaitable[Response]]
"""Answers a request with this scope and this complete body."""


class Bounded:
    """`answer` as an ASGI application with bounds.

    With `places` requests in flight, it refuses another one: UNAVAILABLE, HTTP 503. After `seconds` it
    cancels a request: DEADLINE_EXCEEDED, HTTP 504. It does not read more than `max_bytes` of a body:
    LIMIT_EXCEEDED, HTTP 413.
    """

    def __init__(self, answer: Answer, places: int, seconds: float, max_bytes: int) -> None:
        self._answer, self._places, self._seconds, self._max_bytes = answer, places, seconds, max_bytes
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._in_flight >= self._places:
            await _refusal(overloaded(), 503, {"Retry-After": RETRY_AFTER})(scope, receive, send)
            return
        self._in_flight += 1
        answering = False
        try:
            async with Deadline(self._seconds):
                response = await self._response(scope, receive)
                answering = True
                await response(scope, receive, send)
        except RequestError as error:
            if answering:
                raise
            await _refusal(error, 504)(scope, receive, send)
        finally:
            self._in_flight -= 1

    async def _response(self, scope: Scope, receive: Receive) -> Response:
        body = await _body(scope, receive, self._max_bytes)
        if body is None:
            return _refusal(too_much("max_body_bytes", self._max_bytes, "The body has too many bytes"), 413)
        return await self._answer(scope, body)


async def _body(scope: Scope, receive: Receive, max_bytes: int) -> bytes | None:
    """The body; None if it is too large. After a disconnect, the body is what has arrived."""
    announced = header(scope, b"content-length") or ""
    if announced.isdecimal() and int(announced[:18]) > max_bytes:
        return None
    chunks, size = [], 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            return None
        if not message.get("more_body"):
            return b"".join(chunks)


def _refusal(error: RequestError, status: int, headers: dict[str, str] | None = None) -> Response:
    body = orjson.dumps({"errors": [presentable(error).formatted]})
    return Response(body, status, headers, media_type="application/json")
