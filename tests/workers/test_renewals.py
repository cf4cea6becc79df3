"""Renewal workers: what they skip, their metrics, and how they stop. Rules §7."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from functools import partial
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from domain.periods import BillingCycle, BillingModel
from models.engine import create_engine
from models.tables import customer, history, idempotency, invoice, plan, plan_price, subscription, term
from tests.api.client import Json
from tests.realtime import RealTime, Shop, a_shop, real_time
from workers.renewals import RenewalWorker

RENEWAL = "2021-02-28T00:00:00+00:00"  # of a monthly subscription that was sold on 31 Jan
YEARLY = BillingModel(BillingCycle.YEARLY)
SECONDS = 5  # for a worker to stop
PATIENCE = 60


@pytest.fixture
async def here(database_url: str) -> AsyncIterator[RealTime]:
    async with real_time(database_url, "2021-01-31T12:00:00+00:00") as here:
        yield here


async def terms(shop: Shop) -> list[int]:
    """The number of each subscription's running term."""
    return [row.term_number for row in await shop.here.rows(subscription, shop.partner, "reference")]


async def test_a_worker_leaves_sandboxes_alone(here: RealTime) -> None:
    sandbox = await a_shop(here, clock="2021-01-31T12:00:00Z")
    await sandbox.sells()
    here.clock.to(RENEWAL)
    assert await here.work() == 0
    assert await terms(sandbox) == [1]
    assert (await here.metrics())["tenure_terms_due"] == 0


async def test_ten_workers_share_several_partners(here: RealTime) -> None:
    shops = [await a_shop(here) for _ in range(4)]
    for shop in shops:
        await shop.sells()
        await shop.sells(autoRenewal=False)
    here.clock.to("2021-05-01T12:00:00+00:00")
    await here.work(10)
    for shop in shops:
        assert await terms(shop) == [4, 1]
        actions = [row.action for row in await here.rows(history, shop.partner, "id")]
        assert sorted(actions) == ["CREATE", "CREATE", "EXPIRE", "RENEW", "RENEW", "RENEW"]
        numbers = [row.number for row in await here.rows(invoice, shop.partner, "number")]
        assert numbers == [f"INV-{number:06d}" for number in range(1, 6)]


async def test_a_failing_partner_delays_no_other(here: RealTime) -> None:
    shops = [await a_shop(here, billOnOrderDay=False) for _ in range(3)]
    for shop in shops:
        await shop.sells()
    unknown_zone = update(customer).values(time_zone="Atlantis/Capital")
    await here.change(shops[1].partner, unknown_zone)
    here.clock.to(RENEWAL)
    await here.work()
    assert [await terms(shop) for shop in shops] == [[2], [1], [2]]


async def test_metrics_show_what_is_due_and_how_late(here: RealTime) -> None:
    shop = await a_shop(here)
    await shop.sells("professional")
    await shop.sells("business")
    await shop.sells("professional", "YEARLY")
    before = await here.metrics()
    here.clock.to("2021-02-28T01:00:00+00:00")
    due = await here.metrics()
    business = select(plan.c.id).where(plan.c.code == "business").scalar_subquery()
    await here.change(shop.partner, delete(plan_price).where(plan_price.c.plan_id == business))
    await here.work()
    after = await here.metrics()
    gauges = ("tenure_terms_due", "tenure_oldest_lateness_seconds", "tenure_terms_set_aside")
    assert [tuple(metrics[name] for name in gauges) for metrics in (before, due, after)] == [
        (0, 0, 0),
        (2, 3600, 0),
        (1, 3600, 1),
    ]
    for name, more in {"tenure_terms_renewed_total": 1, "tenure_term_failures_total": 1}.items():
        assert after[name] - before[name] == more


async def test_metrics_count_what_was_done(here: RealTime) -> None:
    shop = await a_shop(here, billOnOrderDay=False, billingDay=15)
    reduced = await shop.sells(quantity=2)
    at_end = {"subscriptionId": reduced, "quantity": 1, "when": {"at": "END_OF_BILLING_PERIOD"}}
    await shop.admin.made("changeQuantity", at_end, "record { id }")
    await shop.sells(autoRenewal=False)
    before = await here.metrics()
    here.clock.to(RENEWAL)
    await here.work()
    after = await here.metrics()
    assert {name: after[name] - before[name] for name in COUNTED} == dict.fromkeys(COUNTED, 1)


COUNTED = (
    "tenure_terms_renewed_total",
    "tenure_scheduled_changes_applied_total",
    "tenure_subscriptions_expired_total",
    "tenure_invoices_issued_total",
)

OVERDUE = "query($id: ID!) { subscription(by: {id: $id}) { actions { action allowed reason { code } } } }"


