"""A file with problems changes nothing, and reports each with its line."""

import json
from pathlib import Path

import pytest

from tests.transfer.import_partner import (
    CHARGE,
    CUSTOMER,
    ORG,
    PRODUCT,
    SHOP,
    SKU,
    TERM,
    Books,
    Json,
    monthly,
    sold,
)
from transfer.import_file import Imported
from transfer.sources import Format

FILES = Path(__file__).parent / "files"
ELSE = "5b0f1b52-6c2e-4c39-9d6a-2f6a3f0f0009"


@pytest.mark.parametrize("name", ["shapes.yaml", "shapes.jsonl", "senses.yaml"])
async def test_all_problems_come_in_the_order_of_the_lines(books: Books, name: str) -> None:
    """The `.txt` file beside each file has its problems."""
    path = FILES / name
    content = path.read_text(encoding="utf-8").replace("PARTNER", str(books.partner_id))
    loaded, problems = await books.load(content, Format(path.suffix.removeprefix(".")))
    assert problems == path.with_suffix(f"{path.suffix}.txt").read_text(encoding="utf-8").splitlines()
    assert loaded == Imported()
    assert set((await books.counts()).values()) == {0}


ENDED: Json = {"status": "EXPIRED", "endedOn": "2026-01-31"}
PENDING: Json = {"status": "PENDING_FOR_CANCEL", "scheduledChanges": [{"action": "CANCEL"}]}
TRIAL: Json = {"number": 0, "startsOn": "2026-02-01", "endsOn": "2026-02-14"}
STORAGE: Json = {"addOns": [{"code": "storage", "quantity": 2}]}
BACK: Json = {"kind": "REFUND", "price": "-1.00", "cost": "-1.00"}


def charged(*charges: Json) -> Json:
    return {"terms": [TERM | {"charges": list(charges)}]}


def term(**values: object) -> Json:
    return {"terms": [TERM | values]}


def waiting(*changes: Json, **values: object) -> Json:
    return {"scheduledChanges": list(changes), **values}


