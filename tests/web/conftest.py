"""Chromium, and a server with a demo in it. Without Chromium, or a build of the page, tests are skipped."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser
from sqlalchemy import select

from app import create_app, system_clock
from demo import sample_customer
from demo.graphiql_tabs import load_tabs
from demo.load import load_scenario
from demo.usd_partner import USD_PARTNER
from domain.principal import CUSTOMER_ROLES, Principal, Role
from models.engine import DatabaseRole, create_engine, partner_transaction
from models.tables import customer
from server.auth.tokens import InstanceTokens, mint
from server.http.graphiql import BUILT, Start, graphiql
from tests.api.client import DAYS, ISSUED_AT
from tests.chromium import chromium
from tests.conftest import KEY
from tests.live.serving import Server, in_thread
from tests.settings import settings_with


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not (BUILT / "manifest.json").exists():
        pytest.skip("GraphiQL is not built here: `make graphiql` says why.")
    async with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
async def start(database_url: str) -> Start:
    """Tokens and tabs of a fresh demo with only the article's customer."""
    scenario = replace(USD_PARTNER, name="Seen in a browser", buyers=(sample_customer.CUSTOMER,))
    engine = create_engine(database_url, DatabaseRole.APP)
    await load_scenario(engine, system_clock, scenario)
    tabs = await load_tabs(engine, scenario.partner_id)
    async with partner_transaction(engine, scenario.partner_id) as connection:
        found = select(customer.c.id).where(customer.c.partner_id == scenario.partner_id)
        customer_id = (await connection.execute(found)).scalar_one()
    await engine.dispose()
    roles = [role for role in Role if role is not Role.PLATFORM_OPERATOR]
    principals = (
        Principal(role, role.lower(), scenario.partner_id, customer_id if role in CUSTOMER_ROLES else None)
        for role in roles
    )
    return Start({each.role.value: mint(KEY, each, ISSUED_AT, DAYS) for each in principals}, tabs)


@pytest.fixture(scope="module")
def demo(database_url: str, start: Start) -> Iterator[Server]:
    settings = settings_with(pool_size=3, introspection=True, suggestions=True)
    app = create_app(database_url, InstanceTokens(KEY), settings, pages=graphiql(start))
    with in_thread(app, KEY) as server:
        yield server
