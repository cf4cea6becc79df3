"""The ASGI application: pools and routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from joserfc.jwk import OKPKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from actions.transaction import Clock
from models.engine import DatabaseRole, create_engine
from schema.http import GraphQLEndpoint


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


def create_app(database_url: str, key: OKPKey, clock: Clock = system_clock, pool_size: int = 10) -> Starlette:
    """`key` signs and verifies the instance's own tokens."""
    engine = create_engine(database_url, DatabaseRole.APP, pool_size)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    async def ready(_: Request) -> JSONResponse:
        return await _readiness(engine)

    routes = [
        Route("/graphql", GraphQLEndpoint(engine, key, clock)),
        Route("/healthz", _health),
        Route("/readyz", ready),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.engine = engine
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
