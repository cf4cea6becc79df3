"""Request bodies of a bounded size: what is larger is refused before it is read to its end."""

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.faults import presentable
from schema.limits import too_much


class BodyLimit:
    """Hands requests on to `app` whose bodies have at most `max_bytes`, each as one message."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app, self._max_bytes = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif (body := await self._read(scope, receive)) is None:
            await self._refusal()(scope, receive, send)
        else:
            await self._app(scope, _once(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body; None where it is too large. What came before a disconnect counts as the body."""
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:18]) > self._max_bytes:
            return None
        chunks, size = [], 0
        while True:
            message = await receive()
            chunk = message.get("body", b"")
            chunks.append(chunk)
            size += len(chunk)
            if size > self._max_bytes:
                return None
            if not message.get("more_body"):
                return b"".join(chunks)

    def _refusal(self) -> Response:
        error = too_much("max_body_bytes", self._max_bytes, "The body has too many bytes")
        return Response(
            orjson.dumps({"errors": [presentable(error).formatted]}), 413, media_type="application/json"
        )


def _once(body: bytes, receive: Receive) -> Receive:
    """Receives the body, then whatever follows it."""
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return whole.pop() if whole else await receive()

    return replay
