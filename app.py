"""The ASGI application: pools and routes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Protocol

from joserfc.jwk import OKPKey
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from actions.transaction import Clock
from metrics import measure_backlog
from models.engine import DatabaseRole, create_engine
from resolvers.feed import Feed
from schema.exposure import CLOSED, Exposure
from schema.http.cross_site import cross_site
from schema.http.endpoint import GraphQLEndpoint
from schema.http.request_log import RequestLog


class Background(Protocol):
    """Something that works beside the application: a worker, a deliverer."""

    async def run(self) -> None: ...

    def stop(self) -> None: ...


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


def create_app(
    database_url: str,
    key: OKPKey,
    clock: Clock = system_clock,
    pool_size: int = 10,
    background: Sequence[Background] = (),
    exposure: Exposure = CLOSED,
) -> Starlette:
    """`key` signs and verifies the instance's own tokens; `background` runs as long as the application."""
    engine = create_engine(database_url, DatabaseRole.APP, pool_size)
    listing = create_engine(database_url, DatabaseRole.WORKER, pool_size=1)
    feed = Feed(database_url, engine, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        hearing = asyncio.create_task(feed.run())
        working = [asyncio.create_task(one.run()) for one in background]
        yield
        for one in background:
            one.stop()
        hearing.cancel()
        await asyncio.gather(hearing, *working, return_exceptions=True)
        await engine.dispose()
        await listing.dispose()

    async def ready(_: Request) -> JSONResponse:
        return await _readiness(engine)

    async def metrics(_: Request) -> Response:
        with suppress(SQLAlchemyError, OSError):  # without the database, the counters still tell
            await measure_backlog(listing, clock())
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    endpoint = GraphQLEndpoint(engine, key, clock, feed, exposure)
    routes = [
        Route("/graphql", endpoint),
        WebSocketRoute("/graphql", endpoint),
        Route("/healthz", _health),
        Route("/readyz", ready),
        Route("/metrics", metrics),
    ]
    around = [Middleware(RequestLog), *cross_site(exposure.cors_origins)]
    app = Starlette(routes=routes, middleware=around, lifespan=lifespan)
    app.state.engine, app.state.listing = engine, listing
    return app


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "alive"})


async def _readiness(engine: AsyncEngine) -> JSONResponse:
    """Ready means that the database answers."""
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception:
        return JSONResponse({"status": "the database cannot be reached"}, 503)
    return JSONResponse({"status": "ready"})
