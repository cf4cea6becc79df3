"""Chromium, and a server with a demo in it. Without Chromium, or a build of the page, tests are skipped."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser
from sqlalchemy import select

from app import create_app, system_clock
from demo import practice
from demo.dollars import DOLLARS
from demo.load import load_scene
from demo.tabs import tabs_of
from domain.principal import CUSTOMER_ROLES, Principal, Role
from models.engine import DatabaseRole, create_engine, partner_transaction
from models.tables import customer
from schema.features import Features
from server.auth.tokens import InstanceTokens, mint
from server.http.graphiql import BUILT, Start, graphiql
from tests.api.client import DAYS, ISSUED_AT
from tests.chromium import chromium
from tests.conftest import KEY
from tests.live.serving import Server, in_thread


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not (BUILT / "manifest.json").exists():
        pytest.skip("GraphiQL is not built here: `make graphiql` says why.")
    async with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
async def start(database_url: str) -> Start:
    """Tokens and tabs of a fresh demo with only the article's customer."""
    scene = replace(DOLLARS, name="Seen in a browser", parties=(practice.CUSTOMER,))
    engine = create_engine(database_url, DatabaseRole.APP)
    await load_scene(engine, system_clock, scene)
    tabs = await tabs_of(engine, scene.partner_id)
    async with partner_transaction(engine, scene.partner_id) as connection:
        found = select(customer.c.id).where(customer.c.partner_id == scene.partner_id)
        customer_id = (await connection.execute(found)).scalar_one()
    await engine.dispose()
    roles = [role for role in Role if role is not Role.PLATFORM_OPERATOR]
    principals = (
        Principal(role, role.lower(), scene.partner_id, customer_id if role in CUSTOMER_ROLES else None)
        for role in roles
    )
    return Start({each.role.value: mint(KEY, each, ISSUED_AT, DAYS) for each in principals}, tabs)


@pytest.fixture(scope="module")
def demo(database_url: str, start: Start) -> Iterator[Server]:
    features = Features(introspection=True, suggestions=True)
    app = create_app(database_url, InstanceTokens(KEY), pool_size=3, features=features, pages=graphiql(start))
    with in_thread(app, KEY) as server:
        yield server
