"""An import writes all of a file once, or nothing."""

from pathlib import Path
from typing import Any

import pytest

from models.tables import counter, history, invoice, outbox, subscription, term
from tests.transfer.import_partner import CHARGE, CUSTOMER, ORG, SHOP, TERM, Books, Json, sold
from transfer import import_file
from transfer.import_file import Imported
from transfer.sources import Format

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "loading.md"


async def test_loading_the_guide_s_example_twice_is_once(books: Books) -> None:
    example = GUIDE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    example = example.replace("0192f0c1-2b3c-7d4e-8f50-000000000001", str(books.partner_id))
    loaded, problems = await books.load(example, Format.YAML)
    assert problems == []
    assert loaded.new == dict.fromkeys(
        ("product", "sku", "number", "customer", "member", "contract", "invoice", "subscription"), 1
    )
    counts = await books.counts()
    loaded, problems = await books.load(example, Format.YAML)
    assert (loaded, problems) == (Imported({}, 8), [])
    assert await books.counts() == counts
    [row] = await books.rows(invoice)
    assert (row.number, row.price, row.cost, row.status) == ("2025-0815", 78000, 75600, "ISSUED")


async def test_an_import_makes_one_record_and_no_webhook(books: Books) -> None:
    await books.loads(*SHOP, sold(numbers=["+6561234567"], assignees=["jo@acme.example"]))
    [row] = await books.rows(history)
    assert (row.action, row.actor, row.version) == ("CREATE", "import", 1)
    assert row.summary == "Imported Basic, purchased on 2025-12-31."
    assert row.effective_on.isoformat() == "2026-02-10"
    assert await books.rows(outbox) == []
    [row] = await books.rows(invoice)
    assert (row.number, row.issued_on.isoformat()) == ("IMPORT-OLD-1", "2026-01-31")


async def test_earlier_terms_are_kept_and_none_is_invented(books: Books) -> None:
    earlier = {"number": 2, "startsOn": "2025-12-31", "endsOn": "2026-01-30"}
    await books.loads(*SHOP, sold(terms=[earlier, TERM]), sold(reference="OLD-2"))
    rows = await books.rows(term, "subscription_id", "number")
    assert sorted((row.number, row.ends_before.isoformat()) for row in rows) == [
        (2, "2026-01-31"),
        (3, "2026-02-28"),
        (3, "2026-02-28"),
    ]


async def test_imported_numbers_are_not_given_out_again(books: Books) -> None:
    contract = {"reference": "C-000007", "customer": ORG, "title": "Frame", "startsOn": "2026-01-01"}
    made = {"number": "INV-000041", "customer": ORG, "issuedOn": "2026-01-31"}
    charged = TERM | {"charges": [CHARGE | {"invoice": "INV-000041"}]}
    await books.loads(
        *SHOP, {"contract": contract}, {"invoice": made}, sold(reference="S-000012", terms=[charged])
    )
    rows = {row.name: row.value for row in await books.rows(counter)}
    assert rows == {"subscription": 12, "contract": 7, "invoice": 41}


async def test_a_file_that_has_grown_brings_what_is_new(books: Books) -> None:
    await books.loads(*SHOP, sold())
    loaded = await books.loads(*SHOP, sold(), sold(reference="OLD-2"))
    assert loaded == Imported({"invoice": 1, "subscription": 1}, 6)


async def test_other_content_is_a_problem_or_skipped(books: Books) -> None:
    await books.loads(*SHOP, sold())
    changed = [{"customer": CUSTOMER | {"name": "Acme Ltd"}}, sold(quantity=2, reference="OLD-1")]
    assert await books.refuses(*changed) == [
        f"{line}: {kind}: The database has this already, with other content. "
        "Make them equal, or load with --skip-existing."
        for line, kind in ((2, "customer"), (3, "subscription"))
    ]
    assert await books.loads(*changed, skip_existing=True) == Imported({}, 2)
    assert [row["name"] for row in await books.exported("customer")] == ["Acme"]


async def test_only_checked_a_file_changes_nothing(books: Books) -> None:
    loaded = await books.loads(*SHOP, sold(), check_only=True)
    assert loaded.new["subscription"] == 1
    assert set((await books.counts()).values()) == {0}


async def test_a_failure_midway_leaves_nothing_behind(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    written = import_file.import_all
    pages: list[int] = []

    async def failing(tx: Any, imports: Any) -> None:
        await written(tx, imports)
        pages.append(len(imports))
        if len(pages) == 2:
            raise ConnectionError("the database went away")

    monkeypatch.setattr(import_file, "BATCH", 2)
    monkeypatch.setattr(import_file, "import_all", failing)
    many = [sold(reference=f"OLD-{number}") for number in range(5)]
    with pytest.raises(ConnectionError):
        await books.load(books.lines(*SHOP, *many))
    assert pages == [2, 2]
    assert set((await books.counts()).values()) == {0}
    monkeypatch.undo()
    assert (await books.loads(*SHOP, *many)).new["subscription"] == 5


async def test_an_invoice_grows_from_page_to_page(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_file, "BATCH", 2)
    made = {"invoice": {"number": "A-1", "customer": ORG, "issuedOn": "2026-01-31"}}
    charged = TERM | {"charges": [CHARGE | {"invoice": "A-1"}]}
    many = [sold(reference=f"OLD-{number}", terms=[charged]) for number in range(5)]
    await books.refuses(*SHOP, made, *many, sold(reference="OLD-9", quantity=0))
    await books.loads(*SHOP, made, *many)
    [row] = await books.rows(invoice)
    assert (row.number, row.price, row.cost) == ("A-1", 5 * 3700, 5 * 3000)


async def test_another_partner_s_records_do_not_count(books: Books) -> None:
    other = Books(books.engine)
    await other.loads(*SHOP, sold())
    theirs = await other.export()
    assert await books.refuses({"product": SHOP[0]["product"]}, sold()) == [
        "3: subscription.customer: There is no such customer, neither in the file nor in the database. "
        "Add it to the file."
    ]
    await books.loads(*SHOP, sold(quantity=2))
    assert await other.export() == theirs
    problems = await books.refuses(*SHOP, sold(reference="OLD-3"), partner_id=type(books.partner_id)(int=7))
    assert problems == [
        "1: partner: There is no such partner. Create it first, or give its id and name here."
    ]


async def test_only_the_former_owner_sees_its_charges(books: Books) -> None:
    former = "5b0f1b52-6c2e-4c39-9d6a-2f6a3f0f0002"
    made: Json = {"number": "A-1", "customer": former, "issuedOn": "2026-01-31"}
    charges = [CHARGE | {"invoice": "A-1"}, {"price": "2.00", "cost": "1.00"}]
    await books.loads(
        *SHOP,
        {"customer": CUSTOMER | {"orgUuid": former}},
        {"invoice": made},
        sold(terms=[TERM | {"charges": charges}]),
    )
    rows = await books.rows(history, "version")
    assert [(row.version, row.summary) for row in rows] == [
        (1, "Imported what an owner of before was charged."),
        (2, "Imported Basic, purchased on 2025-12-31."),
    ]
    assert rows[0].customer_id != rows[1].customer_id
    assert [row.version for row in await books.rows(subscription)] == [2]
