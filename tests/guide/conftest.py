"""The demo, loaded once; each page has a copy of that database, and an application on it."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import make_url

from app import create_app, system_clock
from demo.load import load_scenario
from demo.usd_partner import USD_PARTNER
from models.engine import DatabaseRole, create_engine
from models.migrate import migrate
from server.auth.tokens import InstanceTokens
from tests.api.client import served
from tests.conftest import KEY
from tests.guide.demo_partner import DemoPartner, a_demo_partner
from tests.models.databases import run
from tests.settings import settings_with


@asynccontextmanager
async def database(server: str, template: str = "template1") -> AsyncIterator[str]:
    """A database of its own; its URL."""
    name = f"guide_{uuid.uuid4().hex}"
    await run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        await run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
async def demo(database_url: str) -> AsyncIterator[str]:
    """The database with the demo's first partner, as `make run` loads it."""
    async with database(database_url) as url:
        await migrate(url)
        engine = create_engine(url, DatabaseRole.APP, pool_size=1)
        await load_scenario(engine, system_clock, USD_PARTNER)
        await engine.dispose()
        yield url


@pytest.fixture
async def partner(database_url: str, demo: str) -> AsyncIterator[DemoPartner]:
    async with database(database_url, make_url(demo).database or "") as url:
        app = create_app(url, InstanceTokens(KEY), settings_with(pool_size=2))
        async with served(app, KEY) as api:
            yield await a_demo_partner(api.client, app.state.engine)
