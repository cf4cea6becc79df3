"""What a request over HTTP may take of the server: time, and a place among those under way. Plain ASGI.

Sockets pass: they live long, and are bounded otherwise.
"""

import json

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resolvers.deadline import deadline
from resolvers.errors import RequestError, overloaded
from schema.faults import presentable

RETRY_AFTER = "1"  # seconds


class MaxInFlight:
    """Lets `limit` requests through at the same time; answers any more with UNAVAILABLE, HTTP 503."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit, self._under_way = app, limit, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._under_way >= self._limit:
            response = _refusal(overloaded(), 503, {"Retry-After": RETRY_AFTER})
            await response(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1


class Deadline:
    """Cancels a request after `seconds`, and answers DEADLINE_EXCEEDED, HTTP 504."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering = False

        async def note(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            async with deadline(self._seconds):
                await self._app(scope, receive, note)
        except RequestError as error:
            if answering:
                raise
            await _refusal(error, 504)(scope, receive, send)


def _refusal(error: RequestError, status: int, headers: dict[str, str] | None = None) -> Response:
    body = json.dumps({"errors": [presentable(error).formatted]})
    return Response(body, status, headers, media_type="application/json")
