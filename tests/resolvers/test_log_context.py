"""Bound values are in each log line until the request ends."""

import asyncio
from collections.abc import Mapping

from structlog.typing import EventDict

from resolvers.log_context import BOUND, bind, merge_bound


def line(**values: object) -> Mapping[str, object]:
    event: EventDict = {"event": "something", **values}
    return merge_bound(None, "info", event)


def test_a_line_has_bound_values_unless_it_has_its_own() -> None:
    token = BOUND.set({"request_id": "one"})
    bind(principal="Ada", cost=1)
    bind(cost=2)
    assert line(principal="Bob") == {
        "event": "something",
        "request_id": "one",
        "principal": "Bob",
        "cost": 2,
    }
    BOUND.reset(token)
    assert line() == {"event": "something"}


async def test_a_task_binds_values_only_for_its_own_lines() -> None:
    async def working(cost: int) -> Mapping[str, object]:
        bind(cost=cost)
        await asyncio.sleep(0)
        return line()

    token = BOUND.set({"request_id": "one"})
    assert [each["cost"] for each in await asyncio.gather(working(1), working(2))] == [1, 2]
    assert line() == {"event": "something", "request_id": "one"}
    BOUND.reset(token)
