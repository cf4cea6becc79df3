"""Runs a transaction again where another one, or a lost connection, undid it.

Our own loop: stamina and tenacity take some 100 µs without any failure, a tenth of a read.
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
    """Runs the work in one unit of work, again where that was undone. Raises UNAVAILABLE.

    It takes effect once, also where the connection is lost during the commit. `is_there` looks for what the
    work has written: a server that crashed may give a lost transaction's id to another one.
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
    """Runs a transaction again where another one, or a lost connection, undid it.

    Raises UNAVAILABLE, and DEADLINE_EXCEEDED where PostgreSQL canceled a statement. It begins no further try
    after PATIENCE, and waits for a connection of a full pool only once.
    """
    now = asyncio.get_running_loop().time
    begun, pauses = now(), iter([PAUSE * 2**n for n in range(TRIES - 1)])
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
            if pause is None or now() - begun > PATIENCE:
                raise unavailable() from error
        await asyncio.sleep(pause)
