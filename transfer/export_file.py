"""Writes all that a file can carry of one partner, in one moment's state, little by little."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Actor
from models.store.unit_of_work import Clock, Reading, reading
from models.tables import partner
from transfer import existing as stored
from transfer import stored_subscriptions
from transfer.files import Writer
from transfer.format import VERSION

KINDS: Mapping[str, Callable[[Reading], AsyncIterator[stored.Stored]]] = {
    "product": stored.products,
    "sku": stored.skus,
    "number": stored.numbers,
    "customer": stored.customers,
    "member": stored.members,
    "contract": stored.contracts,
    "invoice": stored.invoices,
}


async def export(engine: AsyncEngine, partner_id: UUID, public_id: str, clock: Clock, writer: Writer) -> int:
    """How many records were written. Raises NOT_FOUND. `public_id` is what the API calls the partner."""
    count = 0
    async with reading(engine, partner_id, Actor("export"), clock) as tx:
        writer.header({"tenure": VERSION, "partner": await _partner(tx, public_id)})
        for kind, read in KINDS.items():
            async for item in read(tx):
                writer.record(kind, item.record)
                count += 1
        async for page in stored_subscriptions.references(tx):
            async for told in stored_subscriptions.subscriptions(tx, [row.id for row in page]):
                writer.record("subscription", told)
                count += 1
    return count


async def _partner(tx: Reading, public_id: str) -> dict[str, Any]:
    row = (await tx.connection.execute(select(partner).where(partner.c.id == tx.partner.id))).one()
    clock = {"clock": row.clock.isoformat().replace("+00:00", "Z")} if row.clock else {}
    policy = stored.policy_record(asdict(tx.partner.policy))
    return {"id": public_id, "name": row.name, "currency": row.currency, **clock, "policy": policy}
