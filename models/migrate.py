"""Brings a database up to date: roles first, then Alembic's migrations, as the owner role.

Each migration has its own transaction, and none blocks a table for long: see models/migrations/README.md.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from models.engine import DatabaseRole, engine_url, is_conflict, is_locked, milliseconds

_MIGRATION_LOCK = 0x7E4D4E  # any number that all our migrations share
_POLL = 0.2  # seconds between two attempts to get the lock

# It does only what is missing, because the user may not be allowed to do it again.
_ROLES = """
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tenure_owner', 'tenure_app', 'tenure_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', name);
            EXECUTE format('GRANT %I TO %I', name, current_user);
        ELSIF NOT pg_has_role(current_user, name, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', name, current_user);
        END IF;
        IF NOT has_schema_privilege(name, 'public', 'USAGE') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', name);
        END IF;
    END LOOP;
    IF NOT has_schema_privilege('tenure_owner', 'public', 'CREATE') THEN
        GRANT CREATE ON SCHEMA public TO tenure_owner;
    END IF;
END $$
"""


@dataclass(frozen=True)
class Patience:
    """How long a migration waits for a lock. While it waits, other users of the table wait behind it.

    `lock_timeout` and `pause` are in seconds. The pause lets the others finish before the next attempt.
    """

    lock_timeout: float = 3.0
    attempts: int = 10
    pause: float = 5.0


_DEFAULT = Patience()


class MigrationBlockedError(RuntimeError):
    """A migration did not get a lock. Earlier migrations were carried out; this one was not."""


async def migrate(url: str, patience: Patience = _DEFAULT) -> None:
    """Brings the database up to date. Raises MigrationBlockedError.

    The first time, the URL's user must be allowed to create roles. Of two calls at once, the second waits.
    """
    timeout = {"lock_timeout": milliseconds(patience.lock_timeout), "application_name": "tenure migrate"}
    engine = create_async_engine(
        engine_url(url), poolclass=NullPool, connect_args={"server_settings": timeout}
    )
    try:
        async with engine.connect() as connection:
            await _lock_migrations(connection)
            current, latest = await connection.run_sync(revisions)
            if current == latest:
                return
            await connection.execute(text(_ROLES))
            await connection.execute(text(f"SET ROLE {DatabaseRole.OWNER}"))
            await connection.commit()
            await _upgrade_patiently(connection, patience)
    finally:
        await engine.dispose()


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def revisions(connection: Connection) -> tuple[str | None, str | None]:
    """The database's revision (None before the first migration), and the latest revision of the code."""
    latest = ScriptDirectory.from_config(alembic_config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision(), latest


async def _lock_migrations(connection: AsyncConnection) -> None:
    """Waits until this session has the lock. The session keeps it until it ends, over many transactions.

    It polls, because a waiting statement has a snapshot, and CREATE INDEX CONCURRENTLY waits for all
    snapshots: the two would wait for each other.
    """
    try_lock = select(func.pg_try_advisory_lock(_MIGRATION_LOCK))
    while not (await connection.execute(try_lock)).scalar_one():
        await connection.commit()
        await asyncio.sleep(_POLL)
    await connection.commit()


async def _upgrade_patiently(connection: AsyncConnection, patience: Patience) -> None:
    for attempt in range(patience.attempts):
        if attempt:
            await asyncio.sleep(patience.pause)
        try:
            await connection.run_sync(_upgrade)
            return
        except DBAPIError as error:
            if not (is_locked(error) or is_conflict(error)):
                raise
            await connection.rollback()
            reason = error
    raise MigrationBlockedError(
        f"A migration got no lock in {patience.attempts} attempts, and gave way; nothing is half done. "
        "See in pg_stat_activity which transactions are long, then run `tenure migrate` again."
    ) from reason


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
