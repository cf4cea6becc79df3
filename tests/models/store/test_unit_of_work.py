"""A transaction opens with its partner: as it is once whoever changes it has committed."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.errors import ErrorCode, LifecycleError
from domain.principal import Actor
from models.engine import new_id
from models.store.unit_of_work import transaction
from models.tables import partner
from resolvers.ids import key_of
from tests.api.client import Api, a_partner

ACTOR = Actor("tester")
NOON = datetime(2025, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
async def sandbox(api: Api) -> UUID:
    return key_of(await a_partner(api, clock=NOON.isoformat()), "Partner")


async def opened_at(engine: AsyncEngine, partner_id: UUID, *, writing: bool, exclusive: bool) -> datetime:
    async with transaction(engine, partner_id, ACTOR, _never, writing=writing, exclusive=exclusive) as tx:
        return tx.now


def _never() -> datetime:
    raise AssertionError("a sandbox has a clock of its own")


@pytest.mark.parametrize("exclusive", [False, True])
async def test_one_that_writes_waits_and_sees_what_was_changed(
    engine: AsyncEngine, sandbox: UUID, exclusive: bool
) -> None:
    later = NOON + timedelta(days=1)
    async with transaction(engine, sandbox, ACTOR, _never, exclusive=True) as tx:
        await tx.connection.execute(update(partner).where(partner.c.id == sandbox).values(clock=later))
        waiting = asyncio.create_task(opened_at(engine, sandbox, writing=True, exclusive=exclusive))
        assert await opened_at(engine, sandbox, writing=False, exclusive=False) == NOON
        await until_one_waits(tx.connection)
    assert await waiting == later


async def until_one_waits(connection: AsyncConnection) -> None:
    async with asyncio.timeout(10):
        while True:
            if (await connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted"))).first():
                return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("writing", [False, True])
async def test_a_partner_that_is_not_there_is_not_found(engine: AsyncEngine, writing: bool) -> None:
    with pytest.raises(LifecycleError) as refused:
        await opened_at(engine, new_id(), writing=writing, exclusive=False)
    assert refused.value.code is ErrorCode.NOT_FOUND


async def test_one_that_writes_has_the_number_that_postgresql_knows_it_by(
    engine: AsyncEngine, sandbox: UUID
) -> None:
    async with transaction(engine, sandbox, ACTOR, _never) as tx:
        known = await tx.connection.execute(text("SELECT CAST(pg_current_xact_id() AS text)"))
        assert known.scalar_one() == tx.number
    async with transaction(engine, sandbox, ACTOR, _never, writing=False) as tx:
        assert tx.number == ""
