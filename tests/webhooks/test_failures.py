"""Failures at a receiver: the schedule, FAILED, and retries."""

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.webhooks.webhook_partner import SetClock, WebhookPartner, attempt_when_due, until
from webhooks.deliveries import LEASE
from webhooks.retry_schedule import JITTER, PAUSES

RETRY = ("retryProvisioning", "action { id status attempts lastError }")
PROVISIONING = """query($id: ID!) { subscription(by: {id: $id}) {
  provisioning { edges { node { id status attempts lastError deliveredAt } } } } }"""


async def provisioning(partner: WebhookPartner) -> list[dict[str, object]]:
    """The subscription's events as the API shows them, latest first."""
    found = await partner.world.admin.ask(PROVISIONING, id=partner.world.subscription)
    return [edge["node"] for edge in found["subscription"]["provisioning"]["edges"]]


async def test_it_fails_after_ten_scheduled_attempts(partner: WebhookPartner) -> None:
    await partner.register("hook")
    partner.receiver.answer("hook", 500)
    clock = SetClock()
    async with partner.worker(clock) as worker:
        pauses = [await attempt_when_due(worker, clock, partner) for _ in PAUSES]
        clock.now += timedelta(days=365)
        assert await worker.run_once() == 0
    for pause, planned in zip(pauses, PAUSES, strict=True):
        assert planned * (1 - JITTER) <= pause <= planned * (1 + JITTER)
    assert len(partner.receiver.calls()) == 10
    [shown] = await provisioning(partner)
    assert (shown["status"], shown["attempts"], shown["lastError"]) == ("FAILED", 10, "HTTP 500")
    row = await partner.delivery()
    assert (row.status, row.lease, row.next_at, row.delivered_at) == ("FAILED", None, None, None)


async def test_a_retry_begins_the_schedule_again(partner: WebhookPartner) -> None:
    await partner.register("hook")
    partner.receiver.answer("hook", 500)
    await partner.fail_all()
    await partner.change(partner.world.subscription)
    clock = SetClock()
    async with partner.worker(clock) as worker:
        assert await worker.run_once() == 1  # the change: the earlier event has FAILED
        await partner.fail_all()
        failed = (await provisioning(partner))[-1]
        again = (await partner.world.staff.made(RETRY[0], {"id": failed["id"]}, RETRY[1]))["action"]
        assert (again["status"], again["attempts"]) == ("PENDING", 0)
        assert await worker.run_once() == 1
        [_, first] = await provisioning(partner)
        assert (first["status"], first["attempts"]) == ("PENDING", 1)
        partner.receiver.answer("hook")
        clock.now += timedelta(seconds=6)
        assert await worker.run_once() == 1
    [_, first] = await provisioning(partner)
    assert (first["status"], first["attempts"], first["lastError"]) == ("DELIVERED", 2, None)


async def test_a_failure_delays_only_its_subscription(partner: WebhookPartner) -> None:
    await partner.register("hook")
    await partner.change(partner.world.subscription)
    await partner.subscribe()
    partner.receiver.answer("hook", 500, once=1)
    clock = SetClock()
    async with partner.worker(clock) as worker:
        assert [await worker.run_once() for _ in range(2)] == [2, 0]
        clock.now += timedelta(seconds=6)
        assert [await worker.run_once() for _ in range(3)] == [2, 1, 0]
        clock.now += timedelta(seconds=6)
        assert await worker.run_once() == 1
    assert await partner.statuses() == ["DELIVERED"] * 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_a_failure_and_is_not_followed(partner: WebhookPartner, status: int) -> None:
    await partner.register("hook")
    partner.receiver.answer("hook", status, Location=partner.receiver.url("elsewhere"))
    async with partner.worker() as worker:
        await worker.run_once()
    assert [call.name for call in partner.receiver.calls()] == ["hook"]
    row = await partner.row()
    assert (row.status, row.last_error) == ("PENDING", f"HTTP {status}")


async def test_410_disables_the_endpoint(partner: WebhookPartner) -> None:
    endpoint = await partner.register("hook")
    partner.receiver.answer("hook", 410)
    clock = SetClock()
    async with partner.worker(clock) as worker:
        assert await worker.run_once() == 1
        clock.now += timedelta(days=2)
        assert await worker.run_once() == 0
        query = "{ webhookEndpoints { edges { node { id status disabledReason } } } }"
        [edge] = (await partner.world.admin.ask(query))["webhookEndpoints"]["edges"]
        assert edge["node"] == {
            "id": endpoint.id, "status": "DISABLED", "disabledReason": "It answered 410 Gone."
        }  # fmt: skip
        await partner.register("other")
        assert await worker.run_once() == 1
    assert [call.name for call in partner.receiver.calls()] == ["hook", "other"]
    assert await partner.statuses() == ["DELIVERED"]


