"""Lets Python put rows together while the database is at work, which has a processor of its own."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import Any, TypeVar

Result = TypeVar("Result")
Item = TypeVar("Item")

STRIDE = 25  # items: about a millisecond's work


async def meanwhile(database: Coroutine[Any, Any, Result], work: Coroutine[Any, Any, None]) -> Result:
    """What `database` answers. `work` is done at the same time; it must leave the connection alone."""
    answering = asyncio.ensure_future(database)
    try:
        await work
        await asyncio.wait([answering])
    except asyncio.CancelledError:
        answering.cancel()
        raise
    finally:
        # Whatever becomes of the work: a rollback needs the connection to be free again.
        await asyncio.wait([answering])
    return answering.result()


async def in_strides(items: Iterable[Item]) -> AsyncIterator[Item]:
    """The same items; now and then the database is given its next statement."""
    for index, item in enumerate(items):
        if index % STRIDE == 0:
            await asyncio.sleep(0)
        yield item