# Values that make the sound subscription unsound, the place of the problem, and a part of its text.
UNSOUND: list[tuple[Json, str, str]] = [
    ({"customer": ELSE}, "customer", "no such customer"),
    ({"planCode": "gold"}, "planCode", "no such plan"),
    ({"contract": "FRAME"}, "contract", "no such contract"),
    ({"numbers": ["+6561234568"]}, "numbers[0]", "no such phone number"),
    ({"assignees": ["who@acme.example"]}, "assignees[0]", "no such member"),
    ({"addOns": [{"code": "fax", "quantity": 1}]}, "addOns[0].code", "does not offer"),
    ({"addOns": [{"code": "storage", "quantity": 1}] * 2}, "addOns[1].code", "named twice"),
    ({"numbers": ["+6561234567"] * 2}, "numbers[1]", "holds this number already"),
    (term(endsOn="2026-01-30"), "terms[0].endsOn", "ends before it starts"),
    (term(endsOn="2026-02-28"), "terms[0].endsOn", "ends on 2026-02-27"),
    (term(startsOn="2026-02-11", endsOn="2026-03-10"), "terms[0].startsOn", "must run today, 2026-02-10"),
    (term(startsOn="2026-01-01", endsOn="2026-01-31"), "terms[0].endsOn", "over before today"),
    ({"terms": [TERM, TERM]}, "terms[1].startsOn", "must start on 2026-02-28"),
    ({"terms": [TERM, TERM]}, "terms[1].number", "must be 4"),
    ({"purchasedOn": "2026-02-01"}, "purchasedOn", "after the first day"),
    ({"status": "TRIAL"}, "status", "TRIAL goes with"),
    ({"terms": [TRIAL]}, "status", "TRIAL goes with"),
    ({"terms": [TRIAL], "status": "TRIAL", "trialEndsOn": "2026-02-15"}, "trialEndsOn", "2026-02-14"),
    ({"terms": [TRIAL | {"charges": [CHARGE]}], "status": "TRIAL"}, "terms[0].charges", "free"),
    ({"status": "PENDING_FOR_CANCEL"}, "status", "goes with a scheduled CANCEL"),
    (PENDING | {"status": "ACTIVE"}, "status", "goes with a scheduled CANCEL"),
    ({"status": "EXPIRED"}, "endedOn", "first day without it"),
    (ENDED | {"endedOn": "2026-02-11"}, "endedOn", "to today, 2026-02-10"),
    (ENDED | {"numbers": ["+6561234567"]}, "numbers", "holds no numbers"),
    (ENDED | waiting({"action": "CANCEL"}), "scheduledChanges", "Nothing is scheduled"),
    ({"endedOn": "2026-02-01"}, "endedOn", "has not ended"),
    ({"billingModel": {"cycle": "YEARLY"}} | term(endsOn="2027-01-30"), "billingModel", "not offered yearly"),
    (waiting({"action": "RENEW"}), "scheduledChanges[0]", "Scheduled can be"),
    (waiting({"action": "CHANGE_QUANTITY", "quantity": 1}), "scheduledChanges[0]", "lower quantity"),
    (PENDING | waiting({"action": "CANCEL", "quantity": 1}), "scheduledChanges[0]", "has no quantity"),
    (waiting({"action": "CANCEL_ADD_ON"}), "scheduledChanges[0]", "code of an add-on"),
    (waiting({"action": "CANCEL_ADD_ON", "addOn": "x"}), "scheduledChanges[0].addOn", "no such add-on"),
    (
        STORAGE | waiting({"action": "CHANGE_ADD_ONS", "addOn": "storage", "quantity": 2}),
        "scheduledChanges[0]",
        "must be lower",
    ),
    (
        STORAGE | waiting(*[{"action": "CANCEL_ADD_ON", "addOn": "storage"}] * 2),
        "scheduledChanges[1]",
        "One change may wait",
    ),
    (waiting({"action": "CHANGE_BILLING_MODEL"}), "scheduledChanges[0]", "another billing model"),
    (
        {"assignees": ["jo@acme.example", "al@acme.example"]},
        "assignees",
        "There are 1 licences, and 2 assignees",
    ),
    (charged(CHARGE | {"price": "37.001"}), "terms[0].charges[0].price", "USD has 2 decimal digits"),
    (charged(CHARGE | {"price": "-37.00"}), "terms[0].charges[0]", "not negative"),
    (charged(CHARGE | {"quantity": 2}), "terms[0].charges[0]", "unitPrice and unitCost together"),
    (
        charged(CHARGE | {"unitPrice": "18.00", "unitCost": "15.00", "quantity": 2}),
        "terms[0].charges[0]",
        "unitPrice x quantity x fraction",
    ),
    (charged(CHARGE | {"startsOn": "2026-01-30"}), "terms[0].charges[0]", "outside the term"),
    (charged(CHARGE | {"kind": "REFUND"}), "terms[0].charges[0].kind", "among the reversals"),
    (charged(CHARGE | {"invoice": "A-9"}), "terms[0].charges[0].invoice", "no invoice A-9"),
    (charged(CHARGE | {"reversals": [BACK | {"price": "-38.00"}]}), "reversals[0]", "More is given back"),
    (charged(CHARGE | {"reversals": [BACK] * 38}), "reversals[30]", "More is given back"),
    (charged(CHARGE | {"reversals": [BACK | {"price": "1.00"}]}), "reversals[0]", "negative, or zero"),
    (charged(CHARGE | {"reversals": [BACK | {"kind": "RENEWAL"}]}), "reversals[0].kind", "is one of ADJ"),
    ({"quantity": 0}, "quantity", "1 or more"),
    ({"quantity": 1_000_001}, "quantity", "1000000 or less"),
    ({"quantity": True}, "quantity", "whole number"),
    ({"quantity": "2"}, "quantity", "whole number"),
    ({"reference": ""}, "reference", "1 to 100 characters"),
    ({"reference": "x" * 101}, "reference", "1 to 100 characters"),
    ({"settings": {"key": "\0"}}, "settings", "no NUL"),
    ({"settings": {"key": "x" * 20_000}}, "settings", "at most 16384 bytes"),
    ({"terms": []}, "terms", "at least one"),
    ({"purchasedOn": "31.12.2025"}, "purchasedOn", "2026-01-31"),
    ({"purchasedOn": "1969-12-31"}, "purchasedOn", "1970-01-01 or more"),
]


@pytest.mark.parametrize(("values", "where", "text"), UNSOUND)
async def test_an_unsound_subscription_is_refused(books: Books, values: Json, where: str, text: str) -> None:
    more = {"member": {"customer": ORG, "name": "Al", "email": "al@acme.example"}}
    problems = await books.refuses(*SHOP, more, sold(**values))
    place = where if where.startswith("reversals") else f"subscription.{where}"
    assert any(p.startswith("8: ") and f"{place}: " in p and text in p for p in problems), problems