async def test_410_of_one_endpoint_spares_the_other(partner: WebhookPartner) -> None:
    await partner.register("gone")
    await partner.register("good")
    partner.receiver.answer("gone", 410)
    clock = SetClock()
    async with partner.worker(clock) as worker:
        await worker.run_once()
        clock.now += timedelta(minutes=1)
        await worker.run_once()
    assert await partner.statuses() == ["DELIVERED"]
    assert sorted(call.name for call in partner.receiver.calls()) == ["gone", "good"]


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("120", 120, 120),
        ("1", 4.5, 5.5),
        ("999999999", 86_400, 86_400),
        ("in 10 minutes", 600, 600),
        ("yesterday", 4.5, 5.5),
        ("soon", 4.5, 5.5),
    ],
)
async def test_a_longer_retry_after_counts_up_to_a_day(
    partner: WebhookPartner, header: str, least: float, most: float
) -> None:
    clock = SetClock()
    dates = {"in 10 minutes": timedelta(minutes=10), "yesterday": timedelta(days=-1)}
    if header in dates:
        header = format_datetime(clock.now + dates[header], usegmt=True)
    await partner.register("hook")
    partner.receiver.answer("hook", 503, Retry_After=header)
    async with partner.worker(clock) as worker:
        await worker.run_once()
    pause = (await partner.delivery()).next_at - clock.now
    assert timedelta(seconds=least) <= pause <= timedelta(seconds=most)


async def test_a_hanging_endpoint_delays_no_other(partner: WebhookPartner) -> None:
    await partner.register("slow")
    good = await partner.register("good")
    partner.receiver.answer("slow", seconds=30)
    loop = asyncio.get_running_loop()
    async with partner.worker(timeout=0.5) as worker:
        began = loop.time()
        await worker.run_once()
        assert 0.5 <= loop.time() - began < 5
    row = await partner.row()
    assert (row.status, row.last_error) == ("PENDING", "no answer within 0.5 seconds")
    assert [row.status for row in await partner.deliveries(good)] == ["DELIVERED"]


async def test_a_restarted_receiver_misses_nothing(partner: WebhookPartner) -> None:
    await partner.register("hook")
    await partner.change(partner.world.subscription, times=2)
    partner.receiver.answer("hook", seconds=30)
    clock = SetClock()
    async with partner.worker(clock) as worker:
        sending = asyncio.create_task(worker.run_once())
        await until(partner.receiver.calls)
        partner.receiver.kill()
        await sending
        assert (await partner.rows())[0].last_error == "RemoteProtocolError"
        clock.now += timedelta(seconds=6)
        await worker.run_once()
        assert (await partner.rows())[0].last_error == "ConnectError"
        partner.receiver.answer("hook")
        partner.receiver.start()
        clock.now += timedelta(seconds=400)
        assert [await worker.run_once() for _ in range(4)] == [1, 1, 1, 0]
    rows, calls = await partner.rows(), partner.receiver.calls()
    assert [call.id for call in calls[1:]] == [str(row.id) for row in rows]
    assert calls[0].id == calls[1].id
    assert [row.status for row in rows] == ["DELIVERED"] * 3


async def test_an_expired_lease_settles_nothing(partner: WebhookPartner) -> None:
    """The first attempt's answer comes after a second attempt has begun: the second attempt counts."""
    await partner.register("hook")
    partner.receiver.answer("hook", 500, seconds=1)
    clock = SetClock()
    async with partner.worker(clock) as slow, partner.worker(clock) as quick:
        sending = asyncio.create_task(slow.run_once())
        await until(partner.receiver.calls)
        clock.now += LEASE - timedelta(seconds=1)
        assert await quick.run_once() == 0
        clock.now += timedelta(seconds=1)
        partner.receiver.answer("hook")
        assert await quick.run_once() == 1
        await sending
    row = await partner.row()
    assert (row.status, row.attempts, row.last_error) == ("DELIVERED", 2, None)
