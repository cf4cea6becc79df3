"""Traces of requests, operations and statements, without query texts and values."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SERVICE = "tenure"

_TRACER = trace.get_tracer(__name__)


def collect(processor: SpanProcessor | None = None) -> TracerProvider:
    """Starts tracing. Without `processor`, spans go where the SDK's variables say (OTEL_EXPORTER_OTLP_…).

    Spans of statements have the SQL with placeholders, never the values.
    """
    resource = Resource({SERVICE_NAME: SERVICE}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    instrumentor = AsyncPGInstrumentor()  # type: ignore[no-untyped-call]  # the library does not annotate it
    instrumentor.instrument(tracer_provider=provider)
    return provider


class Traced:
    """A span for each HTTP request, in the trace of its `traceparent`, without the query string."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        """Traces only requests to `path`. Probes request the other paths all the time."""
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        attributes = {"http.request.method": scope["method"], "url.path": self._path}
        context = extract(Headers(scope=scope))
        name = f"{scope['method']} {self._path}"
        with _TRACER.start_as_current_span(name, context, SpanKind.SERVER, attributes) as span:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.set_status(Status(StatusCode.ERROR))
                await send(message)

            await self._app(scope, receive, sending)
