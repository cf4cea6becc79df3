"""What one watcher waits for, and what the feed hands to whom."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from asyncpg import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from models.engine import new_id, partner_transaction
from models.notifications import listen, notify
from resolvers import feed as module
from resolvers.auth import Principal, Role
from resolvers.errors import RequestError
from resolvers.feed import Feed, Watcher, first_id_at, made_at
from resolvers.ids import key_of
from tests.api.client import World
from tests.live.watching import note

PARTNER, ACME, GLOBEX = uuid4(), uuid4(), uuid4()
STAFF = Principal(Role.PARTNER_STAFF, "staff", PARTNER)
MEMBER = Principal(Role.CUSTOMER_MEMBER, "member", PARTNER, ACME)
NOON = datetime(2021, 6, 16, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    customer_id: UUID = ACME
    subscription_id: UUID = field(default_factory=uuid4)
    id: UUID = field(default_factory=new_id)


def a_watcher(principal: Principal = STAFF, subscription: UUID | None = None) -> Watcher:
    return Watcher(principal, subscription, first_id_at(NOON))


async def taken(watcher: Watcher, count: int) -> list[Row]:
    return [await asyncio.wait_for(watcher.next(), 1) for _ in range(count)]


def test_the_least_id_of_an_instant_is_between_those_before_and_those_after() -> None:
    made = new_id()
    assert first_id_at(made_at(made)) <= made < first_id_at(made_at(made) + timedelta(milliseconds=1))
    assert made_at(first_id_at(NOON)) == NOON


async def test_a_watcher_gets_what_is_wanted_and_may_be_seen() -> None:
    own, neighbour = Row(), Row(GLOBEX)
    expected = [
        (a_watcher(STAFF), [own, neighbour]),
        (a_watcher(MEMBER), [own]),
        (a_watcher(STAFF, own.subscription_id), [own]),
        (a_watcher(STAFF, neighbour.subscription_id), [neighbour]),
        (a_watcher(MEMBER, neighbour.subscription_id), []),
    ]
    for watcher, rows in expected:
        watcher.offer(own)
        watcher.offer(neighbour)
        assert await taken(watcher, len(rows)) == rows
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(watcher.next(), 0.01)


async def test_a_slow_reader_gets_what_was_kept_for_it_and_then_the_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BUFFER", 3)
    watcher, rows = a_watcher(), [Row() for _ in range(10)]
    for row in rows:
        watcher.offer(row)
    assert watcher._records.qsize() == 3
    assert await taken(watcher, 1) == rows[:1]
    watcher.offer(Row())  # there is room again, but it would follow a gap
    assert await taken(watcher, 2) == rows[1:3]
    for _ in range(2):
        with pytest.raises(RequestError) as dropped:
            await watcher.next()
        assert dropped.value.extensions == {"code": "SLOW_READER"}


async def test_one_slow_reader_is_no_other_s_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUFFER", 3)
    slow, quick = a_watcher(), a_watcher()
    for row in [Row() for _ in range(10)]:
        slow.offer(row)
        quick.offer(row)
        assert await taken(quick, 1) == [row]


def test_what_a_worker_writes_at_once_is_no_reason_to_be_dropped() -> None:
    from actions.due import BATCH

    assert module.BUFFER >= 2 * BATCH
