"""The ASGI application: pools and routes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from models.engine import DatabaseRole, Timeouts, create_engine
from models.store.unit_of_work import Clock
from resolvers.live_updates import Feed
from schema.features import CLOSED, Features
from schema.limits import Limits
from server.auth.tokens import Verifier
from server.http.endpoint import GraphQLEndpoint
from server.http.limits import Bounded
from server.http.request_log import RequestLog
from server.http.security import cross_site
from server.metrics import measure_backlog
from server.rate_limit import RateLimiter
from server.tracing import Traced

STOPPING = 10.0  # seconds that the background has to end by itself


class Background(Protocol):
    """Something that works beside the application: a worker, a deliverer."""

    async def run(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class Bounds:
    """What requests may take; times in seconds, `rate_limit` in points of cost a minute and principal."""

    request_deadline: float = 30.0
    max_in_flight: int = 100
    timeouts: Timeouts = field(default_factory=Timeouts)
    limits: Limits = field(default_factory=Limits)
    rate_limit: int = 30_000_000


_USUAL = Bounds()


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


def create_app(
    database_url: str,
    verifier: Verifier,
    clock: Clock = system_clock,
    pool_size: int = 10,
    background: Sequence[Background] = (),
    bounds: Bounds = _USUAL,
    features: Features = CLOSED,
    pages: Sequence[BaseRoute] = (),
) -> Starlette:
    """`verifier` knows good tokens; `background` runs as long as the application; `pages` are for people.

    While `state.leaving` is set, it says that it is not ready.
    """
    engine = create_engine(database_url, DatabaseRole.APP, pool_size, bounds.timeouts, plan_once=True)
    listing = create_engine(database_url, DatabaseRole.WORKER, 1, bounds.timeouts)
    feed = Feed(database_url, engine, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        hearing = asyncio.create_task(feed.run())
        working = [asyncio.create_task(one.run()) for one in background]
        yield
        for one in background:
            one.stop()
        hearing.cancel()
        await _ended([hearing, *working])
        await engine.dispose()
        await listing.dispose()

    limits, limiter = bounds.limits, RateLimiter(bounds.rate_limit)
    endpoint = GraphQLEndpoint(engine, verifier, clock, feed, limits, limiter, features)
    bounded = Bounded(endpoint.answer, bounds.max_in_flight, bounds.request_deadline, limits.max_body_bytes)
    routes = [
        Route("/graphql", bounded),
        WebSocketRoute("/graphql", endpoint),
        Route("/healthz", _health),
        Route("/readyz", _ready),
        Route("/metrics", _metrics),
        *pages,
    ]
    around = [Middleware(RequestLog), *cross_site(features.cors_origins)]
    if features.traced:
        around.insert(0, Middleware(Traced, "/graphql"))
    app = Starlette(routes=routes, middleware=around, lifespan=lifespan)
    app.state.engine, app.state.listing, app.state.clock, app.state.leaving = engine, listing, clock, False
    return app


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Waits for them, and cancels those that take longer than STOPPING."""
    _, late = await asyncio.wait(tasks, timeout=STOPPING)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "alive"})


async def _ready(request: Request) -> JSONResponse:
    """Ready means that the database answers, and that the server stays."""
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
    with suppress(SQLAlchemyError, OSError):  # without the database, the counters still tell
        await measure_backlog(state.listing, state.clock())
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
