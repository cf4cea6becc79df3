"""Traces: the parents of spans, and that nothing private is in them; sent as OTLP to a collector."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util._once import Once

from app import create_app
from server import tracing
from server.auth.tokens import InstanceTokens
from tests.api.client import Caller, World
from tests.settings import settings_with

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"
SECRET = "who must not be named"


@contextmanager
def nobody_traces_yet() -> Iterator[None]:
    """OpenTelemetry sets its provider once in a process. This block has its own provider."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trace, "_TRACER_PROVIDER", None)
        patch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
        yield
    AsyncPGInstrumentor().uninstrument()


@pytest.fixture(scope="module")
def exporter() -> Iterator[InMemorySpanExporter]:
    with nobody_traces_yet():
        exporter = InMemorySpanExporter()
        tracing.collect(SimpleSpanProcessor(exporter))
        yield exporter


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> InMemorySpanExporter:
    exporter.clear()
    return exporter


@pytest.fixture
async def traced(database_url: str, world: World, spans: InMemorySpanExporter) -> AsyncIterator[Caller]:
    """The partner of the world, at a server with tracing."""
    settings = settings_with(pool_size=1, otel_exporter_otlp_endpoint="http://collector:4318")
    app = create_app(database_url, InstanceTokens(world.api.key), settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://traced") as client:
        yield Caller(client, world.admin.token)
    await app.state.engine.dispose()
    await app.state.listing.dispose()


def by_name(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in spans.get_finished_spans()}


def is_below(span: ReadableSpan, above: ReadableSpan) -> bool:
    return span.parent is not None and span.parent.span_id == above.context.span_id


async def asked(caller: Caller, query: str, **variables: str) -> None:
    content = json.dumps({"query": query, "variables": variables})
    response = await caller.send(content, traceparent=PARENT)
    assert "errors" not in response.json()


@pytest.mark.parametrize("times", [1, 2], ids=["at first", "again"])
async def test_a_query_span_has_a_request_and_a_statement(
    traced: Caller, spans: InMemorySpanExporter, times: int
) -> None:
    for _ in range(times):
        spans.clear()
        await asked(traced, "query Who { viewer { partner { name } } }")
    found = by_name(spans)
    request, operation, statement = found["POST /graphql"], found["query Who"], found["WITH"]
    assert request.parent is not None
    assert format(request.context.trace_id, "032x") == TRACE
    assert is_below(operation, request)
    assert is_below(statement, operation)
    assert dict(request.attributes or {}) == {
        "http.request.method": "POST",
        "url.path": "/graphql",
        "http.response.status_code": 200,
    }


async def test_a_mutation_is_traced_to_its_statements(traced: Caller, spans: InMemorySpanExporter) -> None:
    mutation = """mutation Take($input: CreateCustomerInput!) {
      createCustomer(input: $input) { customer { name } userErrors { code } } }"""
    content = json.dumps({"query": mutation, "variables": {"input": {"name": SECRET, "timeZone": "UTC"}}})
    assert (await traced.send(content)).json()["data"]["createCustomer"]["userErrors"] == []
    found = by_name(spans)
    assert any(name.startswith("INSERT") for name in found)
    assert "mutation Take" in found


async def test_spans_have_no_texts_of_queries_or_values(traced: Caller, spans: InMemorySpanExporter) -> None:
    query = "query($s: String!) { customers(filter: {search: $s}) { totalCount } }"
    await asked(traced, query, s=SECRET)
    await traced.client.get("/graphql", params={"query": f'{{ node(id: "{SECRET}") {{ id }} }}'})
    exported = " ".join(span.to_json() for span in spans.get_finished_spans())
    assert "totalCount" not in exported
    assert SECRET not in exported
    assert traced.token not in exported


async def test_probes_are_not_traced(traced: Caller, spans: InMemorySpanExporter) -> None:
    spans.clear()
    await traced.client.get("/healthz")
    assert spans.get_finished_spans() == ()


class Collector(BaseHTTPRequestHandler):
    got: list[ExportTraceServiceRequest]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Not on the terminal."""


def test_spans_reach_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    Collector.got = []
    with nobody_traces_yet(), HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("OTEL_SERVICE_NAME", "mine")
        provider = tracing.collect()
        with trace.get_tracer("test").start_as_current_span("hello"):
            pass
        provider.shutdown()
        server.shutdown()
        thread.join()
    [sent] = Collector.got
    [resource] = sent.resource_spans
    names = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
    assert names["service.name"] == "mine"
    assert [span.name for scope in resource.scope_spans for span in scope.spans] == ["hello"]
