"""Which failures are retried, how often, and the final error."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

import pytest
from asyncpg import QueryCanceledError
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.principal import Actor
from models.engine import new_id, partner_transaction
from models.store.unit_of_work import Writing, writing
from models.tables import partner
from resolvers import retry as module
from resolvers.errors import RequestError
from resolvers.retry import TRIES, once, retrying


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0)


class ConflictError(Exception):
    sqlstate = "40001"


Begin = Callable[[], AbstractAsyncContextManager[Writing]]

NOW = datetime(2021, 6, 16, tzinfo=UTC)
CONFLICT = DBAPIError("COMMIT", None, ConflictError())


def failing(times: int, error: Exception) -> tuple[list[int], Callable[[], Awaitable[str]]]:
    """A list of its runs, and an attempt that fails that many times before it succeeds."""
    runs: list[int] = []

    async def attempt() -> str:
        runs.append(1)
        if len(runs) <= times:
            raise error
        return "done"

    return runs, attempt


@pytest.mark.parametrize("error", [CONFLICT, ConnectionResetError(), TimeoutError()], ids=repr)
@pytest.mark.parametrize("times", [0, 1, TRIES - 1])
async def test_conflicts_and_lost_connections_are_retried(error: Exception, times: int) -> None:
    runs, attempt = failing(times, error)
    assert await retrying(attempt) == "done"
    assert len(runs) == times + 1


@pytest.mark.parametrize("error", [CONFLICT, ConnectionResetError()], ids=repr)
async def test_after_the_last_try_it_is_unavailable(error: Exception) -> None:
    runs, attempt = failing(TRIES, error)
    with pytest.raises(RequestError) as caught:
        await retrying(attempt)
    assert (caught.value.extensions, len(runs)) == ({"code": "UNAVAILABLE"}, TRIES)


async def test_other_errors_are_not_retried() -> None:
    runs, attempt = failing(1, KeyError())
    with pytest.raises(KeyError):
        await retrying(attempt)
    assert len(runs) == 1


@pytest.fixture
async def begin(engine: AsyncEngine) -> Begin:
    """Begins units of work of a new partner."""
    key = new_id()
    async with partner_transaction(engine, key) as connection:
        await connection.execute(insert(partner), row(key, ""))
    return lambda: writing(engine, key, Actor("tester"), lambda: NOW)


async def test_work_that_failed_before_commit_is_retried(begin: Begin) -> None:
    runs: list[int] = []

    async def work(tx: Writing) -> str:
        await tx.connection.execute(update(partner).values(name=partner.c.name + str(len(runs))))
        runs.append(1)
        if len(runs) == 1:
            raise ConnectionResetError
        return "done"

    assert await once(begin, work) == "done"
    async with begin() as tx:
        assert (await tx.connection.execute(select(partner.c.name))).scalars().all() == ["1"]


@pytest.mark.parametrize("found", [True, False])
async def test_a_lost_commit_counts_if_its_record_is_there(begin: Begin, found: bool) -> None:
    """After a crash, a lost transaction's id may belong to another one that was committed."""
    runs, lost = list[int](), list[int]()

    @asynccontextmanager
    async def losing_the_first() -> AsyncIterator[Writing]:
        async with begin() as tx:
            yield tx
        if not lost:
            lost.append(1)
            raise ConnectionResetError

    async def work(_: Writing) -> int:
        runs.append(1)
        return len(runs)

    async def is_there(_: AsyncConnection, result: int) -> bool:
        return found and result == 1

    assert await once(losing_the_first, work, is_there) == (1 if found else 2)


async def test_a_full_pool_is_not_retried() -> None:
    runs, attempt = failing(1, PoolTimeoutError())
    with pytest.raises(RequestError, match="Too many requests"):
        await retrying(attempt)
    assert len(runs) == 1


async def test_a_canceled_statement_is_not_retried() -> None:
    error = QueryCanceledError("canceling statement due to statement timeout")
    runs, attempt = failing(1, DBAPIError("SELECT", None, error))
    with pytest.raises(RequestError) as caught:
        await retrying(attempt)
    assert (caught.value.extensions, len(runs)) == ({"code": "DEADLINE_EXCEEDED"}, 1)


async def test_no_try_begins_after_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", -1)
    runs, attempt = failing(1, ConnectionResetError())
    with pytest.raises(RequestError, match="cannot be reached"):
        await retrying(attempt)
    assert len(runs) == 1


def row(key: object, name: str) -> dict[str, object]:
    policy = {"proration_unit": "DAY", "upgrade_basis": "TARGET_PLAN", "allow_refund": True}
    more = {"refund_window_days": 14, "cancellation_adjustment": "NONE"}
    own = {"id": key, "name": name, "currency": "USD", "quote_secret": b"", "created_at": NOW}
    return own | policy | more
