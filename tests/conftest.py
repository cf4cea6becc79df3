"""One real PostgreSQL for the whole run, made by the real migrations; a test makes partners of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import OKPKey
from starlette.applications import Starlette

from app import create_app
from models.embedded_postgres import server as embedded
from models.migrate import migrate
from server.auth.tokens import InstanceTokens
from tests.api.client import Api, World, a_world
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


@pytest.fixture
async def world(api: Api) -> World:
    """A fresh sandbox partner with the article's catalogue, customer and subscription."""
    return await a_world(api)
