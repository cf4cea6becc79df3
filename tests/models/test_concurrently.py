"""An index for a table in use, by a migration as models/migrations/README.md tells to write it."""

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
    """Adds the README's migration after the newest. The database is at the newest before."""
    await migrate(empty)
    newest = (await within(empty, revisions))[1]
    files = EXAMPLE.findall(README.read_text(encoding="utf-8"))
    assert [Path(name).suffix for name, _ in files] == [".py", ".sql"]
    for name, content in files:
        (tmp_path / name).write_text(content.replace('"0003"', f'"{newest}"'), encoding="utf-8")

    def config(connection: Connection) -> Config:
        made = alembic_config(connection)
        made.set_main_option("version_locations", f"{VERSIONS}:{tmp_path}")
        return made

    return lambda: monkeypatch.setattr(migrating, "alembic_config", config)


async def until_it_waits(url: str) -> None:
    asking = text(f"SELECT count(*) {WAITS}")
    async with asyncio.timeout(60):
        while True:
            if await within(url, lambda connection: connection.execute(asking).scalar_one()):
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
