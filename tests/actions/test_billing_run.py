"""The billing run gives the same rows in one step or many, early or late, by one worker or ten. Rules §7."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actions.billing_run import WINDOW, do_next
from actions.setup.advance_clock import advance_step
from domain.periods import local_date, next_billing_day, start_of_day
from domain.principal import SYSTEM, Role
from models.engine import DatabaseRole, create_engine
from models.store.due_work import claim_partner
from models.store.unit_of_work import exclusive, writing
from models.tables import invoice, metadata
from resolvers.ids import key_of
from tests.api.client import Caller, Json, a_customer, a_partner
from tests.realtime import RealTime, Shop, a_shop, real_time
from tests.timelines.timeline import AT_END, PLANS
from workers.renewals import RenewalWorker

BEGINS, ENDS = "2021-01-31T12:00:00+00:00", "2021-06-01T12:00:00+00:00"


@pytest.fixture(scope="module")
async def here(database_url: str) -> AsyncIterator[RealTime]:
    async with real_time(database_url, BEGINS) as here:
        yield here


async def a_busy_partner(here: RealTime, clock: str | None = None) -> str:
    """A partner with customers on both sides of the date line and everything that can fall due."""
    here.clock.to(BEGINS)
    partner = await a_partner(here.api, clock=clock)
    admin = here.api.as_role(Role.PARTNER_ADMIN, partner)
    await admin.made("saveProduct", PLANS, "product { id }")
    for number, (zone, billing_day) in enumerate(
        [("Pacific/Kiritimati", None), ("Europe/Berlin", 31), ("Pacific/Pago_Pago", 1)]
    ):
        billing = {"billOnOrderDay": False, "billingDay": billing_day} if billing_day else {}
        org = str(UUID(int=number))
        customer = await a_customer(admin, name=f"Customer {number}", timeZone=zone, orgUuid=org, **billing)
        await _furnish(admin, customer)
    return partner


async def _furnish(admin: Caller, customer: str) -> None:
    async def buys(cycle: str, **values: Any) -> Json:
        data = {"customerId": customer, "planCode": "professional", "cycle": cycle} | values
        fields = "subscription { id addOns { id } }"
        return dict((await admin.made("createSubscription", data, fields))["subscription"])

    async def does(mutation: str, **values: Any) -> None:
        await admin.made(mutation, values, "record { id }")

    reduced = await buys("MONTHLY", quantity=3, addOns=[{"code": "storage", "quantity": 2}])
    await does("changeQuantity", subscriptionId=reduced["id"], quantity=1, when=AT_END)
    await does("cancelAddOn", addOnId=reduced["addOns"][0]["id"], when=AT_END)
    remodelled = await buys("YEARLY", startsOn="2020-03-10")
    await does("changeBillingModel", subscriptionId=remodelled["id"], cycle="MONTHLY", multiplier=2)
    await buys("MONTHLY", autoRenewal=False, startsOn="2021-01-15")
    cancelled = await buys("MONTHLY")
    await does("cancelSubscription", subscriptionId=cancelled["id"], when=AT_END)
    await buys("YEARLY", trialDays=5)
    extended = await buys("MONTHLY", startsOn="2021-01-10")
    await does("extendSubscription", subscriptionId=extended["id"], by={"until": "2021-03-30"})


async def all_rows(here: RealTime, partner: str) -> dict[str, list[str]]:
    """All rows of all tables; names replace ids."""
    tables = [table for table in metadata.sorted_tables if table.name not in {"partner", "idempotency"}]
    rows = {table.name: [row._asdict() for row in await here.rows(table, partner)] for table in tables}
    names: dict[str, str] = {}
    for table, key in NAMES.items():
        for row in rows[table]:
            names[str(row["id"])] = " ".join(
                names.get(str(row[part]), str(row[part])) for part in key.split()
            )

    def described(row: Json) -> str:
        return str({name: names.get(str(value), value) for name, value in row.items() if name not in OWN})

    return {table: sorted(map(described, found)) for table, found in rows.items()}


OWN = {"id", "partner_id", "product_id", "plan_id"}
NAMES = {
    "customer": "name",
    "subscription": "reference",
    "history": "subscription_id version",
    "invoice": "customer_id number",
    "add_on": "subscription_id code",
    "charge_line": "record_id position",
}


async def advanced(here: RealTime, step: timedelta) -> dict[str, list[str]]:
    """The rows of a sandbox whose clock moves by this step."""
    partner = await a_busy_partner(here, BEGINS)
    admin = here.api.as_role(Role.PARTNER_ADMIN, partner)
    at, end = datetime.fromisoformat(BEGINS), datetime.fromisoformat(ENDS)
    while at < end:
        at = min(at + step, end)
        await admin.made("advanceClock", {"to": at.isoformat()}, "now")
    return await all_rows(here, partner)


@pytest.fixture(scope="module")
async def expected(here: RealTime) -> dict[str, list[str]]:
    """The rows after one long advance; tests/timelines checks such rows."""
    return await advanced(here, timedelta(days=365))


async def test_many_small_steps_equal_one_long_step(here: RealTime, expected: dict[str, list[str]]) -> None:
    assert len(expected["term"]) > 40
    assert await advanced(here, timedelta(days=5, hours=7)) == expected


@pytest.mark.parametrize("workers", [1, 10])
async def test_late_workers_do_everything_once(
    here: RealTime, expected: dict[str, list[str]], workers: int
) -> None:
    partner = await a_busy_partner(here)
    here.clock.to(ENDS)
    assert await here.work(workers) > 10
    assert await all_rows(here, partner) == expected
    assert await here.work(workers) == 0
    assert await all_rows(here, partner) == expected


async def test_a_worker_that_is_never_late_does_the_same(
    here: RealTime, expected: dict[str, list[str]]
) -> None:
    partner = await a_busy_partner(here)
    worker, end = RenewalWorker(here.url, here.clock), datetime.fromisoformat(ENDS)
    while here.clock.now < end:
        here.clock.now = min(here.clock.now + timedelta(hours=40), end)
        await worker.run_once()
    await worker.close()
    assert await all_rows(here, partner) == expected


async def test_one_worker_claims_a_partner_until_commit(here: RealTime) -> None:
    shop = await a_shop(here)
    engine = create_engine(here.url, DatabaseRole.APP, pool_size=2)
    partner_id = key_of(shop.partner, "Partner")

    async def claims() -> bool:
        async with writing(engine, partner_id, SYSTEM, here.clock) as tx:
            return await claim_partner(tx)

    async with writing(engine, partner_id, SYSTEM, here.clock) as tx:
        assert await claim_partner(tx)
        assert not await claims()
    assert await claims()
    await engine.dispose()


async def pieces(here: RealTime, shop: Shop, until: str) -> list[tuple[datetime, int, int]]:
    """Each piece of work: its time, terms renewed, invoices issued."""
    engine = create_engine(here.url, DatabaseRole.APP, pool_size=1)
    here.clock.to(until)
    done = []
    async with writing(engine, key_of(shop.partner, "Partner"), SYSTEM, here.clock) as tx:
        while progress := await do_next(tx, tx.now, tx.now):
            done.append((progress.at, progress.renewed, progress.invoices_issued))
    await engine.dispose()
    return done


async def test_work_of_one_day_is_done_in_order_of_time(here: RealTime) -> None:
    here.clock.to("2021-02-01T12:00:00+00:00")
    shop = await a_shop(here, timeZone="Pacific/Kiritimati")
    collecting = {"billOnOrderDay": False, "billingDay": 2}
    singapore = await a_customer(shop.admin, name="Globex", timeZone="Asia/Singapore", **collecting)
    berlin = await a_customer(shop.admin, name="Initech", timeZone="Europe/Berlin")
    await shop.sells(startsOn="2021-02-02")
    await shop.sells(cycle="YEARLY", customerId=singapore)
    await shop.sells(customerId=berlin, startsOn="2021-01-02")
    # 2 Feb begins in Singapore at 16:00 UTC, in Berlin at 23:00; 2 Mar begins in Kiritimati at 10:00.
    assert await pieces(here, shop, "2021-03-02T00:00:00+00:00") == [
        (datetime(2021, 2, 1, 16, tzinfo=UTC), 0, 1),
        (datetime(2021, 2, 1, 23, tzinfo=UTC), 1, 0),
        (datetime(2021, 3, 1, 23, tzinfo=UTC), 2, 0),
    ]
    issued = [row for row in await here.rows(invoice, shop.partner, "number") if row.number]
    assert [row.issued_on.isoformat() for row in issued] == [
        "2021-02-02", "2021-02-01", "2021-02-02", "2021-02-02", "2021-03-02", "2021-03-02",
    ]  # fmt: skip


async def test_batch_numbers_invoices_in_order_of_term_end(here: RealTime) -> None:
    here.clock.to("2021-01-31T12:00:00+00:00")
    collecting = {"billOnOrderDay": False, "billingDay": 15}
    shop = await a_shop(here, **collecting)
    other = await a_customer(shop.admin, name="Globex", timeZone="UTC", **collecting)
    for customer in (shop.customer, other, shop.customer):
        await shop.sells(customerId=customer)
    here.clock.to("2021-03-15T00:00:00+00:00")
    await here.work()
    issued = await here.rows(invoice, shop.partner, "number")
    both = [key_of(customer, "Customer") for customer in (shop.customer, other)]
    assert [row.customer_id for row in issued] == [*both, *both]


async def test_interrupted_advance_can_be_repeated(here: RealTime) -> None:
    shop = await a_shop(here, clock=BEGINS, billOnOrderDay=False, billingDay=28)
    await shop.sells()
    until = "2021-02-28T00:00:00+00:00"
    engine = create_engine(here.url, DatabaseRole.APP, pool_size=1)
    async with exclusive(engine, key_of(shop.partner, "Partner"), SYSTEM, here.clock) as tx:
        first = await advance_step(tx, datetime.fromisoformat(until), here.clock())
    await engine.dispose()
    assert first
    assert (first.invoices_issued, first.renewed) == (1, 0)
    rest = await shop.admin.made("advanceClock", {"to": until}, "renewed invoicesIssued")
    assert (rest["invoicesIssued"], rest["renewed"]) == (0, 1)


ZONES = ["Pacific/Apia", "Pacific/Kiritimati", "America/Santiago", "Africa/Cairo", "Asia/Beirut"]
ZONES += ["Pacific/Kwajalein", "Australia/Lord_Howe", "Europe/Berlin", "America/Havana", "Antarctica/Troll"]


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.sampled_from(ZONES), st.dates(date(1990, 1, 1), date(2040, 12, 31)), st.integers(1, 31))
@example("Pacific/Apia", date(2011, 12, 29), 30)
@example("Pacific/Apia", date(2011, 12, 30), 31)
@example("Pacific/Kwajalein", date(1993, 8, 20), 21)
@example("Africa/Cairo", date(2023, 4, 27), 28)
def test_invoice_is_due_after_the_window_that_opens_it(zone: str, first_day: date, billing_day: int) -> None:
    opened_at = start_of_day(first_day, zone)
    due = next_billing_day(local_date(opened_at, zone), billing_day)
    assert start_of_day(due, zone) > opened_at + WINDOW
