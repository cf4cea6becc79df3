"""`tenure migrate`."""

import asyncio

from cli.console import database, fail
from models.migrate import MigrationBlockedError
from models.migrate import migrate as migrate_database
from server.settings import Settings


def migrate() -> None:
    """Bring the database up to date."""
    with database(Settings()) as url:
        migrate_or_fail(url)


def migrate_or_fail(url: str) -> None:
    try:
        asyncio.run(migrate_database(url))
    except MigrationBlockedError as error:
        fail(str(error))
