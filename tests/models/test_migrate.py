"""Migrations create the tables of the code once, also if they run often or at the same time."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from models.migrate import migrate
from models.tables import metadata
from tests.models.databases import run, within

Make = Callable[[], Any]
OBJECTS = text(
    "SELECT relname, relkind, relowner, relacl::text FROM pg_class "
    "WHERE relnamespace = 'public'::regnamespace "
    "UNION ALL SELECT policyname, 'P', 0, tablename || qual FROM pg_policies "
    "UNION ALL SELECT conname, 'C', 0, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2, 4"
)


def objects(connection: Connection) -> list[Any]:
    """Everything in the database except rows: tables, indexes, constraints, policies, grants."""
    return list(connection.execute(OBJECTS))


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def version(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


async def test_the_migrated_schema_is_what_the_tables_say(empty: str) -> None:
    await migrate(empty)
    assert await within(empty, differences) == []


async def test_every_check_of_the_tables_is_in_the_database(empty: str) -> None:
    """Alembic does not compare checks."""
    await migrate(empty)
    checks = text("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid > 0")
    names = await within(empty, lambda connection: set(connection.execute(checks).scalars()))
    expected = {
        str(check.name)
        for table in metadata.sorted_tables
        for check in table.constraints
        if check.__visit_name__ in {"check_constraint", "table_or_column_check_constraint"}
    }
    assert expected - names == set()
    assert len(expected) > 20


async def test_a_second_migration_changes_nothing(empty: str) -> None:
    await migrate(empty)
    before = await within(empty, objects), await within(empty, version)
    await migrate(empty)
    assert (await within(empty, objects), await within(empty, version)) == before
    assert len(before[1]) == 1


async def test_two_migrations_at_once_are_one(empty: str) -> None:
    await asyncio.gather(*(migrate(empty) for _ in range(4)))
    assert await within(empty, differences) == []
    assert len(await within(empty, version)) == 1


async def test_a_migration_that_fails_leaves_nothing(empty: str) -> None:
    await run(empty, "CREATE TABLE outbox (in_the_way int)")
    with pytest.raises(Exception, match="outbox"):
        await migrate(empty)
    tables = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    left = await within(empty, lambda connection: list(connection.execute(tables).scalars()))
    assert left == ["outbox"]
    await run(empty, "DROP TABLE outbox")
    await migrate(empty)
    assert await within(empty, differences) == []
