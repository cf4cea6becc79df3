"""A span for each request over HTTP, part of the trace that the client says it belongs to."""

from opentelemetry import trace
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, Status, StatusCode
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TRACER = trace.get_tracer(__name__)


class Traced:
    """Takes over a `traceparent`. What follows a `?` is not told: it may hold what is private."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        """`path` is the only one that is told of; others are asked by machines, again and again."""
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        told = {"http.request.method": scope["method"], "url.path": self._path}
        context = extract(Headers(scope=scope))
        name = f"{scope['method']} {self._path}"
        with _TRACER.start_as_current_span(name, context, SpanKind.SERVER, told) as span:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.set_status(Status(StatusCode.ERROR))
                await send(message)

            await self._app(scope, receive, sending)
