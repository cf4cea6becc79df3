"""A span for each operation. Source: OpenTelemetry's conventions for GraphQL, but without the document."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace

from resolvers.log_context import BOUND
from schema.operations import KIND

_TRACER = trace.get_tracer(__name__)


@contextmanager
def operation_span() -> Iterator[None]:
    """Is named in the end, when it is known what the operation was."""
    with _TRACER.start_as_current_span("GraphQL operation") as span:
        yield
        if kind := KIND.get():
            name = str(BOUND.get().get("operation") or "")
            span.update_name(f"{kind} {name}".rstrip())
            span.set_attributes({"graphql.operation.type": kind, "graphql.operation.name": name})