async def test_an_overdue_subscription_refuses_every_action(here: RealTime) -> None:
    shop = await a_shop(here)
    sold = await shop.sells()
    more = {"subscriptionId": sold, "quantity": 2}
    here.clock.to(RENEWAL)
    [error] = (await shop.admin.do("changeQuantity", more))["userErrors"]
    assert error["code"] == "NOT_ALLOWED_IN_STATUS"
    assert error["message"].startswith("2021-02-28 lies outside the running term, which ends on 2021-02-27.")
    assert error["message"].endswith("its renewal is under way: try again in a moment.")
    actions: list[Json] = (await shop.admin.ask(OVERDUE, id=sold))["subscription"]["actions"]
    assert {row["action"]: row["reason"] for row in actions} == {
        row["action"]: {"code": "NOT_ALLOWED_IN_STATUS"} for row in actions
    }
    await here.work()
    await shop.admin.made("changeQuantity", more, "record { id }")


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(50 * PATIENCE):
        if await condition():
            return
        await asyncio.sleep(1 / 50)
    pytest.fail(f"not within {PATIENCE} seconds")


async def test_a_worker_outlives_the_loss_of_its_connections(here: RealTime) -> None:
    await (await a_shop(here)).sells()
    worker = RenewalWorker(here.url, here.clock, poll=0.02)
    running = asyncio.create_task(worker.run())
    watching = create_engine(here.url, None, pool_size=1)  # as a superuser, who may end other connections

    async def opened(number: int) -> bool:
        async with watching.begin() as connection:
            return bool((await connection.execute(select(subscription.c.term_number))).scalar() == number)

    for number in range(2, 6):
        async with watching.begin() as connection:
            await connection.execute(text(KILL))
        here.clock.now += timedelta(days=31)
        await eventually(partial(opened, number))
    worker.stop()
    await asyncio.wait_for(running, SECONDS)
    await watching.dispose()


KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@asynccontextmanager
async def process(here: RealTime, data_dir: Path) -> AsyncIterator[Process]:
    """Starts `tenure worker`, in the machine's time, and waits until it works."""
    program = Path(sys.executable).with_name("tenure")
    env = os.environ | {"DATABASE_URL": here.url, "DATA_DIR": str(data_dir)}
    started = await asyncio.create_subprocess_exec(program, "worker", env=env, stdout=PIPE, stderr=STDOUT)
    assert started.stdout
    try:
        async with asyncio.timeout(PATIENCE):
            line = b""
            while b"worker started" not in line:
                line = await started.stdout.readline()
                assert line, "ended before it started"
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def stops(started: Process) -> None:
    """Stops it with SIGTERM: it ends within SECONDS, without an error."""
    started.terminate()
    rest, _ = await asyncio.wait_for(started.communicate(), SECONDS)
    assert b"worker stopped" in rest
    assert b"Traceback" not in rest
    assert started.returncode == 0


async def test_a_worker_stops_cleanly_on_sigterm(here: RealTime, tmp_path: Path) -> None:
    here.clock.to("1971-01-31T12:00:00+00:00")
    shop = await a_shop(here)

    async def at_work() -> bool:
        return max(await terms(shop)) > 1

    async with process(here, tmp_path) as idle, process(here, tmp_path) as busy:
        await stops(idle)
        await shop.sells_many(100, YEARLY)
        await eventually(at_work)
        await stops(busy)
    opened = await here.rows(term, shop.partner, "subscription_id", "number")
    assert min(row.term_ends_before for row in await here.rows(subscription, shop.partner)) < date(2020, 1, 1)
    for _, terms_of_one in groupby(opened, attrgetter("subscription_id")):
        for earlier, later in pairwise(terms_of_one):
            assert (later.number, later.starts_on) == (earlier.number + 1, earlier.ends_before)
    numbers = [row.number for row in await here.rows(invoice, shop.partner, "number")]
    assert numbers == [f"INV-{number:06d}" for number in range(1, len(opened) + 1)]


async def test_idempotency_keys_live_three_days(here: RealTime) -> None:
    shop, other = await a_shop(here), await a_shop(here)
    worker = RenewalWorker(here.url, here.clock)

    async def forgotten(after: timedelta) -> int:
        here.clock.to((begins + after).isoformat())
        return await worker.forget()

    begins = here.clock()
    first = await shop.sells(idempotencyKey="order")
    await other.sells(idempotencyKey="order")
    assert await forgotten(timedelta(days=3)) == 0
    assert await shop.sells(idempotencyKey="order") == first
    await other.sells(idempotencyKey="younger")
    assert await forgotten(timedelta(days=3, seconds=1)) == 2
    assert [row.key for row in await here.rows(idempotency, other.partner, "key")] == ["younger"]
    assert await shop.sells(idempotencyKey="order") != first
    await worker.close()
