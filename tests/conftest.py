"""One real PostgreSQL for the run, made by the real migrations; tests make their own partners."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import OKPKey
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from app import create_app
from models.embedded_postgres import server as embedded
from models.migrate import migrate
from server.auth.tokens import InstanceTokens
from tests.api.client import Api, World, a_world
from tests.api.sample_partner import SamplePartner, a_sample_partner
from tests.settings import settings_with

KEY = OKPKey.generate_key("Ed25519")


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("data")
    with embedded.running(directory, durable=False) as url:
        asyncio.run(migrate(url))
        yield url


@pytest.fixture(scope="session")
async def app(database_url: str) -> AsyncIterator[Starlette]:
    app = create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=20))
    yield app
    await app.state.engine.dispose()
    await app.state.listing.dispose()


@pytest.fixture(scope="session")
async def api(app: Starlette) -> AsyncIterator[Api]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tenure") as client:
        yield Api(client, KEY)


@pytest.fixture(scope="session")
def engine(app: Starlette) -> AsyncEngine:
    """The application's own pool, under row-level security."""
    engine: AsyncEngine = app.state.engine
    return engine


@pytest.fixture(scope="session")
async def sample(api: Api, engine: AsyncEngine) -> SamplePartner:
    """A partner with one of everything, shared by the tests that only read."""
    return await a_sample_partner(api, engine, customers=3)


@pytest.fixture
async def world(api: Api) -> World:
    """A fresh sandbox partner with the article's catalogue, customer and subscription."""
    return await a_world(api)
