"""A subscription that cannot renew stops no other; it is tried again. Rules §7."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from domain.periods import BillingCycle, BillingModel
from models.tables import history, invoice, plan, plan_price, subscription
from tests.realtime import RealTime, Shop, a_shop, real_time
from tests.timelines.timeline import PLANS

RENEWAL = "2021-02-28T00:00:00+00:00"  # of a monthly subscription sold on 31 Jan
NOT_OFFERED = "LifecycleError: Business is not offered monthly."
EVERY = timedelta(minutes=5)


@pytest.fixture
async def here(database_url: str) -> AsyncIterator[RealTime]:
    async with real_time(database_url, "2021-01-31T12:00:00+00:00") as here:
        yield here


@pytest.fixture
async def shop(here: RealTime) -> Shop:
    return await a_shop(here)


async def delete_prices(shop: Shop) -> None:
    """Deletes the prices of Business, which no mutation allows while they are in use."""
    business = select(plan.c.id).where(plan.c.code == "business").scalar_subquery()
    await shop.here.change(shop.partner, delete(plan_price).where(plan_price.c.plan_id == business))


async def restore_prices(shop: Shop) -> None:
    await shop.admin.made("saveProduct", PLANS, "product { id }")


async def standing(shop: Shop) -> list[tuple[int, str | None, datetime | None]]:
    """For each subscription: the number of the running term, the error and the time of the next try."""
    rows = await shop.here.rows(subscription, shop.partner, "reference")
    return [(row.term_number, row.due_error, row.due_retry_at) for row in rows]


async def test_failed_renewal_does_not_stop_others(here: RealTime, shop: Shop) -> None:
    for name in ("professional", "business", "professional"):
        await shop.sells(name)
    await delete_prices(shop)
    here.clock.to(RENEWAL)
    await here.work()
    aside = (1, NOT_OFFERED, here.clock.now + EVERY)
    assert await standing(shop) == [(2, None, None), aside, (2, None, None)]
    actions = [row.action for row in await here.rows(history, shop.partner, "id")]
    assert actions == ["CREATE", "CREATE", "CREATE", "RENEW", "RENEW"]


async def test_failed_renewal_is_retried_every_five_minutes(here: RealTime, shop: Shop) -> None:
    await shop.sells("business")
    await delete_prices(shop)
    here.clock.to(RENEWAL)
    await here.work()
    aside = await standing(shop)
    here.clock.now += EVERY - timedelta(seconds=1)
    assert await here.work() == 0
    assert await standing(shop) == aside
    here.clock.now += timedelta(seconds=1)
    assert await here.work() == 1
    assert await standing(shop) == [(1, NOT_OFFERED, here.clock.now + EVERY)]


async def test_missed_terms_are_dated_on_their_own_day(here: RealTime, shop: Shop) -> None:
    await shop.sells("business")
    await shop.sells("professional")
    await delete_prices(shop)
    here.clock.to("2021-05-01T12:00:00+00:00")
    await here.work()
    assert await standing(shop) == [(1, NOT_OFFERED, here.clock.now + EVERY), (4, None, None)]
    assert (await here.metrics())["tenure_terms_set_aside"] == 1
    await restore_prices(shop)
    here.clock.now += EVERY
    await here.work()
    assert await standing(shop) == [(4, None, None), (4, None, None)]
    assert (await here.metrics())["tenure_terms_set_aside"] == 0
    issued = await here.rows(invoice, shop.partner, "number")
    assert [row.number for row in issued] == [f"INV-{number:06d}" for number in range(1, 9)]
    terms = ["2021-02-28", "2021-03-31", "2021-04-30"]
    assert [str(row.issued_on) for row in issued] == ["2021-01-31", "2021-01-31", *terms, *terms]


async def test_failure_in_batch_costs_no_other_renewal(here: RealTime, shop: Shop) -> None:
    await shop.sells_many(60, BillingModel(BillingCycle.MONTHLY))
    await shop.sells("business")
    await shop.sells_many(60, BillingModel(BillingCycle.MONTHLY))
    await delete_prices(shop)
    here.clock.to(RENEWAL)
    assert await here.work() == 1
    assert [number for number, _, _ in await standing(shop)] == [2] * 60 + [1] + [2] * 60
    numbers = [row.number for row in await here.rows(invoice, shop.partner, "number")]
    assert numbers == [f"INV-{number:06d}" for number in range(1, 121 + 120 + 1)]


async def test_sandbox_clock_passes_failures_and_retries(here: RealTime) -> None:
    shop = await a_shop(here, clock="2021-01-31T12:00:00Z")
    await shop.sells("business")
    await shop.sells("professional")
    await delete_prices(shop)
    await shop.admin.made("advanceClock", {"to": "2021-03-01T00:00:00Z"}, "now")
    assert [row[:2] for row in await standing(shop)] == [(1, NOT_OFFERED), (2, None)]
    await restore_prices(shop)
    here.clock.now += EVERY
    made = await shop.admin.made("advanceClock", {"to": "2021-03-02T00:00:00Z"}, "now renewed")
    assert made["renewed"] == 1
    assert datetime.fromisoformat(made["now"]) == datetime(2021, 3, 2, tzinfo=UTC)
    assert await standing(shop) == [(2, None, None), (2, None, None)]
    renewed = (await here.rows(history, shop.partner, "id"))[-1]
    assert (renewed.at, renewed.actor) == (datetime.fromisoformat(RENEWAL), "system")
