"""A unit of work opens with its partner's row, after earlier writers have committed."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.errors import ErrorCode, LifecycleError
from domain.principal import Actor
from models.engine import new_id
from models.store.unit_of_work import Reading, Writing, exclusive, reading, writing
from models.tables import partner
from resolvers.ids import key_of
from tests.api.client import Api, a_partner

ACTOR = Actor("tester")
NOON = datetime(2025, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
async def sandbox(api: Api) -> UUID:
    return key_of(await a_partner(api, clock=NOON.isoformat()), "Partner")


Opens = Callable[..., AbstractAsyncContextManager[Reading]]


async def opened_at(engine: AsyncEngine, partner_id: UUID, opens: Opens) -> datetime:
    async with opens(engine, partner_id, ACTOR, _never) as tx:
        return tx.now


def _never() -> datetime:
    raise AssertionError("a sandbox has a clock of its own")


@pytest.mark.parametrize("opens", [writing, exclusive])
async def test_a_writer_waits_and_sees_what_changed(engine: AsyncEngine, sandbox: UUID, opens: Opens) -> None:
    later = NOON + timedelta(days=1)
    async with exclusive(engine, sandbox, ACTOR, _never) as tx:
        await tx.connection.execute(update(partner).where(partner.c.id == sandbox).values(clock=later))
        waiting = asyncio.create_task(opened_at(engine, sandbox, opens))
        assert await opened_at(engine, sandbox, reading) == NOON
        await until_one_waits(tx.connection)
    assert await waiting == later


async def until_one_waits(connection: AsyncConnection) -> None:
    async with asyncio.timeout(10):
        while True:
            if (await connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted"))).first():
                return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("opens", [reading, writing, exclusive])
async def test_an_unknown_partner_is_not_found(engine: AsyncEngine, opens: Opens) -> None:
    with pytest.raises(LifecycleError) as refused:
        await opened_at(engine, new_id(), opens)
    assert refused.value.code is ErrorCode.NOT_FOUND


async def test_a_writer_has_postgresql_s_transaction_id(engine: AsyncEngine, sandbox: UUID) -> None:
    async with writing(engine, sandbox, ACTOR, _never) as tx:
        found = await tx.connection.execute(text("SELECT CAST(pg_current_xact_id() AS text)"))
        assert found.scalar_one() == tx.transaction_id


async def test_a_reader_has_no_transaction_id(engine: AsyncEngine, sandbox: UUID) -> None:
    async with reading(engine, sandbox, ACTOR, _never) as tx:
        assert not isinstance(tx, Writing)
        found = await tx.connection.execute(text("SELECT pg_current_xact_id_if_assigned()"))
        assert found.scalar_one() is None
