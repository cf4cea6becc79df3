"""Connections: pools that can see one partner's rows at a time, and only those."""

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
    """OWNER migrates; APP serves, under row-level security; WORKER lists which partners have work due."""

    OWNER = "tenure_owner"
    APP = "tenure_app"
    WORKER = "tenure_worker"


@dataclass(frozen=True)
class Timeouts:
    """In seconds. `pool` is the wait for a free connection. PostgreSQL keeps the others; 0 is no bound."""

    pool: float
    statement: float
    idle_in_transaction: float


_PREPARED = {"statement_cache_size": 50, "max_cacheable_statement_size": 30_000}
"""Of what goes past SQLAlchemy, whole queries: how many stay prepared on a connection, and their characters.

Each takes PostgreSQL up to 2 MB.
"""

_AWAY = ("08", "57P0", "25P03")
_OF_PROGRAMS = Timeouts(pool=10.0, statement=0.0, idle_in_transaction=0.0)
"""Programs may take as long as they need; a server's timeouts are settings."""

SEE_PARTNER = select(func.set_config("app.partner_id", bindparam("partner_id"), True))


def engine_url(url: str) -> str:
    """The URL in the form that names our driver."""
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

    The role is part of the connection's start, so that RESET ROLE cannot shed it. With `plan_once`,
    PostgreSQL plans a statement once a connection, whatever its values.
    """
    settings = {
        "application_name": "tenure",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": milliseconds(timeouts.statement),
        "idle_in_transaction_session_timeout": milliseconds(timeouts.idle_in_transaction),
    }
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
        hide_parameters=True,  # else they stand in errors, and errors in logs
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={"server_settings": settings, "timeout": 5, **_PREPARED},
    )


# Said as the transaction begins, in the same message.
_SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@asynccontextmanager
async def partner_transaction(
    engine: AsyncEngine, partner_id: UUID, *, snapshot: bool = False
) -> AsyncIterator[AsyncConnection]:
    """One transaction that sees and writes this partner's rows alone; commits on leaving.

    With `snapshot` it only reads, and all its statements see the same moment.
    """
    opening = {"partner_id": str(partner_id)}
    async with opened_transaction(engine, SEE_PARTNER, opening, snapshot=snapshot) as (connection, _):
        yield connection


@asynccontextmanager
async def opened_transaction(
    engine: AsyncEngine, opening: Select[Any], values: Mapping[str, Any], *, snapshot: bool = False
) -> AsyncIterator[tuple[AsyncConnection, Row[Any] | None]]:
    """The same, whose first statement says whose rows it sees and reads more besides: with its first row."""
    async with engine.connect() as connection:
        if snapshot:
            await connection.execution_options(**_SNAPSHOT)
        async with connection.begin():
            yield connection, (await connection.execute(opening, values)).first()


SEEN_PARTNER = "seen_partner_id"
SEEN: FromClause = select(
    func.set_config("app.partner_id", cast(bindparam(SEEN_PARTNER, type_=Uuid), Text), True)
).subquery("seen")
"""What the first part of a statement for `partner_rows` selects from: says whose rows are seen after it.

It holds for the one statement. One that leaves it out sees no rows, because row-level security is asked
before the application has said anything.
"""


async def partner_rows(engine: AsyncEngine, statement: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
    """The rows of a statement that only reads, selects from SEEN first, and is its own transaction.

    Past SQLAlchemy's executor, and in one message: what is read most is read with the least ado.
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
    """Whether the database went away: the statement may be tried again on a new connection."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, InterfaceError):  # the driver's, which it also has for what is misused
        return "closed" in str(error)
    if isinstance(error, InternalClientError):  # what was said in parting met what was being asked
        return True
    return _sqlstate(error).startswith(_AWAY) or isinstance(error, OSError | PoolTimeoutError)


def is_conflict(error: BaseException) -> bool:
    """Whether PostgreSQL gave way to another transaction (40001, 40P01): run it again from the start."""
    return _sqlstate(error) in {"40001", "40P01"}


def is_locked(error: BaseException) -> bool:
    """Whether a lock was not to be had within lock_timeout (55P03)."""
    return _sqlstate(error) == "55P03"


def is_full(error: BaseException) -> bool:
    """Whether no connection came free in time: to try again would only wait as long again."""
    return isinstance(error, PoolTimeoutError)


def is_canceled(error: BaseException) -> bool:
    """Whether PostgreSQL gave the statement up (57014): it took longer than the timeout."""
    return _sqlstate(error) == "57014"


def new_id() -> UUID:
    """A UUIDv7: later ones sort later."""
    return uuid_utils.compat.uuid7()


def milliseconds(seconds: float) -> str:
    """As PostgreSQL takes a time-out."""
    return str(round(seconds * 1000))


def _sqlstate(error: BaseException) -> str:
    """What PostgreSQL says of it, through SQLAlchemy or past it; empty where it says nothing."""
    said = error.orig if isinstance(error, DBAPIError) else error
    known = isinstance(error, DBAPIError | PostgresError)
    return str(getattr(said, "sqlstate", None) or "") if known else ""


def _dumps(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
