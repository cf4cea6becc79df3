"""A client that resumes with `after` misses nothing, nor does one whose server lost its listener."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from gql.transport.exceptions import TransportQueryError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.engine import create_engine
from resolvers import live_updates
from schema import subscription as root
from tests.api.client import World, a_customer, a_subscription, a_world
from tests.live.serving import Server
from tests.live.watching import Watchers, last_record, live_query, note

UNKNOWN = "SGlzdG9yeVJlY29yZDowMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA"
LISTENERS = text("SELECT pid FROM pg_stat_activity WHERE application_name = 'tenure listener'")
KILL = text("SELECT pg_terminate_backend(:pid, 10000)")


@pytest.fixture
async def superuser(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database_url, None, pool_size=1)
    yield engine
    await engine.dispose()


async def test_resuming_gets_each_record_once(
    server: Server, other: Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client leaves and returns, to the two servers in turn, while records are written."""
    monkeypatch.setattr(root, "PAGE", 3)
    after = await last_record(world.admin, world.subscription)
    reasons = [f"note {number}" for number in range(40)]

    async def take_notes() -> None:
        for reason in reasons:
            await note(world.admin, world.subscription, reason)

    notes, seen = asyncio.create_task(take_notes()), []
    while len(seen) < len(reasons):
        come_to = (server, other)[len(seen) % 2]
        async with live_query(come_to, world.customer_admin, world.subscription, after) as watch:
            for _ in range(min(7, len(reasons) - len(seen))):
                record = await watch.next()
                after = record["id"]
                seen.append(record["reason"])
    await notes
    assert seen == reasons


async def test_a_resumed_watcher_of_all_misses_no_record(
    server: Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(root, "PAGE", 3)
    second = await a_subscription(world.admin, world.customer)
    after = await last_record(world.admin, second)
    made = [await note(world.admin, s, f"{n}") for n in range(5) for s in (world.subscription, second)]
    async with live_query(server, world.customer_admin, after=after) as watch:
        seen = [(await watch.next())["id"] for _ in range(len(made) + 1)]
    assert seen[1:] == made  # before them, the other subscription's creation: it is of the last seconds


@pytest.mark.parametrize("narrow", [True, False])
async def test_resuming_after_an_unknown_record_is_an_error(
    server: Server, world: World, narrow: bool
) -> None:
    foreign = await a_world(world.api)
    neighbour = await a_subscription(world.admin, await a_customer(world.admin))
    records = [
        UNKNOWN,
        await last_record(foreign.admin, foreign.subscription),
        await last_record(world.admin, neighbour),
        world.subscription,
        "nonsense",
    ]
    for after in records:
        subscription = world.subscription if narrow else None
        await assert_refused(server, world, subscription, after)


async def test_after_must_belong_to_the_subscription(server: Server, world: World) -> None:
    foreign = await a_world(world.api)
    second = await a_subscription(world.admin, world.customer)
    after = await last_record(world.admin, world.subscription)
    await assert_refused(server, world, foreign.subscription, None)
    await assert_refused(server, world, world.customer, None)
    await assert_refused(server, world, second, after)


async def test_a_listener_catches_up_after_a_lost_connection(
    server: Server, world: World, superuser: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(*_: object) -> None:
        raise ConnectionRefusedError

    after = await last_record(world.admin, world.subscription)
    watchers = Watchers(server)
    async with (
        live_query(server, world.admin, world.subscription, after) as one,
        live_query(server, world.staff) as all_new,
    ):
        await watchers.are_more(by=2)
        await note(world.admin, world.subscription, "before")
        assert await one.reasons(1) == ["before"]
        assert await all_new.reasons(1) == ["before"]
        with monkeypatch.context() as patch:
            patch.setattr(live_updates, "listen", unreachable)
            async with superuser.connect() as connection:
                for pid in (await connection.execute(LISTENERS)).scalars().all():
                    await connection.execute(KILL, {"pid": pid})
            await note(world.admin, world.subscription, "meanwhile")
        assert await one.reasons(1) == ["meanwhile"]
        await note(world.admin, world.subscription, "afterwards")
        assert await one.reasons(1) == ["afterwards"]
        assert await all_new.reasons(2) == ["meanwhile", "afterwards"]


async def assert_refused(server: Server, world: World, subscription: str | None, after: str | None) -> None:
    async with live_query(server, world.customer_admin, subscription, after) as watch:
        with pytest.raises(TransportQueryError) as refusal:
            await watch.next()
    assert [error["extensions"]["code"] for error in refusal.value.errors or ()] == ["BAD_USER_INPUT"]
