"""The fresh demo on which a page runs, and its callers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from demo import sample_customer
from demo.load import NAMES
from demo.usd_partner import USD_PARTNER
from domain.principal import CUSTOMER_ROLES, Principal, Role
from models.engine import partner_transaction
from models.tables import customer, subscription
from resolvers.ids import key_of, to_global_id
from server.auth.tokens import mint
from tests.api.client import DAYS, ISSUED_AT, Caller, Json
from tests.conftest import KEY
from tests.guide.pages import Exchange
from tests.guide.placeholders import Placeholders
from tests.webhooks.webhook_partner import fail_all


@dataclass
class DemoPartner:
    client: httpx.AsyncClient
    engine: AsyncEngine
    customer_id: UUID
    placeholders: Placeholders = field(default_factory=Placeholders)

    def caller(self, role: Role, partner: str | None = None) -> Caller:
        """With the demo's token for that role; of another partner, where its id is given."""
        partner_id = key_of(partner, "Partner") if partner else USD_PARTNER.partner_id
        principal = Principal(
            role,
            NAMES[role],
            None if role is Role.PLATFORM_OPERATOR else partner_id,
            self.customer_id if role in CUSTOMER_ROLES else None,
        )
        return Caller(self.client, mint(KEY, principal, ISSUED_AT, DAYS))

    async def answer(self, exchange: Exchange) -> Json:
        """As the page shows it: without the answer's `extensions`, which have its cost."""
        caller = self.caller(Role(exchange.role), exchange.of and self.placeholders.real(exchange.of))
        variables = self.placeholders.reveal(exchange.variables)
        body = await caller.post(exchange.operation, **variables)
        body.pop("extensions", None)
        for error in body.get("errors", ()):
            del error["extensions"]["requestId"]
        shown: Json = self.placeholders.conceal(body)
        return shown

    async def fail_deliveries(self) -> None:
        """Each endpoint has refused everything ten times."""
        await fail_all(self.engine, USD_PARTNER.partner_id)


MEANWHILE: Mapping[str, Callable[[DemoPartner], Awaitable[Any]]] = {
    "each delivery fails ten times": DemoPartner.fail_deliveries,
}


async def a_demo_partner(client: httpx.AsyncClient, engine: AsyncEngine) -> DemoPartner:
    """It knows the partner, the article's customer and its subscription; each is the first of its kind."""
    mine = subscription.c.partner_id == USD_PARTNER.partner_id
    statement = (
        select(subscription.c.id, customer.c.id)
        .join(customer, customer.c.id == subscription.c.customer_id)
        .where(mine, subscription.c.reference == sample_customer.REFERENCE)
    )
    async with partner_transaction(engine, USD_PARTNER.partner_id) as connection:
        subscription_id, customer_id = (await connection.execute(statement)).one()
    partner = DemoPartner(client, engine, customer_id)
    for kind, key in (
        ("Partner", USD_PARTNER.partner_id),
        ("Customer", customer_id),
        ("CustomerSubscription", subscription_id),
    ):
        partner.placeholders.learn(to_global_id(kind, key), kind)
    return partner
