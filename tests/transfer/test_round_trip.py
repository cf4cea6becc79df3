"""The export of the demo, loaded for an empty partner and exported again, is equal."""

import io
import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app import system_clock
from demo.jpy_partner import JPY_PARTNER
from demo.load import load_demo
from demo.scenario import Scenario
from demo.usd_partner import USD_PARTNER
from models.engine import DatabaseRole, create_engine
from tests.transfer.import_partner import Books
from transfer.export_file import Writer, export_file
from transfer.sources import Format


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    await load_demo(database_url, system_clock)
    engine = create_engine(database_url, DatabaseRole.APP, pool_size=2)
    yield engine
    await engine.dispose()


async def exported(engine: AsyncEngine, scene: Scenario, kind: Format, called: str) -> str:
    out = io.StringIO()
    await export_file(engine, scene.partner_id, called, system_clock, Writer(out, kind))
    return out.getvalue()


@pytest.mark.parametrize("scene", [USD_PARTNER, JPY_PARTNER], ids=["dollars", "yen"])
@pytest.mark.parametrize("kind", Format)
async def test_the_demo_comes_back_as_it_went_out(engine: AsyncEngine, scene: Scenario, kind: Format) -> None:
    books = Books(engine)
    went = await exported(engine, scene, kind, str(books.partner_id))
    loaded, problems = await books.load(went, kind)
    assert problems == []
    assert loaded.new["subscription"] >= 5
    assert await books.export(kind) == went


async def test_loading_one_s_own_export_changes_nothing(engine: AsyncEngine) -> None:
    books = Books(engine, USD_PARTNER.partner_id)
    before = await books.counts()
    loaded, problems = await books.load(await books.export())
    assert problems == []
    assert loaded.new == {}
    assert loaded.existing == len((await books.export()).splitlines()) - 1
    assert await books.counts() == before


async def test_the_demo_has_all_that_an_export_can_carry(engine: AsyncEngine) -> None:
    """Otherwise the round trip would prove less than it seems to."""
    lines = (await exported(engine, USD_PARTNER, Format.JSONL, "")).splitlines()
    sold = [record["subscription"] for line in lines if "subscription" in (record := json.loads(line))]
    assert {one["status"] for one in sold} >= {
        "TRIAL",
        "ACTIVE",
        "PENDING_FOR_CANCEL",
        "CANCELED",
        "EXPIRED",
        "TERMINATED",
    }
    for name in ("addOns", "numbers", "assignees", "contract", "scheduledChanges", "endedOn", "trialEndsOn"):
        assert any(one.get(name) for one in sold), name
    charges = [charge for one in sold for term in one["terms"] for charge in term["charges"]]
    assert {charge["kind"] for charge in charges} >= {"PURCHASE", "RENEWAL", "UPGRADE", "EXTENSION"}
    assert any(charge["reversals"] for charge in charges)
    assert any(charge["invoice"].startswith("PENDING ") for charge in charges)
