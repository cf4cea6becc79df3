"""The two users of deploy/users.sql: each can do what it needs, and no more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import pytest
from asyncpg import InsufficientPrivilegeError
from sqlalchemy import make_url

from app import create_app, system_clock
from cli.doctor import Finding, examine
from models.migrate import migrate
from server.auth.tokens import InstanceTokens
from server.settings import Settings
from tests.api.client import Api, a_world
from tests.conftest import KEY
from tests.deploy.files import DEPLOY
from tests.models.databases import run
from tests.settings import settings_with
from workers.renewals import RenewalWorker

PASSWORD = "it's \\ secret"


@dataclass(frozen=True)
class Users:
    """URLs of the same database, migrated."""

    migrate: str
    serve: str


def script() -> str:
    """The script as psql sends it, with the variables of \\getenv."""
    lines = (DEPLOY / "users.sql").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("\\getenv"))
    quoted = "E'it''s \\\\ secret'"
    return text.replace(":'migrate'", quoted).replace(":'serve'", quoted)


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


async def findings_of(url: str, data_dir: Path) -> dict[str, Finding]:
    return {finding.name: finding async for finding in examine(Settings(data_dir=data_dir), url)}


async def test_no_superuser_is_needed(users: Users, tmp_path: Path) -> None:
    findings = {
        finding.name: finding async for finding in examine(Settings(data_dir=tmp_path), users.migrate)
    }
    assert [name for name, finding in findings.items() if not finding.is_well] == []
    assert list(findings)[-1] == "work", "all checks ran"


async def test_the_serving_user_can_serve_and_work(users: Users) -> None:
    app = create_app(users.serve, InstanceTokens(KEY), settings_with())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tenure") as client:
        world = await a_world(Api(client, KEY))
        assert world.subscription
        assert "tenure_terms_due 0.0" in (await client.get("/metrics")).text
    worker = RenewalWorker(users.serve, system_clock)
    assert await worker.run_once() == 0
    await worker.close()
    await app.state.engine.dispose()
    await app.state.listing.dispose()


async def test_the_serving_user_owns_and_sees_nothing(users: Users, tmp_path: Path) -> None:
    findings = await findings_of(users.serve, tmp_path)
    assert findings["roles"].text == "the user may not act as tenure_owner"
    connection = await asyncpg.connect(users.serve.replace("+asyncpg", ""))
    for role in ("tenure_app", "tenure_worker"):
        await connection.execute(f"SET ROLE {role}; RESET ROLE")
    for statement in (
        "SET ROLE tenure_owner",
        "DROP TABLE partner",
        "CREATE TABLE mine (x int)",
        "SELECT FROM subscription",
    ):
        with pytest.raises(InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()
