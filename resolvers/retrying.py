"""Runs a transaction again where another one, or a lost connection, undid it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from models.engine import is_conflict, is_disconnect
from resolvers.errors import unavailable

TRIES = 4
PAUSE = 0.1  # seconds before the second try; doubled before each further one

T = TypeVar("T")


async def retrying(attempt: Callable[[], Awaitable[T]]) -> T:
    """Runs a transaction again where another one, or a lost connection, undid it. Raises UNAVAILABLE."""
    for pause in (PAUSE * 2**n for n in range(TRIES - 1)):
        try:
            return await attempt()
        except Exception as error:
            if not (is_conflict(error) or is_disconnect(error)):
                raise
        await asyncio.sleep(pause)
    try:
        return await attempt()
    except Exception as error:
        if is_conflict(error) or is_disconnect(error):
            raise unavailable() from error
        raise
