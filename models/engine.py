"""Connection pools, and transactions that see only one partner's rows."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
import uuid_utils.compat
from asyncpg import InterfaceError, InternalClientError, PostgresError
from sqlalchemy import FromClause, Row, Select, Text, Uuid, bindparam, cast, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine


class DatabaseRole(StrEnum):
    """OWNER migrates; APP serves, under row-level security; WORKER lists the partners that have work due."""

    OWNER = "tenure_owner"
    APP = "tenure_app"
    WORKER = "tenure_worker"


@dataclass(frozen=True)
class Timeouts:
    """In seconds; 0 is no bound. `pool` is the wait for a free connection; PostgreSQL enforces the others."""

    pool: float
    statement: float
    idle_in_transaction: float


_PREPARED = {"statement_cache_size": 50, "max_cacheable_statement_size": 30_000}
"""For statements that bypass SQLAlchemy: how many stay prepared on a connection, and their maximum length.

Each takes up to 2 MB in PostgreSQL.
"""

_AWAY = ("08", "57P0", "25P03")
_OF_PROGRAMS = Timeouts(pool=10.0, statement=0.0, idle_in_transaction=0.0)
"""Programs may take as long as they need; a server's timeouts are settings."""

SEE_PARTNER = select(func.set_config("app.partner_id", bindparam("partner_id"), True))


def engine_url(url: str) -> str:
    """The URL with our driver's name."""
    _, separator, rest = url.partition("://")
    return f"postgresql+asyncpg{separator}{rest}"


def create_engine(
    url: str,
    role: DatabaseRole | None,
    pool_size: int = 5,
    timeouts: Timeouts = _OF_PROGRAMS,
    *,
    plan_once: bool = False,
) -> AsyncEngine:
    """A pool whose connections act as `role` (None: as the URL's own user).

    The role is set as the connection starts, so that RESET ROLE cannot remove it. With `plan_once`,
    PostgreSQL plans a statement once per connection, for all values.
    """
    settings = _session(timeouts)
    if plan_once:
        settings["plan_cache_mode"] = "force_generic_plan"
    if role is not None:
        settings["role"] = role.value
    return create_async_engine(
        engine_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=timeouts.pool,
        pool_use_lifo=True,
        hide_parameters=True,  # errors show parameters, and logs show errors
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"server_settings": settings, "timeout": 5, **_PREPARED},
    )


def _session(timeouts: Timeouts) -> dict[str, str]:
    """PostgreSQL's settings for a connection."""
    return {
        "application_name": "tenure",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": milliseconds(timeouts.statement),
        "idle_in_transaction_session_timeout": milliseconds(timeouts.idle_in_transaction),
    }


# Sent in the same message that begins the transaction.
_SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@asynccontextmanager
async def partner_transaction(
    engine: AsyncEngine, partner_id: UUID, *, snapshot: bool = False
) -> AsyncIterator[AsyncConnection]:
    """One transaction that sees and writes only this partner's rows; commits on leaving.

    With `snapshot` it only reads, and all its statements see the same moment.
    """
    opening = {"partner_id": str(partner_id)}
    async with opened_transaction(engine, SEE_PARTNER, opening, snapshot=snapshot) as (connection, _):
        yield connection


@asynccontextmanager
async def opened_transaction(
    engine: AsyncEngine, opening: Select[Any], values: Mapping[str, Any], *, snapshot: bool = False
) -> AsyncIterator[tuple[AsyncConnection, Row[Any] | None]]:
    """The same, with the first row of its first statement, which sets the partner and may read more."""
    async with engine.connect() as connection:
        if snapshot:
            await connection.execution_options(**_SNAPSHOT)
        async with connection.begin():
            yield connection, (await connection.execute(opening, values)).first()


SEEN_PARTNER = "seen_partner_id"
SEEN: FromClause = select(
    func.set_config("app.partner_id", cast(bindparam(SEEN_PARTNER, type_=Uuid), Text), True)
).subquery("seen")
"""A statement for `partner_rows` selects from this first: it sets whose rows the rest of the statement sees.

It holds for the one statement. A statement without it sees no rows: row-level security has no partner.
"""


async def partner_rows(engine: AsyncEngine, statement: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
    """The rows of a statement that only reads, selects from SEEN first, and is its own transaction.

    It bypasses SQLAlchemy's executor and takes one message to the database: the fastest way to read.
    """
    connection = await engine.raw_connection()
    driver: Any = connection.driver_connection
    try:
        rows: Sequence[Sequence[Any]] = await driver.fetch(statement, *values)
    except BaseException as error:
        if is_disconnect(error):
            connection.invalidate(error)
        raise
    finally:
        connection.close()
    return rows


def is_disconnect(error: BaseException) -> bool:
    """Whether the connection was lost: the statement may be tried again on a new one."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, InterfaceError):  # the driver raises it for misuse too
        return "closed" in str(error)
    if isinstance(error, InternalClientError):  # the server's last message came during a request
        return True
    return _sqlstate(error).startswith(_AWAY) or isinstance(error, OSError | PoolTimeoutError)


def is_conflict(error: BaseException) -> bool:
    """Whether another transaction won (40001, 40P01): run this one again from its start."""
    return _sqlstate(error) in {"40001", "40P01"}


def is_locked(error: BaseException) -> bool:
    """Whether lock_timeout passed before the lock was free (55P03)."""
    return _sqlstate(error) == "55P03"


def is_full(error: BaseException) -> bool:
    """Whether no connection of the pool became free in time."""
    return isinstance(error, PoolTimeoutError)


def is_canceled(error: BaseException) -> bool:
    """Whether PostgreSQL canceled the statement after statement_timeout (57014)."""
    return _sqlstate(error) == "57014"


def new_id() -> UUID:
    """A UUIDv7: later ids sort later."""
    return uuid_utils.compat.uuid7()


def milliseconds(seconds: float) -> str:
    """A timeout as PostgreSQL reads it."""
    return str(round(seconds * 1000))


def _sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of the error, with SQLAlchemy around it or not; empty for other errors."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    known = isinstance(error, DBAPIError | PostgresError)
    return str(getattr(cause, "sqlstate", None) or "") if known else ""


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
