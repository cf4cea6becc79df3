"""How long a request may take: when its time is up, all that works for it is cancelled."""

import asyncio
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from resolvers.errors import deadline_exceeded

_HELPERS: ContextVar[set[asyncio.Task[Any]] | None] = ContextVar("helpers", default=None)


class Deadline:
    """Raises DEADLINE_EXCEEDED where what stands inside takes longer than `seconds`.

    Cancelling a task also cancels the statement in PostgreSQL that it waits for, and rolls back.
    """

    def __init__(self, seconds: float) -> None:
        self._limit = asyncio.timeout(seconds)
        self._helpers: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> None:
        self._token = _HELPERS.set(self._helpers)
        await self._limit.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._limit.__aexit__(kind, error, trace)
        except TimeoutError:  # of this limit: another one's is `error`, and goes on by itself
            raise deadline_exceeded() from None
        finally:
            _HELPERS.reset(self._token)
            if self._helpers:
                await _cancelled(self._helpers)


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
