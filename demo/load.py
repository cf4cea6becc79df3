"""Loads the demo: each partner in one transaction. A partner that exists already is not changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.setup.create_partner import CreatePartner, create_partner
from actions.setup.webhook_endpoints import RegisterEndpoint, register_endpoint
from demo import sample_customer
from demo.graphiql_tabs import Tab, load_tabs
from demo.jpy_partner import JPY_PARTNER
from demo.player import Player
from demo.scenario import Scenario
from demo.usd_partner import ADMIN, STAFF, USD_PARTNER
from domain.principal import Actor, Role
from models.engine import DatabaseRole, create_engine, partner_transaction
from models.store.unit_of_work import Clock, exclusive_on
from models.tables import customer, partner, webhook_endpoint

NAMES = {
    Role.PLATFORM_OPERATOR: "Priya Raman",
    Role.PARTNER_ADMIN: ADMIN,
    Role.PARTNER_STAFF: STAFF,
    Role.CUSTOMER_ADMIN: sample_customer.ADMIN,
    Role.CUSTOMER_MEMBER: sample_customer.MEMBER,
}

LISTENER_PORT = 8099
LISTENER_URL = f"http://127.0.0.1:{LISTENER_PORT}/"
"""Where `tenure listen` receives the webhooks of the demo's partners."""


@dataclass(frozen=True)
class Demo:
    """The names for the tokens, the reference of the article's subscription, the webhook, GraphiQL's tabs."""

    partner_id: UUID
    customer_id: UUID
    subscription: str
    names: Mapping[Role, str]
    webhook_url: str
    webhook_secret: str
    tabs: Sequence[Tab]


async def load_demo(database_url: str, clock: Clock) -> Demo:
    """Both partners, if they do not exist yet. The database must be migrated."""
    engine = create_engine(database_url, DatabaseRole.APP, pool_size=1)
    try:
        for scenario in (USD_PARTNER, JPY_PARTNER):
            await load_scenario(engine, clock, scenario)
        customer_id = await _customer_of_the_article(engine)
        secret = await _secret_of_the_listener(engine)
        tabs = await load_tabs(engine, USD_PARTNER.partner_id)
    finally:
        await engine.dispose()
    return Demo(
        USD_PARTNER.partner_id, customer_id, sample_customer.REFERENCE, NAMES, LISTENER_URL, secret, tabs
    )


async def load_scenario(engine: AsyncEngine, clock: Clock, scenario: Scenario) -> None:
    """In one transaction, unless the partner exists already."""
    if await _exists(engine, scenario):
        return
    async with partner_transaction(engine, scenario.partner_id) as connection:
        command = CreatePartner(scenario.name, scenario.currency, clock=scenario.starts)
        if await create_partner(connection, scenario.partner_id, clock, command):
            tx = await exclusive_on(connection, scenario.partner_id, Actor(scenario.staff), clock)
            await Player(scenario).play(tx)
            await register_endpoint(tx, RegisterEndpoint(LISTENER_URL), insecure=True)


async def _exists(engine: AsyncEngine, scenario: Scenario) -> bool:
    statement = select(partner.c.id).where(partner.c.id == scenario.partner_id)
    async with partner_transaction(engine, scenario.partner_id, snapshot=True) as connection:
        return (await connection.execute(statement)).first() is not None


async def _customer_of_the_article(engine: AsyncEngine) -> UUID:
    partner_id = USD_PARTNER.partner_id
    statement = select(customer.c.id).where(
        customer.c.partner_id == partner_id,
        customer.c.org_uuid == USD_PARTNER.org_uuid(sample_customer.ARTICLE_CUSTOMER.domain),
    )
    async with partner_transaction(engine, partner_id, snapshot=True) as connection:
        customer_id: UUID = (await connection.execute(statement)).scalar_one()
        return customer_id


async def _secret_of_the_listener(engine: AsyncEngine) -> str:
    partner_id, table = USD_PARTNER.partner_id, webhook_endpoint
    statement = select(table.c.secret).where(table.c.partner_id == partner_id, table.c.url == LISTENER_URL)
    async with partner_transaction(engine, partner_id, snapshot=True) as connection:
        return str((await connection.execute(statement)).scalars().first() or "")
