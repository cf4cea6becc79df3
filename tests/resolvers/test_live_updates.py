"""Which watcher gets which record, and how a slow one is dropped."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from unittest.mock import AsyncMock
from uuid import UUID, uuid4

import pytest
from starlette.applications import Starlette

from domain.principal import Principal, Role
from models.engine import new_id, partner_transaction
from models.notifications import Heard, listen, notify
from models.store.due_work import BATCH
from resolvers import live_updates as module
from resolvers.errors import RequestError
from resolvers.ids import key_of
from resolvers.live_updates import LiveUpdates, Watcher, first_id_at, made_at
from tests.api.client import World, a_world
from tests.api.database import statements
from tests.live.watching import note, until

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


def test_the_first_id_of_an_instant() -> None:
    made = new_id()
    assert first_id_at(made_at(made)) <= made < first_id_at(made_at(made) + timedelta(milliseconds=1))
    assert made_at(first_id_at(NOON)) == NOON


async def test_a_watcher_gets_visible_watched_records() -> None:
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


async def test_a_slow_reader_gets_its_buffer_then_an_error(
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


async def test_a_slow_reader_does_not_affect_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUFFER", 3)
    slow, quick = a_watcher(), a_watcher()
    for row in [Row() for _ in range(10)]:
        slow.offer(row)
        quick.offer(row)
        assert await taken(quick, 1) == [row]


def test_the_buffer_holds_what_a_worker_writes_at_once() -> None:
    assert module.BUFFER >= 2 * BATCH


class Line:
    """A listener's connection. A test sends its notifications by `say`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lost = False
        monkeypatch.setattr(module, "listen", self._listen)

    async def _listen(self, _url: str, heard: Heard, _lost: Callable[[], None]) -> "Line":
        self.say, self.lost = heard, False
        return self

    def is_closed(self) -> bool:
        return self.lost

    async def close(self, timeout: float) -> None:  # noqa: ASYNC109 - as the driver has it
        self.lost = True


@pytest.fixture
async def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setattr(module, "CATCH_UP", 0.2)
    return Line(monkeypatch)


@pytest.fixture
async def live_updates(app: Starlette, line: Line) -> AsyncIterator[LiveUpdates]:
    live_updates = LiveUpdates("", app.state.engine, lambda: datetime.now(UTC))
    running = asyncio.create_task(live_updates.run())
    yield live_updates
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def watching(
    live_updates: LiveUpdates, world: World, *, resuming: bool = False
) -> AbstractContextManager[Watcher]:
    partner = key_of(world.partner, "Partner")
    return live_updates.watch(
        Principal(Role.PARTNER_STAFF, "staff", partner), partner, None, resuming=resuming
    )


async def noted(world: World, reason: str) -> UUID:
    return key_of(await note(world.admin, world.subscription, reason), "HistoryRecord")


async def ids(watcher: Watcher, count: int) -> list[UUID]:
    return [(await asyncio.wait_for(watcher.next(), 5)).id for _ in range(count)]


async def test_a_missed_record_is_found_by_catching_up(
    live_updates: LiveUpdates, line: Line, world: World
) -> None:
    with watching(live_updates, world) as watcher:
        missed, heard = await noted(world, "missed"), await noted(world, "heard")
        partner = key_of(world.partner, "Partner")
        async with asyncio.timeout(5):
            found: list[UUID] = []
            while len(found) < 2:
                line.say(partner, heard)
                with suppress(TimeoutError):
                    found.append((await asyncio.wait_for(watcher.next(), 0.01)).id)
    assert sorted(found) == [missed, heard]


async def test_each_record_is_handed_over_once(live_updates: LiveUpdates, line: Line, world: World) -> None:
    with watching(live_updates, world) as watcher:
        made = [await noted(world, f"{number}") for number in range(3)]
        for _ in range(4):
            for record in made:
                line.say(key_of(world.partner, "Partner"), record)
            await asyncio.sleep(0.15)  # a look now and then
        assert await ids(watcher, 3) == made
        made.append(await noted(world, "last"))
        assert await ids(watcher, 1) == made[3:]


async def test_only_resuming_catches_up_on_older_records(
    live_updates: LiveUpdates, line: Line, world: World
) -> None:
    before = await noted(world, "before")
    await asyncio.sleep(0.01)
    with watching(live_updates, world) as new, watching(live_updates, world, resuming=True) as resuming:
        after = await noted(world, "after")
        assert await ids(new, 1) == [after]
        assert (await ids(resuming, 3))[1:] == [before, after]  # first the creation


async def test_a_record_committed_late_is_delivered(
    live_updates: LiveUpdates, line: Line, world: World
) -> None:
    made = await noted(world, "made")
    await asyncio.sleep(0.01)
    with watching(live_updates, world) as watcher:
        caught_up_at = live_updates._caught_up_at
        await until(lambda: live_updates._caught_up_at != caught_up_at)
        line.say(key_of(world.partner, "Partner"), made)
        assert await ids(watcher, 1) == [made]


async def test_catching_up_goes_back_to_the_last_time(
    live_updates: LiveUpdates, line: Line, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "OVERLAP", timedelta(0))
    partner = key_of(world.partner, "Partner")
    with watching(live_updates, world) as watcher:
        line.say(partner, await noted(world, "heard"))
        assert len(await ids(watcher, 1)) == 1
        with monkeypatch.context() as patch:
            patch.setattr(live_updates, "_catch_up", AsyncMock(side_effect=ConnectionError))
            line.say(partner, uuid4())
            await asyncio.sleep(0.3)  # by now a search has failed, and the listener pauses
            missed = await noted(world, "missed")
            await asyncio.sleep(0.1)
        assert await ids(watcher, 1) == [missed]


async def test_only_notified_partners_are_queried(
    app: Starlette, live_updates: LiveUpdates, line: Line, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CATCH_UP", 60)
    caught_up_at = live_updates._caught_up_at
    idle = await a_world(world.api)
    with watching(live_updates, world) as watcher, watching(live_updates, idle):
        await until(lambda: live_updates._caught_up_at != caught_up_at)  # the next search is a minute away
        heard = await noted(world, "heard")
        with statements(app.state.engine) as asked:
            line.say(key_of(world.partner, "Partner"), heard)
            assert await ids(watcher, 1) == [heard]
            await asyncio.sleep(0.05)
    assert sum("FROM history" in statement for statement in asked) == 1


async def test_a_listener_gets_what_is_committed(app: Starlette, database_url: str) -> None:
    """The URL may have options that asyncpg itself would send to the server as settings."""
    heard: asyncio.Queue[tuple[UUID, UUID]] = asyncio.Queue()
    lost = asyncio.Event()
    connection = await listen(f"{database_url}?ssl=disable", lambda *pair: heard.put_nowait(pair), lost.set)
    partner, records = uuid4(), [uuid4() for _ in range(3)]
    with suppress(ZeroDivisionError):
        async with partner_transaction(app.state.engine, partner) as transaction:
            await notify(transaction, partner, [uuid4()])
            raise ZeroDivisionError
    async with partner_transaction(app.state.engine, partner) as transaction:
        await notify(transaction, partner, records)
        assert heard.empty()
    pairs = [await asyncio.wait_for(heard.get(), 5) for _ in records]
    assert pairs == [(partner, record) for record in records]
    await connection.close()
    await asyncio.wait_for(lost.wait(), 5)
