"""Runs a transaction again if another one, or a lost connection, undid it.

This is our own loop: even without a failure, stamina and tenacity take about 100 µs, a tenth of a read.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.engine import is_canceled, is_conflict, is_disconnect, is_full
from models.store.unit_of_work import Writing
from resolvers.errors import deadline_exceeded, overloaded, unavailable

TRIES = 4
PAUSE = 0.1  # seconds before the second try; doubled before each further one
PATIENCE = 8.0  # seconds after which no further try begins; a try that cannot connect takes five

T = TypeVar("T")
W = TypeVar("W", bound=Writing)

_STATUS = text("SELECT pg_xact_status(CAST(CAST(:id AS text) AS xid8))")


async def once(
    begin: Callable[[], AbstractAsyncContextManager[W]],
    work: Callable[[W], Awaitable[T]],
    is_there: Callable[[AsyncConnection, T], Awaitable[bool]] | None = None,
) -> T:
    """Runs the work in one unit of work, again if that was undone. Raises UNAVAILABLE, DEADLINE_EXCEEDED.

    It takes effect once, even if the connection is lost during the commit. `is_there` checks that the rows
    of a result exist: after a crash, a server may give a lost transaction's id to another one.
    """
    sent: list[tuple[str, T]] = []  # transactions whose commit was sent, with their results

    async def attempt() -> T:
        async with begin() as tx:
            if sent and await _was_committed(tx.connection, sent[-1][0]):
                result = sent[-1][1]
                if is_there is None or await is_there(tx.connection, result):
                    return result
            result = await work(tx)
            sent.append((tx.transaction_id, result))
        return result

    return await retrying(attempt)


async def _was_committed(connection: AsyncConnection, transaction_id: str) -> bool:
    status = (await connection.execute(_STATUS, {"id": transaction_id})).scalar_one()
    if status == "in progress":
        raise ConnectionError("The database has not noticed yet that the connection of a commit is lost.")
    return bool(status == "committed")


async def retrying(attempt: Callable[[], Awaitable[T]]) -> T:
    """Runs a transaction again if another one, or a lost connection, undid it.

    Raises UNAVAILABLE, and DEADLINE_EXCEEDED if PostgreSQL canceled a statement. No further try begins after
    PATIENCE, or after waiting for a connection of a full pool.
    """
    now = asyncio.get_running_loop().time
    began, pauses = now(), iter([PAUSE * 2**n for n in range(TRIES - 1)])
    while True:
        try:
            return await attempt()
        except Exception as error:
            if is_full(error):
                raise overloaded() from error
            if is_canceled(error):
                raise deadline_exceeded() from error
            if not (is_conflict(error) or is_disconnect(error)):
                raise
            pause = next(pauses, None)
            if pause is None or now() - began > PATIENCE:
                raise unavailable() from error
        await asyncio.sleep(pause)
