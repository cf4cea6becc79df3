"""Migrations: they make what the tables say, once, however often and by however many they are run."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from models.migrate import migrate
from models.tables import metadata

Make = Callable[[], Any]
OBJECTS = text(
    "SELECT relname, relkind, relowner, relacl::text FROM pg_class "
    "WHERE relnamespace = 'public'::regnamespace "
    "UNION ALL SELECT policyname, 'P', 0, tablename || qual FROM pg_policies "
    "UNION ALL SELECT conname, 'C', 0, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2, 4"
)


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[str]:
    """The URL of a new database on the same server."""
    name = f"empty_{uuid.uuid4().hex}"
    await _run(database_url, f"CREATE DATABASE {name}")
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    await _run(database_url, f"DROP DATABASE {name} WITH (FORCE)")


async def _run(url: str, statement: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def read(url: str, look: Callable[[Connection], Any]) -> Any:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        found = await connection.run_sync(look)
    await engine.dispose()
    return found


def objects(connection: Connection) -> list[Any]:
    """All that the database holds, but for rows: tables, indexes, constraints, policies, grants."""
    return list(connection.execute(OBJECTS))


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def version(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


async def test_the_migrated_schema_is_what_the_tables_say(empty: str) -> None:
    await migrate(empty)
    assert await read(empty, differences) == []


async def test_every_check_of_the_tables_is_in_the_database(empty: str) -> None:
    """Alembic does not compare checks."""
    await migrate(empty)
    found = text("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid > 0")
    names = await read(empty, lambda connection: set(connection.execute(found).scalars()))
    wanted = {
        str(check.name)
        for table in metadata.sorted_tables
        for check in table.constraints
        if check.__visit_name__ in {"check_constraint", "table_or_column_check_constraint"}
    }
    assert wanted - names == set()
    assert len(wanted) > 20


async def test_a_second_migration_changes_nothing(empty: str) -> None:
    await migrate(empty)
    before = await read(empty, objects), await read(empty, version)
    await migrate(empty)
    assert (await read(empty, objects), await read(empty, version)) == before
    assert len(before[1]) == 1


async def test_two_migrations_at_once_are_one(empty: str) -> None:
    await asyncio.gather(*(migrate(empty) for _ in range(4)))
    assert await read(empty, differences) == []
    assert len(await read(empty, version)) == 1


async def test_a_migration_that_fails_leaves_nothing(empty: str) -> None:
    await _run(empty, "CREATE TABLE outbox (in_the_way int)")
    with pytest.raises(Exception, match="outbox"):
        await migrate(empty)
    tables = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    left = await read(empty, lambda connection: list(connection.execute(tables).scalars()))
    assert left == ["outbox"]
    await _run(empty, "DROP TABLE outbox")
    await migrate(empty)
    assert await read(empty, differences) == []
