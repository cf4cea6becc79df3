"""Units of work. Each is one transaction of one partner, with its actor and its time.

The type of a unit of work says what it may do.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.catalogue import Plan
from domain.errors import not_found
from domain.periods import local_date
from domain.policy import Policy
from domain.principal import Actor
from domain.subscription import Subscription
from models.engine import SEEN, SEEN_PARTNER, opened_transaction
from models.tables import partner

Clock = Callable[[], datetime]
"""Returns the time, in UTC. The server and the programs pass it in; other code reads no clock."""


@dataclass(frozen=True)
class Partner:
    id: UUID
    currency: str
    sandbox: bool
    quote_secret: bytes
    policy: Policy


@dataclass(frozen=True, kw_only=True)
class _UnitOfWork:
    """`now` is the sandbox's clock, or the real time. `on` is the day of a preview; None is today."""

    partner: Partner
    actor: Actor
    now: datetime
    on: date | None = None

    def today(self, time_zone: str) -> date:
        """The day in that zone, or the day of the preview."""
        return self.on or local_date(self.now, time_zone)


@dataclass(frozen=True, kw_only=True)
class Reading(_UnitOfWork):
    """All statements see one moment, unless it is also `Writing`."""

    connection: AsyncConnection


@dataclass(frozen=True, kw_only=True)
class Writing(Reading):
    """Locks the rows that it loads. `transaction_id` is PostgreSQL's id of the transaction."""

    transaction_id: str


@dataclass(frozen=True, kw_only=True)
class Exclusive(Writing):
    """Excludes all other writers of the partner: for prices and the clock, on which all of them depend."""


@dataclass(frozen=True, kw_only=True)
class Seen(_UnitOfWork):
    """A preview whose only statement has run: the subscription, and the plan that its command names."""

    subscription: Subscription
    plan: Plan | None


UnitOfWork = Reading | Seen
W = TypeVar("W", bound=Writing)


[_SEEN] = SEEN.c
OWN = "own_"
"""Prefix of the partner's columns in a row that has other columns too."""


def beside_seen(query: Select[Any], name: str) -> FromClause:
    """A lateral subquery of a statement that selects from SEEN. It reads rows after SEEN has set the partner.

    It refers to SEEN, and OFFSET 0 keeps it separate, so PostgreSQL must evaluate SEEN first.
    """
    return query.where(_SEEN.is_not(None)).offset(literal_column("0")).lateral(name)


PARTNER = select(*(column.label(OWN + column.name) for column in partner.c)).where(
    partner.c.id == bindparam("partner_id")
)


def _opening(partner_query: Select[Any], *more: ColumnElement[str]) -> Select[Any]:
    own = beside_seen(partner_query, "own")
    return select(own, *more).select_from(SEEN).join(own, true())


_ID = cast(func.pg_current_xact_id(), Text).label("transaction_id")
_READING = _opening(PARTNER)
_WRITING = _opening(PARTNER.with_for_update(read=True, key_share=True), _ID)
_EXCLUSIVE = _opening(PARTNER.with_for_update(), _ID)


@asynccontextmanager
async def reading(
    engine: AsyncEngine, partner_id: UUID, actor: Actor, clock: Clock, on: date | None = None
) -> AsyncIterator[Reading]:
    """Only reads. Raises NOT_FOUND for an unknown partner, as the functions below do."""
    async with opened_transaction(engine, _READING, opening_values(partner_id), snapshot=True) as opened:
        connection, row = opened
        yield Reading(**_shared(_required(row), actor, clock), connection=connection, on=on)


@asynccontextmanager
async def writing(
    engine: AsyncEngine, partner_id: UUID, actor: Actor, clock: Clock
) -> AsyncIterator[Writing]:
    """Commits on leaving, rolls back on any error."""
    async with opened_transaction(engine, _WRITING, opening_values(partner_id)) as (connection, row):
        yield _to_write(Writing, connection, row, actor, clock)


@asynccontextmanager
async def exclusive(
    engine: AsyncEngine, partner_id: UUID, actor: Actor, clock: Clock
) -> AsyncIterator[Exclusive]:
    """Commits on leaving, rolls back on any error."""
    async with opened_transaction(engine, _EXCLUSIVE, opening_values(partner_id)) as (connection, row):
        yield _to_write(Exclusive, connection, row, actor, clock)


async def exclusive_on(
    connection: AsyncConnection, partner_id: UUID, actor: Actor, clock: Clock
) -> Exclusive:
    """Joins a transaction that has begun already, and that may have created the partner."""
    row = (await connection.execute(_EXCLUSIVE, opening_values(partner_id))).first()
    return _to_write(Exclusive, connection, row, actor, clock)


def opening_values(partner_id: UUID) -> dict[str, UUID]:
    """The parameters of a statement that reads PARTNER beside SEEN."""
    return {SEEN_PARTNER: partner_id, "partner_id": partner_id}


def _to_write(
    kind: type[W], connection: AsyncConnection, row: Row[Any] | None, actor: Actor, clock: Clock
) -> W:
    row = _required(row)
    return kind(**_shared(row, actor, clock), connection=connection, transaction_id=row.transaction_id)


def _required(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise not_found("partner")
    return row


def _shared(row: Row[Any], actor: Actor, clock: Clock) -> dict[str, Any]:
    return {"partner": partner_of(row), "actor": actor, "now": row.own_clock or clock()}


def policy_of(row: Any, default: Policy | None = None, prefix: str = "") -> Policy:
    """The policy of the row's columns, whose names have the prefix. NULL takes the default's value."""
    base = default or Policy()
    stored = {name: getattr(row, prefix + name) for name in Policy.__dataclass_fields__}
    return Policy(**{name: getattr(base, name) if value is None else value for name, value in stored.items()})


def partner_of(row: Any) -> Partner:
    """The partner, from the columns of PARTNER."""
    policy = policy_of(row, prefix=OWN)
    return Partner(row.own_id, row.own_currency, row.own_clock is not None, row.own_quote_secret, policy)
