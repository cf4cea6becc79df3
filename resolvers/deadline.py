"""How long a request may take: when its time is up, all that works for it is cancelled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from resolvers.errors import deadline_exceeded

_HELPERS: ContextVar[set[asyncio.Task[Any]] | None] = ContextVar("helpers", default=None)


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[None]:
    """Raises DEADLINE_EXCEEDED where what stands inside takes longer.

    Cancelling a task also cancels the statement in PostgreSQL that it waits for, and rolls back.
    """
    helpers: set[asyncio.Task[Any]] = set()
    token = _HELPERS.set(helpers)
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError as error:
        raise (deadline_exceeded() if limit.expired() else error) from None
    finally:
        _HELPERS.reset(token)
        if helpers:
            await _cancelled(helpers)


def join_request() -> None:
    """Says that this task works for the request it was started in, and ends with it.

    Only for tasks that nobody awaits directly: cancelling the request does not reach them.
    """
    helpers, task = _HELPERS.get(), asyncio.current_task()
    if helpers is not None and task is not None:
        helpers.add(task)
        task.add_done_callback(helpers.discard)


async def _cancelled(tasks: set[asyncio.Task[Any]]) -> None:
    left = list(tasks)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