PLAN: Json = PRODUCT["plans"][0]
OTHERS: list[tuple[list[Json], str]] = [
    (
        [{"product": PRODUCT | {"plans": [PLAN, PLAN]}}],
        "2: product.plans[1].code: The code basic comes twice; give each its own.",
    ),
    (
        [{"product": PRODUCT}, {"product": PRODUCT | {"code": "other", "plans": [PLAN]}}],
        "3: product.plans[0].code: The product phone has a plan of this code. Choose another.",
    ),
    (
        [{"sku": SKU | {"prices": monthly("2.001", "1.00")}}],
        "2: sku.prices[0].price: USD has 2 decimal digits; more were given.",
    ),
    ([{"sku": SKU | {"prices": []}}], "2: sku.prices: Give a price for at least one cycle."),
    ([{"sku": SKU}, {"sku": SKU}], "3: sku: local stands on line 2 already. Give it once."),
    (
        [{"number": {"e164": "+6561234567", "skuCode": "local"}}],
        "2: number.skuCode: There is no such SKU. Add it to the file.",
    ),
    (
        [{"member": {"customer": ORG, "name": "Jo", "email": "jo@acme.example"}}],
        "2: member.customer: There is no such customer, neither in the file nor in the database. "
        "Add it to the file.",
    ),
    (
        [{"customer": CUSTOMER | {"timeZone": "Mars/Olympus"}}],
        "2: customer.timeZone: Choose a time zone by its IANA name, such as Asia/Singapore.",
    ),
    (
        [{"customer": CUSTOMER}, {"invoice": {"number": "A", "customer": ORG}}],
        "3: invoice: An invoice that is ISSUED has issuedOn, and no other day.",
    ),
    (
        [{"customer": CUSTOMER}, {"invoice": {"number": "A", "customer": ORG, "issuedOn": "2026-01-01"}}],
        "3: invoice: No new subscription has a charge on it. Leave it out.",
    ),
    (
        [
            {"customer": CUSTOMER},
            {
                "contract": {
                    "reference": "C",
                    "customer": ORG,
                    "title": "T",
                    "startsOn": "2026-02-01",
                    "endsOn": "2026-01-01",
                }
            },
        ],
        "3: contract.endsOn: The contract cannot end before 2026-02-01.",
    ),
    ([*SHOP, sold(), sold()], "8: subscription: OLD-1 stands on line 7 already. Give it once."),
    (
        [
            *SHOP,
            sold(numbers=["+6561234567"]),
            sold(reference="OLD-2", numbers=["+6561234567"]),
        ],
        "8: subscription.numbers[0]: The subscription OLD-1 holds this number already. "
        "A number has one holder.",
    ),
]


@pytest.mark.parametrize(("records", "problem"), OTHERS)
async def test_another_unsound_record_is_refused(books: Books, records: list[Json], problem: str) -> None:
    assert await books.refuses(*records) == [problem]


async def test_an_issued_invoice_takes_no_more_charges(books: Books) -> None:
    made = {"invoice": {"number": "A-1", "customer": ORG, "issuedOn": "2026-01-31"}}
    on_it = charged(CHARGE | {"invoice": "A-1"})
    await books.loads(*SHOP, made, sold(**on_it))
    assert await books.refuses(made, sold(reference="OLD-2", **on_it)) == [
        "3: subscription: The invoice A-1 is in the database already. Issued invoices never change."
    ]


async def test_a_number_is_not_taken_from_its_holder(books: Books) -> None:
    await books.loads(*SHOP, sold(numbers=["+6561234567"]))
    assert await books.refuses(sold(reference="OLD-2", numbers=["+6561234567"])) == [
        "2: subscription.numbers[0]: The subscription OLD-1 holds this number already."
    ]


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ({"tenure": 2}, "1: tenure: This is version 2 of the format. Known is 1."),
        ({"partner": {"currency": "USD"}}, "1: partner.id: Give the partner's id here, or with --partner."),
        ({"partner": {"id": "x", "currency": "USD"}}, "1: partner.id: This is no partner's id. Give it as "),
        (
            {"partner": {"id": ELSE, "currency": "USD"}},
            "1: partner: There is no such partner.",
        ),
        ({"partner": {"id": ELSE, "name": "A", "currency": "USD_PARTNER"}}, "1: partner.currency: Choose a "),
    ],
)
async def test_the_header_names_the_format_and_the_partner(books: Books, header: Json, problem: str) -> None:
    records = books.lines(*SHOP).splitlines()
    head = json.dumps(books.header | header)
    _, [found] = await books.load("\n".join([head, *records[1:]]))
    assert found.startswith(f"file:{problem}")


async def test_the_currency_of_the_file_is_the_partner_s(books: Books) -> None:
    await books.loads(*SHOP)
    content = books.lines(*SHOP).replace('"USD"', '"EUR"', 1)
    assert await books.load(content) == (
        Imported(),
        ["file:1: partner.currency: The partner's currency is USD."],
    )
