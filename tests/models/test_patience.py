"""Migrations of a database that is in use: they give way to transactions that hold a lock, and try again."""

import asyncio

import pytest
from alembic import command
from sqlalchemy import Connection, text

from models.migrate import _ROLES, MigrationBlockedError, Patience, alembic_config, migrate, revisions
from tests.models.databases import run, transaction, within

SHORT = Patience(lock_timeout=0.05, attempts=3, pause=0.05)
LONG = Patience(lock_timeout=0.05, attempts=10_000, pause=0.05)
READS = "SELECT FROM outbox"


def at_0001(connection: Connection) -> None:
    connection.execute(text(_ROLES))
    connection.execute(text("SET LOCAL ROLE tenure_owner"))
    command.upgrade(alembic_config(connection), "0001")


async def test_without_a_lock_it_gives_up_without_changes(empty: str) -> None:
    await within(empty, at_0001)
    async with transaction(empty, READS):
        with pytest.raises(MigrationBlockedError, match="3 attempts"):
            await migrate(empty, SHORT)
        assert (await within(empty, revisions))[0] == "0001"
    await migrate(empty, SHORT)
    current, latest = await within(empty, revisions)
    assert current == latest


async def test_it_retries_and_lets_others_through(empty: str) -> None:
    await within(empty, at_0001)
    async with transaction(empty, READS):
        migration = asyncio.create_task(migrate(empty, LONG))
        for _ in range(20):
            await run(empty, READS)
        assert not migration.done()
    await migration
    current, latest = await within(empty, revisions)
    assert current == latest
