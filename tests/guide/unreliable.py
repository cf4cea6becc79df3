"""A server that fails once in each given way, as networks and servers do, and then works."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Unreliable:
    """Middleware: each request gets the next mishap, while there is one.

    `carried_out` gets the mishap of each request that reaches the application.
    """

    def __init__(self, app: ASGIApp, mishaps: list[str], carried_out: list[str]) -> None:
        self._app, self._mishaps, self._carried_out = app, mishaps, carried_out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        mishap = self._mishaps.pop(0) if scope["type"] == "http" and self._mishaps else ""
        if mishap == "busy":
            await refusal(503, "UNAVAILABLE")(scope, receive, send)
        elif mishap == "too much":
            await refusal(429, "RATE_LIMITED")(scope, receive, send)
        else:
            if scope["type"] == "http":
                self._carried_out.append(mishap)
            await self._app(scope, receive, cut(send) if mishap == "cut" else send)


def refusal(status: int, code: str) -> JSONResponse:
    content = {"errors": [{"message": "Not now.", "extensions": {"code": code}}]}
    return JSONResponse(content, status, {"Retry-After": "1"})


def cut(send: Send) -> Send:
    """Begins the answer and never ends it, so that the server closes the connection."""

    async def begun(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = message | {"body": message["body"][:5]}
        await send(message)

    return begun
