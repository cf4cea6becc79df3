"""Keeps a partner to oneself, for the few changes that no action may be half-way through."""

from datetime import datetime

from sqlalchemy import bindparam, select

from actions.transaction import Transaction
from models.tables import partner

_LOCK = select(partner.c.clock).where(partner.c.id == bindparam("partner_id")).with_for_update()


async def lock_partner(tx: Transaction) -> datetime | None:
    """The sandbox's clock as it stands now, with the partner's row locked until the commit.

    Waits for the actions that are under way, and makes later ones wait: each shares the row (FOR KEY
    SHARE) before it reads a price or the time, so none goes on with one that has been replaced.
    """
    clock: datetime | None = (await tx.connection.execute(_LOCK, {"partner_id": tx.partner.id})).scalar_one()
    return clock
