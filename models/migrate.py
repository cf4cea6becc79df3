"""Brings a database up to date: roles first, then Alembic's migrations, as the owner role."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from models.engine import DatabaseRole, engine_url

_MIGRATION_LOCK = 0x7E4D4E  # any number that all our migrations share

_ROLES = """
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tenure_owner', 'tenure_app', 'tenure_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', name);
        END IF;
        EXECUTE format('GRANT %I TO %I', name, current_user);
    END LOOP;
    GRANT CREATE, USAGE ON SCHEMA public TO tenure_owner;
    GRANT USAGE ON SCHEMA public TO tenure_app, tenure_worker;
END $$
"""


async def migrate(url: str) -> None:
    """Creates what is missing; does nothing to a database that is up to date.

    The URL's user must be allowed to create roles the first time. Two at once: the second waits.
    """
    engine = create_async_engine(engine_url(url), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            # Two servers that start together must not both create the roles and the tables.
            await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            is_at, newest = await connection.run_sync(revisions)
            if is_at == newest:
                return
            await connection.execute(text(_ROLES))
            await connection.execute(text(f"SET LOCAL ROLE {DatabaseRole.OWNER}"))
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def revisions(connection: Connection) -> tuple[str | None, str | None]:
    """Where the database is, None where nothing was migrated yet; and the newest that there is."""
    newest = ScriptDirectory.from_config(alembic_config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision(), newest


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
