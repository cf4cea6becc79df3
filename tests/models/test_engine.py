"""Connections: their role, their settings, and which errors mean that one is lost."""

from typing import Any

import pytest
from asyncpg import (
    CannotConnectNowError,
    ConnectionDoesNotExistError,
    DeadlockDetectedError,
    InternalClientError,
)
from asyncpg import InterfaceError as DriverInterfaceError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from models.engine import (
    DatabaseRole,
    create_engine,
    engine_url,
    is_conflict,
    is_disconnect,
    new_id,
    partner_transaction,
)


class DriverError(Exception):
    """Has an SQLSTATE, as the driver's errors have."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def failed(sqlstate: str | None, *, invalidated: bool = False) -> DBAPIError:
    return DBAPIError("SELECT 1", None, DriverError(sqlstate), connection_invalidated=invalidated)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_any_way_of_writing_the_url_names_our_driver(scheme: str) -> None:
    assert engine_url(f"{scheme}://me:pw@host:5432/db") == "postgresql+asyncpg://me:pw@host:5432/db"


@pytest.mark.parametrize(
    "error",
    [
        failed("57P01"),
        failed("57P02"),
        failed("57P03"),
        failed("08006"),
        failed("08003"),
        failed(None, invalidated=True),
        ConnectionRefusedError(),
        ConnectionResetError(),
        TimeoutError(),
        PoolTimeoutError(),
        failed("25P03"),
        CannotConnectNowError("the database system is starting up"),
        ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        DriverInterfaceError("connection is closed"),
        InternalClientError("cannot switch to state 11; another operation (2) is in progress"),
    ],
    ids=repr,
)
def test_a_lost_connection_may_be_tried_again(error: Exception) -> None:
    assert is_disconnect(error)
    assert not is_conflict(error)


@pytest.mark.parametrize(
    "error",
    [
        failed("57014"),
        failed("23505"),
        failed("22021"),
        failed(None),
        ValueError(),
        KeyError(),
        DriverInterfaceError("another operation is in progress"),
    ],
    ids=repr,
)
def test_what_would_fail_again_is_not_tried_again(error: Exception) -> None:
    assert not is_disconnect(error)
    assert not is_conflict(error)


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_losing_to_another_transaction_is_a_conflict(sqlstate: str) -> None:
    assert is_conflict(failed(sqlstate))
    assert not is_disconnect(failed(sqlstate))
    assert is_conflict(DeadlockDetectedError("deadlock detected"))
    assert not is_conflict(InterfaceError("SELECT 1", None, DriverError("23505")))


def test_later_ids_sort_later() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000


@pytest.mark.parametrize("role", DatabaseRole)
async def test_a_pool_acts_as_its_role_in_utc(database_url: str, role: DatabaseRole) -> None:
    engine = create_engine(database_url, role, pool_size=1)
    assert await value(engine, "SELECT current_user") == role
    assert await value(engine, "SHOW timezone") == "UTC"
    assert await value(engine, "SHOW application_name") == "tenure"
    await engine.dispose()


async def test_a_pool_without_a_role_acts_as_the_url_s_user(database_url: str) -> None:
    engine = create_engine(database_url, None, pool_size=1)
    assert await value(engine, "SELECT current_user") == "postgres"
    await engine.dispose()


async def test_a_snapshot_cannot_write(engine: AsyncEngine) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        async with partner_transaction(engine, new_id(), snapshot=True) as connection:
            await connection.execute(text("DELETE FROM counter"))


async def test_a_snapshot_sees_one_moment(engine: AsyncEngine) -> None:
    partner = new_id()
    async with partner_transaction(engine, partner, snapshot=True) as connection:
        counted = text("SELECT count(*) FROM partner")
        before = (await connection.execute(counted)).scalar_one()
        async with partner_transaction(engine, partner) as other:
            await other.execute(NEW_PARTNER, {"id": partner})
        assert (await connection.execute(counted)).scalar_one() == before == 0


NEW_PARTNER = text(
    "INSERT INTO partner (id, name, currency, quote_secret, created_at, proration_unit, upgrade_basis, "
    "allow_refund, refund_window_days, cancellation_adjustment) VALUES (:id, 'New', 'USD', '', now(), 'DAY', "
    "'DIFFERENCE', true, 14, 'NONE')"
)


async def value(engine: AsyncEngine, statement: str) -> Any:
    async with engine.connect() as connection:
        return (await connection.execute(text(statement))).scalar_one()


@pytest.fixture
async def engine(database_url: str) -> Any:
    engine = create_engine(database_url, DatabaseRole.APP, pool_size=2)
    yield engine
    await engine.dispose()
