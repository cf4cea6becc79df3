"""Shared by all benchmarks: a scratch database, and sides that take turns."""

import asyncio
import logging
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from cli.main import collect_garbage_seldom
from models.embedded_postgres import server as embedded
from models.migrate import migrate

Turn = Callable[[], Awaitable[None]]


@contextmanager
def scratch_database() -> Iterator[str]:
    """The URL of a migrated database that waits for the disk as in production; it is deleted afterwards."""
    collect_garbage_seldom()
    # A plain TERM would end this process before its children are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with (
        tempfile.TemporaryDirectory(prefix="tenure-bench-") as directory,
        embedded.running(Path(directory)) as url,
    ):
        asyncio.run(migrate(url))
        yield url


@dataclass(frozen=True)
class Figures:
    """Seconds of each side, one value a round."""

    seconds: Mapping[str, list[float]]

    def median(self, side: str) -> float:
        return statistics.median(self.seconds[side])


def of_round(names: Sequence[str], number: int) -> Sequence[str]:
    """The names in their order in that round: each round starts with the next one."""
    first = number % len(names)
    return [*names[first:], *names[:first]]


async def take_turns(
    rounds: int, sides: Mapping[str, Turn], between: Callable[[int], Awaitable[None]] | None = None
) -> Figures:
    """Times all sides in every round. `between` prepares a round and is not timed."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        if between:
            await between(number)
        for name in of_round(list(sides), number):
            begun = time.perf_counter()
            await sides[name]()
            seconds[name].append(time.perf_counter() - begun)
    return Figures(seconds)
