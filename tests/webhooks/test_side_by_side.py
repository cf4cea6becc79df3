"""Many workers at the same time, some of them killed: nothing is lost, out of order or blocked."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tests.webhooks.receiver import Call
from tests.webhooks.webhook_partner import FastClock, WebhookPartner, in_order_of_first_receipt, until

ROOT = Path(__file__).parents[2]
EVENTS = 5
LEASE = 1.5


@contextmanager
def processes(partner: WebhookPartner, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "tests.webhooks.worker_process", partner.url, "1", str(LEASE)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


async def a_crowd(partner: WebhookPartner, subscriptions: int) -> None:
    """Makes that many subscriptions with EVENTS events each."""
    names = [partner.world.subscription, *[await partner.subscribe() for _ in range(subscriptions - 1)]]
    for name in names:
        await partner.change(name, times=EVENTS - 1)


async def check_that_each_was_taken_in_order(partner: WebhookPartner, calls: list[Call]) -> None:
    rows = await partner.rows()
    assert {call.id for call in calls} == {str(row.id) for row in rows}
    taken = in_order_of_first_receipt(calls)
    assert sum(map(len, taken.values())) == len(rows)
    assert all(versions == sorted(versions) for versions in taken.values())
    assert {len(versions) for versions in taken.values()} == {EVENTS}


UNHURRIED = timedelta(hours=1)
"""A lease that does not expire on a busy machine, also if time runs twenty times as fast."""


async def test_ten_workers_deliver_each_once_in_order(partner: WebhookPartner) -> None:
    """One in three fails the first time; time runs twenty times as fast, so that its pause is short."""
    await a_crowd(partner, subscriptions=6)
    await partner.register("hook")
    partner.receiver.answer("hook", 500, once=3)
    async with partner.workers(10, FastClock(20), lease_for=UNHURRIED):
        await partner.all_delivered()
    calls = partner.receiver.calls()
    await check_that_each_was_taken_in_order(partner, calls)
    failed = [call for call in calls if call.status == 500]
    assert len(failed) == 6 * EVENTS // 3
    assert len(calls) == 6 * EVENTS + len(failed)
    assert {row.attempts for row in await partner.rows()} == {1, 2}


async def test_ten_workers_keep_order_at_two_endpoints(partner: WebhookPartner) -> None:
    await a_crowd(partner, subscriptions=4)
    await partner.register("steady")
    await partner.register("shaky")
    partner.receiver.answer("shaky", 500, once=2)
    async with partner.workers(10, FastClock(20), lease_for=UNHURRIED):
        await partner.all_delivered()
    for name in ("steady", "shaky"):
        await check_that_each_was_taken_in_order(partner, partner.receiver.calls(name))
    assert len(partner.receiver.calls("steady")) == 4 * EVENTS


async def test_a_killed_worker_blocks_only_for_its_lease(
    partner: WebhookPartner,
) -> None:
    await partner.change(partner.world.subscription)
    await partner.register("hook")
    partner.receiver.answer("hook", seconds=0.9)
    with processes(partner, 1) as [process]:
        await until(partner.receiver.calls)
        process.kill()
        process.wait()
        partner.receiver.answer("hook")
        other = await partner.subscribe()
        async with partner.workers(1, lease_for=timedelta(seconds=LEASE)):
            await until(lambda: len(partner.receiver.calls()) == 2)
            await partner.all_delivered()
    first, meanwhile, again, last = partner.receiver.calls()
    assert (first.id, first.body) == (again.id, again.body)
    assert meanwhile.content["data"]["subscription"] != first.content["data"]["subscription"]
    assert (again.content["data"]["version"], last.content["data"]["version"]) == (1, 2)
    assert LEASE - 0.5 <= again.at - first.at < LEASE + 1
    assert other


async def test_killed_workers_lose_nothing(partner: WebhookPartner) -> None:
    await a_crowd(partner, subscriptions=3)
    await partner.register("hook")
    partner.receiver.answer("hook", seconds=0.05)
    with processes(partner, 2) as started:
        for number, process in enumerate(started):
            await until(lambda seen=3 * number: len(partner.receiver.calls()) > seen)
            process.kill()
            process.wait()
        async with partner.workers(2, lease_for=timedelta(seconds=LEASE)):
            await partner.all_delivered()
    await check_that_each_was_taken_in_order(partner, partner.receiver.calls())
