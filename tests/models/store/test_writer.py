"""Rows are made while the database runs: the order of both, and what happens if one of them fails."""

import asyncio

import pytest

from models.store.writer import STRIDE, in_strides, overlap


class Stage:
    """A database that takes one turn of the event loop for each statement, and then answers."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def database(self, statements: int, *, fails: bool = False) -> str:
        for number in range(statements):
            self.seen.append(f"statement {number}")
            await asyncio.sleep(0)
        if fails:
            raise ConnectionError
        self.seen.append("answer")
        return "answer"

    async def work(self, count: int, *, fails: bool = False) -> None:
        async for item in in_strides(range(count)):
            if item % STRIDE == 0:
                self.seen.append(f"work {item}")
        if fails:
            raise ArithmeticError


async def test_the_work_runs_between_the_statements() -> None:
    stage = Stage()
    assert await overlap(stage.database(3), stage.work(2 * STRIDE)) == "answer"
    assert stage.seen == ["statement 0", "work 0", "statement 1", f"work {STRIDE}", "statement 2", "answer"]


async def test_failing_work_waits_for_the_database() -> None:
    stage = Stage()
    with pytest.raises(ArithmeticError):
        await overlap(stage.database(5), stage.work(1, fails=True))
    assert stage.seen[-1] == "answer"


async def test_a_failing_database_waits_for_the_work() -> None:
    stage = Stage()
    with pytest.raises(ConnectionError):
        await overlap(stage.database(0, fails=True), stage.work(2 * STRIDE))
    assert stage.seen == ["work 0", f"work {STRIDE}"]


@pytest.mark.parametrize("turns", [1, 5])
async def test_cancelling_also_cancels_the_database(turns: int) -> None:
    stage, never = Stage(), asyncio.Event()

    async def database() -> None:
        try:
            await never.wait()
        finally:
            stage.seen.append("cancelled")

    both = asyncio.create_task(overlap(database(), stage.work(2 * STRIDE)))
    for _ in range(turns):
        await asyncio.sleep(0)
    both.cancel()
    with pytest.raises(asyncio.CancelledError):
        await both
    assert stage.seen[-1] == "cancelled"


async def test_strides_keep_every_item_in_order() -> None:
    assert [item async for item in in_strides(range(3 * STRIDE + 1))] == list(range(3 * STRIDE + 1))
