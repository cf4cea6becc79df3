"""A separate database for these tests, because a worker serves all partners in its database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette

from app import create_app
from models.engine import engine_url
from models.migrate import migrate
from server.auth.tokens import InstanceTokens
from tests.api.client import Api, a_world
from tests.conftest import KEY
from tests.settings import settings_with
from tests.webhooks.receiver import Receiver, receiving
from tests.webhooks.webhook_partner import WebhookPartner


async def _make(server: str, name: str) -> str:
    engine = create_async_engine(engine_url(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    url = server.rpartition("/")[0] + "/" + name
    await migrate(url)
    return url


@pytest.fixture(scope="session")
def webhooks_url(database_url: str) -> str:
    return asyncio.run(_make(database_url, "webhooks"))


@pytest.fixture(scope="session")
async def webhooks_app(webhooks_url: str) -> AsyncIterator[Starlette]:
    app = create_app(webhooks_url, InstanceTokens(KEY), settings_with(pool_size=10, webhooks_insecure=True))
    yield app
    await app.state.engine.dispose()


@pytest.fixture(scope="session")
async def webhooks_api(webhooks_app: Starlette) -> AsyncIterator[Api]:
    transport = httpx.ASGITransport(app=webhooks_app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tenure") as client:
        yield Api(client, KEY)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with receiving(tmp_path) as receiver:
        yield receiver


@pytest.fixture
async def partner(
    webhooks_url: str, webhooks_app: Starlette, webhooks_api: Api, receiver: Receiver
) -> AsyncIterator[WebhookPartner]:
    partner = WebhookPartner(webhooks_url, webhooks_app.state.engine, await a_world(webhooks_api), receiver)
    yield partner
    await partner.forget_endpoints()
