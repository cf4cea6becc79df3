"""The two users of deploy/users.sql: what each needs it can do, and no more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from asyncpg import InsufficientPrivilegeError
from sqlalchemy import make_url

from doctor import examine
from models.migrate import migrate
from settings import Settings
from tests.deploy.files import DEPLOY
from tests.models.databases import run

PASSWORD = "it's \\ secret"


@dataclass(frozen=True)
class Users:
    """URLs of the same database, migrated."""

    migrate: str
    serve: str


def script() -> str:
    """As psql would send it, with the variables that \\getenv gives it."""
    lines = (DEPLOY / "users.sql").read_text(encoding="utf-8").splitlines()
    told = "\n".join(line for line in lines if not line.startswith("\\getenv"))
    quoted = "E'it''s \\\\ secret'"
    return told.replace(":'migrate'", quoted).replace(":'serve'", quoted)


@pytest.fixture
async def users(empty: str) -> AsyncIterator[Users]:
    connection = await asyncpg.connect(empty.replace("+asyncpg", ""))
    for _ in range(2):  # it may be run again
        await connection.execute(script())
    await connection.close()
    urls = (
        make_url(empty).set(username=name, password=PASSWORD).render_as_string(hide_password=False)
        for name in ("tenure_migrate", "tenure_serve")
    )
    made = Users(*urls)
    await migrate(made.migrate)
    yield made
    await run(empty, "DROP ROLE tenure_migrate, tenure_serve")


async def test_no_superuser_is_needed(users: Users, tmp_path: Path) -> None:
    found = {one.name: one async for one in examine(Settings(data_dir=tmp_path), users.migrate)}
    assert [name for name, finding in found.items() if not finding.is_well] == []
    assert list(found)[-1] == "work", "all was looked at"


async def test_who_serves_is_no_owner(users: Users, tmp_path: Path) -> None:
    found = {one.name: one async for one in examine(Settings(data_dir=tmp_path), users.serve)}
    assert found["roles"].told == "the user may not act as tenure_owner"
    connection = await asyncpg.connect(users.serve.replace("+asyncpg", ""))
    for role in ("tenure_app", "tenure_worker"):
        await connection.execute(f"SET ROLE {role}; RESET ROLE")
    for statement in ("SET ROLE tenure_owner", "DROP TABLE partner", "CREATE TABLE mine (x int)"):
        with pytest.raises(InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()
