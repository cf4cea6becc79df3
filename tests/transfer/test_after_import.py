"""Imported subscriptions renew, change and give refunds like all others."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.principal import Role
from models.engine import DatabaseRole, create_engine
from models.tables import charge_line, invoice, subscription
from resolvers.ids import to_global_id
from tests.api.client import Caller, Json
from tests.realtime import RealTime, real_time
from tests.transfer.import_partner import CHARGE, CUSTOMER, ORG, SHOP, TERM, Books, sold
from transfer.import_file import Imported

NOW = "2026-02-10T12:00:00+00:00"
RENEWAL = "2026-02-28T00:00:00+00:00"
MONEY = "quote { price { amount } cost { amount } } subscription { status }"


@pytest.fixture
async def here(database_url: str) -> AsyncIterator[RealTime]:
    async with real_time(database_url, NOW) as here:
        yield here


@pytest.fixture
async def shop(here: RealTime) -> AsyncIterator[Books]:
    engine = create_engine(here.url, DatabaseRole.APP, pool_size=1)
    yield Books(engine)
    await engine.dispose()


def admin(here: RealTime, shop: Books) -> Caller:
    return here.api.as_role(Role.PARTNER_ADMIN, to_global_id("Partner", shop.partner_id))


async def the_one(shop: Books, reference: str = "OLD-1") -> str:
    [row] = [row for row in await shop.rows(subscription) if row.reference == reference]
    return to_global_id("CustomerSubscription", row.id)


async def lines(shop: Books, number: int) -> list[tuple[Any, ...]]:
    """Kind, price and days of the lines of that term."""
    rows = [row for row in await shop.rows(charge_line, "id") if row.term_number == number]
    return [(row.kind, row.price, row.starts_on.isoformat(), row.ends_before.isoformat()) for row in rows]


async def test_only_the_next_term_is_charged_and_once(here: RealTime, shop: Books) -> None:
    held = sold(addOns=[{"code": "storage", "quantity": 2}], numbers=["+6561234567"])
    await shop.loads(*SHOP, held)
    assert await here.work() == 0
    here.clock.to(RENEWAL)
    assert await here.work() == 1
    assert await here.work() == 0
    assert await lines(shop, 3) == [("RENEWAL", 3700, "2026-01-31", "2026-02-28")]
    # The purchase's 31st is the anchor still, though the term ended in February.
    assert await lines(shop, 4) == [
        ("RENEWAL", price, "2026-02-28", "2026-03-31") for price in (3700, 400, 200)
    ]
    [_, issued] = await shop.rows(invoice, "id")
    assert (issued.number, issued.price) == ("INV-000001", 4300)


async def test_what_is_scheduled_happens_at_the_term_s_end(here: RealTime, shop: Books) -> None:
    waiting = [{"action": "CANCEL"}]
    await shop.loads(*SHOP, sold(status="PENDING_FOR_CANCEL", scheduledChanges=waiting))
    here.clock.to(RENEWAL)
    await here.work()
    [row] = await shop.rows(subscription)
    assert (row.status, row.term_number, row.due_at) == ("CANCELED", 3, None)


async def test_a_trial_goes_on_and_converts(here: RealTime, shop: Books) -> None:
    trial = {"number": 0, "startsOn": "2026-02-01", "endsOn": "2026-02-14"}
    await shop.loads(*SHOP, sold(status="TRIAL", purchasedOn="2026-02-01", terms=[trial]))
    here.clock.to("2026-02-15T00:00:00+00:00")
    await here.work()
    [row] = await shop.rows(subscription)
    assert (row.status, row.purchased_on.isoformat(), row.anchor_day) == ("ACTIVE", "2026-02-15", 15)
    assert await lines(shop, 1) == [("PURCHASE", 3700, "2026-02-15", "2026-03-15")]


async def test_a_changed_subscription_makes_the_round_trip(here: RealTime, shop: Books) -> None:
    await shop.loads(*SHOP, sold(numbers=["+6561234567"]), sold(reference="OLD-2", autoRenewal=False))
    upgrade = {"subscriptionId": await the_one(shop, "OLD-1"), "planCode": "full"}
    await admin(here, shop).made("changePlan", upgrade, MONEY)
    here.clock.to(RENEWAL)
    await here.work()
    shop.now = here.clock.now
    went = await shop.export()
    other = Books(shop.engine, now=shop.now)
    _, problems = await other.load(went.replace(str(shop.partner_id), str(other.partner_id)))
    assert problems == []
    assert await other.export() == went.replace(str(shop.partner_id), str(other.partner_id))
    here.clock.to("2026-03-31T00:00:00+00:00")
    await here.work()
    assert [row[1:] for row in await lines(other, 5)] == [row[1:] for row in await lines(shop, 5)] != []


async def test_only_pending_charges_are_issued_on_their_day(here: RealTime, shop: Books) -> None:
    waits = {"number": "due", "customer": ORG, "status": "PENDING", "dueToIssueOn": "2026-02-15"}
    later = [CHARGE, {"price": "5.00", "cost": "4.00", "invoice": "due"}]
    owner = {"customer": CUSTOMER | {"billOnOrderDay": False, "billingDay": 15}}
    shop_of = [owner if "customer" in record else record for record in SHOP]
    await shop.loads(*shop_of, {"invoice": waits}, sold(terms=[TERM | {"charges": later}]))
    here.clock.to("2026-02-15T00:00:00+00:00")
    await here.work()
    rows = {row.number: (row.status, row.price) for row in await shop.rows(invoice)}
    assert rows == {"IMPORT-OLD-1": ("ISSUED", 3700), "INV-000001": ("ISSUED", 500)}


@pytest.mark.parametrize(
    ("purchased", "given", "refunded"),
    [
        ("2026-01-31", [CHARGE], ("-37.00", "-30.00")),  # within 14 days: all of it
        ("2025-12-31", [CHARGE], ("0.00", "0.00")),  # the one month has begun
        ("2026-01-31", [], ("0.00", "0.00")),
        (
            "2026-01-31",
            [CHARGE | {"reversals": [{"kind": "REFUND", "price": "-30.00", "cost": "-30.00"}]}],
            ("-7.00", "0.00"),
        ),
        (
            "2026-01-31",
            [CHARGE | {"reversals": [{"kind": "ADJUSTMENT", "price": "-1.00", "cost": "-1.00"}]}],
            ("0.00", "0.00"),
        ),
    ],
)
async def test_a_refund_is_at_most_the_imported_charge(
    here: RealTime, shop: Books, purchased: str, given: list[Json], refunded: tuple[str, str]
) -> None:
    await shop.loads(*SHOP, sold(purchasedOn=purchased, terms=[TERM | {"charges": given}]))
    ended = {"subscriptionId": await the_one(shop)}
    made = await admin(here, shop).made("terminateSubscription", ended, MONEY)
    assert made["subscription"]["status"] == "TERMINATED"
    assert (made["quote"]["price"]["amount"], made["quote"]["cost"]["amount"]) == refunded


async def test_an_upgrade_is_prorated_over_the_imported_term(here: RealTime, shop: Books) -> None:
    await shop.loads(*SHOP, sold())
    upgrade = {"subscriptionId": await the_one(shop), "planCode": "full"}
    made = await admin(here, shop).made("changePlan", upgrade, MONEY)
    assert made["quote"]["price"]["amount"] == "74.00"


async def test_a_term_that_is_over_renews_only_on_request(here: RealTime, shop: Books) -> None:
    shop.now = here.clock.now.replace(month=3, day=5)
    [problem] = await shop.refuses(*SHOP, sold())
    assert problem.startswith(
        "7: subscription.terms[0].endsOn: The last term was over before today, 2026-03-05"
    )
    await shop.loads(*SHOP, sold(), renew_overdue=True)
    here.clock.now = shop.now
    assert await here.work() == 1
    assert await here.work() == 0
    assert await lines(shop, 4) == [("RENEWAL", 3700, "2026-02-28", "2026-03-31")]


async def test_a_renewed_subscription_differs_from_its_file(here: RealTime, shop: Books) -> None:
    await shop.loads(*SHOP, sold())
    here.clock.to(RENEWAL)
    await here.work()
    shop.now = here.clock.now
    [problem] = await shop.refuses(*SHOP, sold())
    assert "with other content" in problem
    assert await shop.loads(*SHOP, sold(), skip_existing=True) == Imported({}, 6)
