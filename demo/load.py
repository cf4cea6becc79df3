"""Loads the demo, each of its partners whole or not at all; what is there already stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.setup.create_partner import CreatePartner, create_partner
from actions.setup.webhook_endpoints import RegisterEndpoint, register_endpoint
from demo import article
from demo.dollars import ADMIN, DOLLARS, STAFF
from demo.stage import Stage
from demo.story import Scene
from demo.tabs import Tab, tabs_of
from demo.yen import YEN
from domain.principal import Actor, Role
from models.engine import DatabaseRole, create_engine, partner_transaction
from models.store.unit_of_work import Clock, exclusive_on
from models.tables import customer, partner, webhook_endpoint

NAMES = {
    Role.PLATFORM_OPERATOR: "Priya Raman",
    Role.PARTNER_ADMIN: ADMIN,
    Role.PARTNER_STAFF: STAFF,
    Role.CUSTOMER_ADMIN: article.ADMIN,
    Role.CUSTOMER_MEMBER: article.MEMBER,
}


LISTENER_PORT = 8099
LISTENER_URL = f"http://127.0.0.1:{LISTENER_PORT}/"
"""Where `tenure listen` receives what the demo's partners are told."""


@dataclass(frozen=True)
class Demo:
    """Whom the tokens are for, the reference of the article's subscription, the partner's webhook, and what
    GraphiQL opens with.
    """

    partner_id: UUID
    customer_id: UUID
    subscription: str
    names: Mapping[Role, str]
    webhook_url: str
    webhook_secret: str
    tabs: Sequence[Tab]


async def load_demo(database_url: str, clock: Clock) -> Demo:
    """Both partners; quick where they are there. The database must be up to date."""
    engine = create_engine(database_url, DatabaseRole.APP, pool_size=1)
    try:
        for scene in (DOLLARS, YEN):
            await load_scene(engine, clock, scene)
        customer_id = await _customer_of_the_article(engine)
        secret = await _secret_of_the_listener(engine)
        tabs = await tabs_of(engine, DOLLARS.partner_id)
    finally:
        await engine.dispose()
    return Demo(DOLLARS.partner_id, customer_id, article.REFERENCE, NAMES, LISTENER_URL, secret, tabs)


async def load_scene(engine: AsyncEngine, clock: Clock, scene: Scene) -> None:
    """In one database transaction, unless its partner is there already."""
    if await _is_there(engine, scene):
        return
    async with partner_transaction(engine, scene.partner_id) as connection:
        command = CreatePartner(scene.name, scene.currency, clock=scene.starts)
        if await create_partner(connection, scene.partner_id, clock, command):
            tx = await exclusive_on(connection, scene.partner_id, Actor(scene.staff), clock)
            await Stage(scene).play(tx)
            await register_endpoint(tx, RegisterEndpoint(LISTENER_URL), insecure=True)


async def _is_there(engine: AsyncEngine, scene: Scene) -> bool:
    statement = select(partner.c.id).where(partner.c.id == scene.partner_id)
    async with partner_transaction(engine, scene.partner_id, snapshot=True) as connection:
        return (await connection.execute(statement)).first() is not None


async def _customer_of_the_article(engine: AsyncEngine) -> UUID:
    partner_id = DOLLARS.partner_id
    statement = select(customer.c.id).where(
        customer.c.partner_id == partner_id, customer.c.org_uuid == DOLLARS.org_uuid(article.CUSTOMER.domain)
    )
    async with partner_transaction(engine, partner_id, snapshot=True) as connection:
        customer_id: UUID = (await connection.execute(statement)).scalar_one()
        return customer_id


async def _secret_of_the_listener(engine: AsyncEngine) -> str:
    partner_id, table = DOLLARS.partner_id, webhook_endpoint
    statement = select(table.c.secret).where(table.c.partner_id == partner_id, table.c.url == LISTENER_URL)
    async with partner_transaction(engine, partner_id, snapshot=True) as connection:
        return str((await connection.execute(statement)).scalars().first() or "")
