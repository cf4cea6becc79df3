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
    """OWNER migrates. APP serves, under row-level security. WORKER lists the partners with due work."""

    OWNER = "tenure_owner"
    APP = "tenure_app"
    WORKER = "tenure_worker"


@dataclass(frozen=True)
class Timeouts:
    """In seconds; 0 is no limit. `pool` limits the wait for a connection; PostgreSQL enforces the others."""

    pool: float
    statement: float
    idle_in_transaction: float


_PREPARED = {"statement_cache_size": 50, "max_cacheable_statement_size": 30_000}
"""For statements that bypass SQLAlchemy: how many stay prepared on a connection, and their maximum length.

Each takes up to 2 MB in PostgreSQL.
"""

_DISCONNECTED = ("08", "57P0", "25P03")
"""The first characters of the SQLSTATEs of a lost connection."""

_PROGRAM_TIMEOUTS = Timeouts(pool=10.0, statement=0.0, idle_in_transaction=0.0)
"""Programs may take as long as they need. The server's timeouts are settings."""

_SET_PARTNER = select(func.set_config("app.partner_id", bindparam("partner_id"), True))


def engine_url(url: str) -> str:
    """The URL with our driver's name."""
    _, separator, rest = url.partition("://")
    return f"postgresql+asyncpg{separator}{rest}"


def create_engine(
    url: str,
    role: DatabaseRole | None,
    pool_size: int = 5,
    timeouts: Timeouts = _PROGRAM_TIMEOUTS,
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
    """One transaction that sees and writes only this partner's rows. It commits on leaving.

    With `snapshot` it only reads, and all its statements see the same moment.
    """
    values = {"partner_id": str(partner_id)}
    async with opened_transaction(engine, _SET_PARTNER, values, snapshot=snapshot) as (connection, _):
        yield connection


@asynccontextmanager
async def opened_transaction(
    engine: AsyncEngine, opening: Select[Any], values: Mapping[str, Any], *, snapshot: bool = False
) -> AsyncIterator[tuple[AsyncConnection, Row[Any] | None]]:
    """The same, with the first row of `opening`: a statement that sets the partner and may read more."""
    async with engine.connect() as connection:
        if snapshot:
            await connection.execution_options(**_SNAPSHOT)
        async with connection.begin():
            yield connection, (await connection.execute(opening, values)).first()


SEEN_PARTNER = "seen_partner_id"
SEEN: FromClause = select(
    func.set_config("app.partner_id", cast(bindparam(SEEN_PARTNER, type_=Uuid), Text), True)
).subquery("seen")
"""Sets the partner whose rows the statement sees. A statement for `partner_rows` selects from it first.

It counts only in that statement. Row-level security shows no rows to a statement without it.
"""


async def partner_rows(engine: AsyncEngine, statement: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
    """The rows of a statement that only reads and selects from SEEN first. It is its own transaction.

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
    """Whether the connection was lost. The statement may be tried again on a new connection."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, InterfaceError):  # the driver also raises it for misuse
        return "closed" in str(error)
    if isinstance(error, InternalClientError):  # the server closed the connection during a request
        return True
    return _sqlstate(error).startswith(_DISCONNECTED) or isinstance(error, OSError | PoolTimeoutError)


def is_conflict(error: BaseException) -> bool:
    """Whether the transaction lost a conflict with another one (40001, 40P01): it may run again."""
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
    """The SQLSTATE of an error of PostgreSQL, also if SQLAlchemy wraps it; empty for other errors."""
    if not isinstance(error, DBAPIError | PostgresError):
        return ""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or "")


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
