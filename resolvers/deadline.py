"""The deadline of a request. When it passes, all tasks of the request are cancelled."""

import asyncio
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from resolvers.errors import deadline_exceeded

_HELPERS: ContextVar[set[asyncio.Task[Any]] | None] = ContextVar("helpers", default=None)


class Deadline:
    """Raises DEADLINE_EXCEEDED if the block takes longer than `seconds`.

    Cancelling a task also cancels its statement in PostgreSQL, and rolls back.
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
        except TimeoutError:  # of this limit; a TimeoutError of another limit propagates as `error`
            raise deadline_exceeded() from None
        finally:
            _HELPERS.reset(self._token)
            if self._helpers:
                await _cancel(self._helpers)


def join_request() -> None:
    """Cancels this task with the request in which it was started.

    For tasks that nobody awaits directly: cancelling the request alone does not reach them.
    """
    helpers, task = _HELPERS.get(), asyncio.current_task()
    if helpers is not None and task is not None:
        helpers.add(task)
        task.add_done_callback(helpers.discard)


async def _cancel(tasks: set[asyncio.Task[Any]]) -> None:
    running = list(tasks)  # a task that ends leaves the set
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
