"""The unit of work that every action runs in: who acts, for which partner, at what time."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
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
"""Tells the time, in UTC. Passed in from the edge; nobody else asks the machine."""


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

    `writing` locks what is read, until the transaction ends; a preview does not. `number` is what PostgreSQL
    knows one that writes by. `known` is the state, and the plan that was asked for, of the one subscription
    that it is about, where it has seen that and will see no more: then it has no connection.
    """

    opened: AsyncConnection | None
    partner: Partner
    actor: Actor
    now: datetime
    writing: bool
    on: date | None = None
    number: str = ""
    known: tuple[Subscription, Plan | None] | None = None

    @property
    def connection(self) -> AsyncConnection:
        if self.opened is None:
            raise ValueError("all that may be read here is read")
        return self.opened

    def today(self, time_zone: str) -> date:
        """What day it is for someone in that zone; in a preview, the day that was asked about."""
        return self.on or local_date(self.now, time_zone)


[_SEEN] = SEEN.c
OWN = "own_"
"""Before the names of the partner's columns in a row that has others too."""


def beside_seen(found: Select[Any], name: str) -> FromClause:
    """What is read in the statement that says whose rows are seen: after that was said.

    It refers to SEEN and cannot be merged into the rest, so PostgreSQL must work SEEN out before.
    """
    return found.where(_SEEN.is_not(None)).offset(literal_column("0")).lateral(name)


PARTNER = select(*(column.label(OWN + column.name) for column in partner.c)).where(
    partner.c.id == bindparam("partner_id")
)


def _opening(found: Select[Any], *numbered: ColumnElement[str]) -> Select[Any]:
    own = beside_seen(found, "own")
    return select(own, *numbered).select_from(SEEN).join(own, true())


_NUMBER = cast(func.pg_current_xact_id(), Text).label("number")
_READING = _opening(PARTNER)
_WRITING = _opening(PARTNER.with_for_update(read=True, key_share=True), _NUMBER)
_EXCLUSIVE = _opening(PARTNER.with_for_update(), _NUMBER)


@asynccontextmanager
async def transaction(
    engine: AsyncEngine,
    partner_id: UUID,
    actor: Actor,
    clock: Clock,
    *,
    writing: bool = True,
    exclusive: bool = False,
    on: date | None = None,
) -> AsyncIterator[Transaction]:
    """One database transaction; commits on leaving, rolls back on any error. Raises NOT_FOUND.

    One that does not write sees one moment's state in all its statements. `exclusive` keeps all other
    writers of the partner out: for what they all depend on, prices and the clock.
    """
    opening = _EXCLUSIVE if exclusive else _WRITING if writing else _READING
    async with opened_transaction(
        engine, opening, opening_values(partner_id), snapshot=not writing
    ) as opened:
        connection, row = opened
        yield _transaction(connection, row, actor, clock, writing=writing, on=on)


async def begun(connection: AsyncConnection, partner_id: UUID, actor: Actor, clock: Clock) -> Transaction:
    """The same, writing and `exclusive`, where the transaction is under way and may have made the partner."""
    row = (await connection.execute(_EXCLUSIVE, opening_values(partner_id))).first()
    return _transaction(connection, row, actor, clock, writing=True)


def opening_values(partner_id: UUID) -> dict[str, UUID]:
    """The parameters of a statement that reads PARTNER beside SEEN."""
    return {SEEN_PARTNER: partner_id, "partner_id": partner_id}


def _transaction(
    connection: AsyncConnection,
    row: Row[Any] | None,
    actor: Actor,
    clock: Clock,
    *,
    writing: bool,
    on: date | None = None,
) -> Transaction:
    if row is None:
        raise not_found("partner")
    number = row.number if writing else ""
    return Transaction(connection, partner_of(row), actor, row.own_clock or clock(), writing, on, number)


def policy_of(row: Any, default: Policy | None = None, prefix: str = "") -> Policy:
    """The row's policy columns, whose names may have a prefix; where one is NULL, the default's."""
    base = default or Policy()
    found = {name: getattr(row, prefix + name) for name in Policy.__dataclass_fields__}
    return Policy(**{name: getattr(base, name) if value is None else value for name, value in found.items()})


def partner_of(row: Any) -> Partner:
    """From its columns in a row that has others too."""
    policy = policy_of(row, prefix=OWN)
    return Partner(row.own_id, row.own_currency, row.own_clock is not None, row.own_quote_secret, policy)
