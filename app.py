"""The ASGI application: its pools, its routes and what runs beside them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from models.engine import DatabaseRole, create_engine
from models.store.unit_of_work import Clock
from resolvers.live_updates import LiveUpdates
from server.auth.tokens import Verifier
from server.http.endpoint import GraphQLEndpoint
from server.http.limits import Bounded
from server.http.persisted import documents
from server.http.request_log import RequestLog
from server.http.security import cross_site
from server.metrics import measure_backlog
from server.settings import Settings
from server.tracing import Traced

STOPPING = 10.0  # seconds in which the background may end by itself


class Background(Protocol):
    """A worker that runs beside the application."""

    async def run(self) -> None: ...

    def stop(self) -> None: ...


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


def create_app(
    database_url: str,
    verifier: Verifier,
    settings: Settings,
    *,
    clock: Clock = system_clock,
    trusted_documents: Mapping[str, str] | None = None,
    background: Sequence[Background] = (),
    pages: Sequence[BaseRoute] = (),
) -> Starlette:
    """With `trusted_documents` (by id or hash), it answers no other documents.

    `background` runs as long as the application. While `state.leaving` is set, the server is not ready.
    `state.listing` is a pool of the worker role, for the metrics.
    """
    engine = create_engine(
        database_url, DatabaseRole.APP, settings.pool_size, settings.timeouts, plan_once=True
    )
    listing = create_engine(database_url, DatabaseRole.WORKER, 1, settings.timeouts)
    live_updates = LiveUpdates(database_url, engine, clock)
    endpoint = GraphQLEndpoint(engine, verifier, clock, live_updates, documents(trusted_documents), settings)
    app = Starlette(
        routes=[*_graphql(endpoint, settings), *_PROBES, *pages],
        middleware=_middleware(settings),
        lifespan=partial(_lifespan, live_updates, background),
    )
    app.state.engine, app.state.listing, app.state.clock, app.state.leaving = engine, listing, clock, False
    return app


def _graphql(endpoint: GraphQLEndpoint, settings: Settings) -> list[BaseRoute]:
    bounded = Bounded(
        endpoint.answer, settings.max_in_flight, settings.request_deadline, settings.max_body_bytes
    )
    return [Route("/graphql", bounded), WebSocketRoute("/graphql", endpoint)]


def _middleware(settings: Settings) -> list[Middleware]:
    traced = [Middleware(Traced, "/graphql")] if settings.traced else []
    return [*traced, Middleware(RequestLog), *cross_site(settings.cors_origins)]


@asynccontextmanager
async def _lifespan(
    live_updates: LiveUpdates, background: Sequence[Background], app: Starlette
) -> AsyncIterator[None]:
    listening = asyncio.create_task(live_updates.run())
    working = [asyncio.create_task(worker.run()) for worker in background]
    yield
    for worker in background:
        worker.stop()
    listening.cancel()
    await _wait_or_cancel([listening, *working])
    await app.state.engine.dispose()
    await app.state.listing.dispose()


async def _wait_or_cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Waits for the tasks, and cancels those that take longer than STOPPING."""
    _, late = await asyncio.wait(tasks, timeout=STOPPING)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "alive"})


async def _ready(request: Request) -> JSONResponse:
    """Whether the database answers and the server is not about to stop."""
    state = request.app.state
    if state.leaving:
        return JSONResponse({"status": "shutting down"}, 503)
    try:
        async with state.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception:
        return JSONResponse({"status": "the database cannot be reached"}, 503)
    return JSONResponse({"status": "ready"})


async def _metrics(request: Request) -> Response:
    state = request.app.state
    with suppress(SQLAlchemyError, OSError):  # without the database, the counters are still useful
        await measure_backlog(state.listing, state.clock())
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


_PROBES = [Route("/healthz", _health), Route("/readyz", _ready), Route("/metrics", _metrics)]
