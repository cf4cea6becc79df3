"""Traces, for whoever collects them: requests, operations and statements, without what was said in them."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

SERVICE = "tenure"


def collect(processor: SpanProcessor | None = None) -> TracerProvider:
    """Begins to trace. Without `processor`, spans go where the SDK's variables say (OTEL_EXPORTER_OTLP_…).

    Statements are told with the places of their parameters, never with the values.
    """
    resource = Resource({SERVICE_NAME: SERVICE}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    instrumentor = AsyncPGInstrumentor()  # type: ignore[no-untyped-call]  # as the library has it
    instrumentor.instrument(tracer_provider=provider)
    return provider
