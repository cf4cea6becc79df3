"""Adds an index to a table in use, with the migration that models/migrations/README.md shows."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from sqlalchemy import Connection, text

from models import migrate as migrating
from models.migrate import Patience, alembic_config, migrate, revisions
from tests.models.databases import run, transaction, within

README = Path(migrating.__file__).parent / "migrations" / "README.md"
EXAMPLE = re.compile(r"`versions/(v0004_\S+)`:\n+```\w+\n(.*?)```", re.DOTALL)
SHORT = Patience(lock_timeout=0.05, attempts=3, pause=0.05)
VERSIONS = Path(migrating.__file__).parent / "migrations" / "versions"
INDEX = text(
    "SELECT indisvalid, relowner::regrole::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE relname = 'outbox_kind_ix'"
)
WAITS = (
    "FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = 'tenure migrate' AND wait_event_type = 'Lock'"
)
WRITES = "LOCK TABLE outbox IN ROW EXCLUSIVE MODE"


def index(connection: Connection) -> list[Any]:
    return list(connection.execute(INDEX))


@pytest.fixture
async def add(empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Adds the README's migration after the latest one, at which the database is."""
    await migrate(empty)
    latest = (await within(empty, revisions))[1]
    files = EXAMPLE.findall(README.read_text(encoding="utf-8"))
    assert [Path(name).suffix for name, _ in files] == [".py", ".sql"]
    for name, content in files:
        (tmp_path / name).write_text(content.replace('"0003"', f'"{latest}"'), encoding="utf-8")

    def with_example(connection: Connection) -> Config:
        config = alembic_config(connection)
        config.set_main_option("version_locations", f"{VERSIONS}:{tmp_path}")
        return config

    return lambda: monkeypatch.setattr(migrating, "alembic_config", with_example)


async def until_it_waits(url: str) -> None:
    waiting = text(f"SELECT count(*) {WAITS}")
    async with asyncio.timeout(60):
        while True:
            if await within(url, lambda connection: connection.execute(waiting).scalar_one()):
                return
            await asyncio.sleep(0.02)


async def test_several_builders_do_not_wait_for_each_other(empty: str, add: Callable[[], None]) -> None:
    add()
    await asyncio.gather(*(migrate(empty, SHORT) for _ in range(3)))
    assert await within(empty, index) == [(True, "tenure_owner")]


async def test_it_waits_for_writers_and_repairs_a_cut_build(empty: str, add: Callable[[], None]) -> None:
    add()
    async with transaction(empty, WRITES):
        migration = asyncio.create_task(migrate(empty, SHORT))
        await until_it_waits(empty)
        await run(empty, "SELECT FROM outbox")
        await asyncio.sleep(SHORT.lock_timeout * 2)
        assert not migration.done(), "no lock_timeout ends it"
        await run(empty, f"SELECT pg_cancel_backend(pid) {WAITS}")
        with pytest.raises(Exception, match="cancel"):
            await migration
    assert await within(empty, index) == [(False, "tenure_owner")]
    await migrate(empty, SHORT)
    assert await within(empty, index) == [(True, "tenure_owner")]
