"""The unit of work that every action runs in: who acts, for which partner, at what time."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.errors import not_found
from domain.periods import local_date
from domain.policy import Policy
from models.engine import partner_transaction
from models.tables import partner

Clock = Callable[[], datetime]
"""Tells the time, in UTC. Passed in from the edge; nobody else asks the machine."""


@dataclass(frozen=True)
class Actor:
    """Who acts. On the customer's side `customer_id` is set: that customer's things alone are seen."""

    name: str
    customer_id: UUID | None = None


@dataclass(frozen=True)
class Partner:
    id: UUID
    currency: str
    sandbox: bool
    quote_secret: bytes
    policy: Policy


@dataclass(frozen=True)
class Transaction:
    """`now` is the partner's time: a sandbox's own clock, else the real one.

    `writing` locks what is read, until the transaction ends; a preview does not.
    """

    connection: AsyncConnection
    partner: Partner
    actor: Actor
    now: datetime
    writing: bool
    on: date | None = None

    def today(self, time_zone: str) -> date:
        """What day it is for someone in that zone; in a preview, the day that was asked about."""
        return self.on or local_date(self.now, time_zone)


_PARTNER = select(partner).where(partner.c.id == bindparam("partner_id"))
_PARTNER_SHARED = _PARTNER.with_for_update(read=True, key_share=True)
_PARTNER_ALONE = _PARTNER.with_for_update()


@asynccontextmanager
async def transaction(
    engine: AsyncEngine,
    partner_id: UUID,
    actor: Actor,
    clock: Clock,
    *,
    writing: bool = True,
    alone: bool = False,
    on: date | None = None,
) -> AsyncIterator[Transaction]:
    """One database transaction; commits on leaving, rolls back on any error. Raises NOT_FOUND.

    One that does not write sees one moment's state in all its statements. `alone` keeps all other
    writers of the partner out: for what they all depend on, prices and the clock.
    """
    async with partner_transaction(engine, partner_id, snapshot=not writing) as connection:
        yield await begun(connection, partner_id, actor, clock, writing=writing, alone=alone, on=on)


async def begun(
    connection: AsyncConnection,
    partner_id: UUID,
    actor: Actor,
    clock: Clock,
    *,
    writing: bool = True,
    alone: bool = False,
    on: date | None = None,
) -> Transaction:
    """The same on a connection whose transaction is under way and sees that partner. Raises NOT_FOUND."""
    statement = _PARTNER_ALONE if alone else _PARTNER_SHARED if writing else _PARTNER
    row = (await connection.execute(statement, {"partner_id": partner_id})).first()
    if row is None:
        raise not_found("partner")
    return Transaction(connection, _partner(row), actor, row.clock or clock(), writing, on)


def policy_of(row: Row[Any], default: Policy | None = None) -> Policy:
    """The row's policy columns; where one is NULL, the default's."""
    base = default or Policy()
    names = Policy.__dataclass_fields__
    values = {name: getattr(row, name) for name in names}
    return Policy(**{name: getattr(base, name) if value is None else value for name, value in values.items()})


def _partner(row: Row[Any]) -> Partner:
    return Partner(row.id, row.currency, row.clock is not None, row.quote_secret, policy_of(row))
