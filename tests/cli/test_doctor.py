"""What the doctor finds on good and bad databases."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from cli import doctor
from cli.doctor import Finding, examine
from server.auth.signing_key import NAME, instance_key
from server.settings import Settings
from tests.realtime import RealTime, a_shop, real_time


@pytest.fixture
async def here(database_url: str) -> AsyncIterator[RealTime]:
    async with real_time(database_url, "2021-06-01T12:00:00+00:00") as found:
        yield found


async def findings(url: str, directory: Path, **values: str) -> dict[str, Finding]:
    settings = Settings(data_dir=directory, **values)
    return {finding.name: finding async for finding in examine(settings, url)}


def not_well(found: dict[str, Finding]) -> list[str]:
    return [name for name, finding in found.items() if not finding.is_well]


async def change(here: RealTime, *commands: str) -> None:
    async with here.owner.begin() as connection:
        for command in commands:
            await connection.execute(text(command))


async def test_a_good_deployment_is_well(here: RealTime, tmp_path: Path) -> None:
    instance_key(tmp_path)
    found = await findings(here.url, tmp_path)
    assert list(found) == ["tokens", "database", "clock", "roles", "migrations", "row security", "work"]
    assert not_well(found) == []


async def test_a_database_that_is_not_there_ends_it(tmp_path: Path) -> None:
    found = await findings("postgresql+asyncpg://nobody@127.0.0.1:1/none", tmp_path)
    assert list(found) == ["tokens", "database"]
    assert "DATABASE_URL" in found["database"].advice


async def test_missing_and_old_migrations_differ(here: RealTime, tmp_path: Path) -> None:
    await change(here, "UPDATE alembic_version SET version_num = '0001'")
    found = await findings(here.url, tmp_path)
    assert found["migrations"].text.startswith("at 0001;")
    await change(here, "DROP TABLE alembic_version")
    found = await findings(here.url, tmp_path)
    assert not_well(found) == ["migrations"]
    assert found["migrations"].text.startswith("at none;")
    assert "tenure migrate" in found["migrations"].advice


@pytest.mark.parametrize(
    "command",
    ["DISABLE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"],
)
async def test_a_table_without_row_security_is_named(here: RealTime, tmp_path: Path, command: str) -> None:
    await change(here, f"ALTER TABLE invoice {command}")
    found = await findings(here.url, tmp_path)
    assert not_well(found) == ["row security"]
    assert "invoice" in found["row security"].text


async def test_a_policy_that_shows_rows_to_anyone_is_found(here: RealTime, tmp_path: Path) -> None:
    await a_shop(here)
    await change(here, "CREATE POLICY anyone ON customer TO tenure_app USING (true)")
    found = await findings(here.url, tmp_path)
    assert not_well(found) == ["row security"]
    assert found["row security"].text.startswith("customer:")


async def test_late_work_says_that_no_worker_runs(
    here: RealTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await a_shop(here)
    await shop.sells()
    assert not_well(await findings(here.url, tmp_path)) == ["work"]
    monkeypatch.setattr(doctor, "system_clock", lambda: here.clock() + timedelta(seconds=1))
    assert not_well(await findings(here.url, tmp_path)) == []


async def test_clocks_that_differ_are_reported(
    here: RealTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "SKEW", -1.0)
    assert not_well(await findings(here.url, tmp_path)) == ["clock"]


async def test_a_key_that_others_may_read_is_reported(here: RealTime, tmp_path: Path) -> None:
    instance_key(tmp_path)
    (tmp_path / NAME).chmod(0o644)
    found = await findings(here.url, tmp_path)
    assert not_well(found) == ["tokens"]
    assert found["tokens"].advice == f"chmod 600 {tmp_path / NAME}"


async def test_an_issuer_that_does_not_answer_is_reported(here: RealTime, tmp_path: Path) -> None:
    found = await findings(here.url, tmp_path, oidc_issuer="http://localhost:1", oidc_audience="tenure")
    assert not_well(found) == ["issuer"]
    assert found["issuer"].text.startswith("http://localhost:1: ")
