"""Several endpoints: each event is once in the outbox, and no endpoint waits for another."""

from typing import Any
from uuid import UUID

import pytest
import structlog

from models.store.unit_of_work import Writing
from tests.api.client import Caller
from tests.webhooks.receiver import Call
from tests.webhooks.webhook_partner import SetClock, WebhookPartner, attempt_when_due, until
from webhooks.deliveries import Delivery, lease
from webhooks.retry_schedule import PAUSES
from workers import webhooks as module

PROVISIONING = """query($id: ID!) { subscription(by: {id: $id}) { provisioning { edges { node {
  id status lastError deliveries { endpoint { id url } status attempts lastError deliveredAt } } } } } }"""


async def provisioning(partner: WebhookPartner, caller: Caller) -> list[dict[str, Any]]:
    """The subscription's events as the caller sees them, latest first."""
    found = await caller.ask(PROVISIONING, id=partner.world.subscription)
    return [edge["node"] for edge in found["subscription"]["provisioning"]["edges"]]


def versions(calls: list[Call]) -> list[int]:
    return [call.content["data"]["version"] for call in calls]


async def test_an_endpoint_that_is_down_delays_no_other(partner: WebhookPartner) -> None:
    await partner.register("down")
    await partner.register("up")
    partner.receiver.answer("down", 500)
    await partner.change(partner.world.subscription, times=3)
    async with partner.worker(SetClock()) as worker:
        while await worker.run_once():
            pass
    assert versions(partner.receiver.calls("up")) == [1, 2, 3, 4]
    assert versions(partner.receiver.calls("down")) == [1]
    assert len(await partner.rows()) == 4
    assert await partner.statuses() == ["PENDING"] * 4


async def test_only_the_failed_endpoint_is_retried(
    partner: WebhookPartner,
) -> None:
    bad, good = await partner.register("bad"), await partner.register("good")
    partner.receiver.answer("bad", 500)
    clock = SetClock()
    async with partner.worker(clock) as worker:
        assert await worker.run_once() == 2
        for _ in PAUSES[1:]:
            await attempt_when_due(worker, clock, partner, bad)
        [action] = await provisioning(partner, partner.world.staff)
        assert (action["status"], action["lastError"]) == ("FAILED", "HTTP 500")
        shown = {delivery["endpoint"]["id"]: delivery for delivery in action["deliveries"]}
        assert shown[bad.id]["endpoint"]["url"] == partner.receiver.url("bad")
        assert [shown[bad.id][name] for name in ("status", "attempts", "lastError", "deliveredAt")] == [
            "FAILED", 10, "HTTP 500", None
        ]  # fmt: skip
        assert [shown[good.id][name] for name in ("status", "attempts", "lastError")] == [
            "DELIVERED",
            1,
            None,
        ]
        [seen] = await provisioning(partner, partner.world.customer_admin)
        assert seen == action | {"deliveries": []}
        partner.receiver.answer("bad")
        await partner.world.staff.made("retryProvisioning", {"id": action["id"]}, "action { id }")
        assert await worker.run_once() == 1
    assert [call.name for call in partner.receiver.calls()][-1] == "bad"
    assert len(partner.receiver.calls("good")) == 1
    assert await partner.statuses() == ["DELIVERED"]


async def test_a_replacement_gets_the_missed_in_order(partner: WebhookPartner) -> None:
    old = await partner.register("old")
    await partner.change(partner.world.subscription)
    partner.receiver.answer("old", 500)
    clock = SetClock()
    async with partner.worker(clock) as worker:
        assert await worker.run_once() == 1
        await partner.register("new")
        await partner.change(partner.world.subscription)
        while await worker.run_once():
            pass
        assert versions(partner.receiver.calls("new")) == [1, 2, 3]
        assert await partner.statuses() == ["PENDING"] * 3
        await partner.world.admin.made("removeWebhookEndpoint", {"id": old.id}, "removedId")
        assert await partner.statuses() == ["DELIVERED"] * 3
        assert await worker.run_once() == 0


async def test_a_new_one_gets_no_event_that_another_has(partner: WebhookPartner) -> None:
    await partner.register("first")
    slow = await partner.register("slow")
    partner.receiver.answer("slow", 500)
    async with partner.worker(SetClock()) as worker:
        assert await worker.run_once() == 2
        await partner.register("late")
        assert await worker.run_once() == 0
        await partner.change(partner.world.subscription)
        assert await worker.run_once() == 2
    assert versions(partner.receiver.calls("late")) == [2]
    assert [row.status for row in await partner.deliveries(slow)] == ["PENDING"] * 2


async def test_events_of_the_removed_only_endpoint_wait(partner: WebhookPartner) -> None:
    only = await partner.register("only")
    await partner.change(partner.world.subscription)
    partner.receiver.answer("only", 500, once=1)
    async with partner.worker(SetClock()) as worker:
        assert await worker.run_once() == 1
        await partner.world.admin.made("removeWebhookEndpoint", {"id": only.id}, "removedId")
        assert await worker.run_once() == 0
        assert [(row.status, row.attempts) for row in await partner.rows()] == [("PENDING", 0)] * 2
        await partner.register("next")
        assert [await worker.run_once() for _ in range(3)] == [1, 1, 0]
    assert versions(partner.receiver.calls("next")) == [1, 2]


async def test_retry_goes_to_the_current_endpoints(
    partner: WebhookPartner,
) -> None:
    gone = await partner.register("gone")
    async with partner.worker(SetClock()) as worker:
        partner.receiver.answer("gone", 500)
        assert await worker.run_once() == 1
        await partner.fail_all()
        await partner.world.admin.made("removeWebhookEndpoint", {"id": gone.id}, "removedId")
        await partner.register("next")
        assert await worker.run_once() == 0
        [action] = await provisioning(partner, partner.world.staff)
        assert action["status"] == "FAILED"
        await partner.world.staff.made("retryProvisioning", {"id": action["id"]}, "action { id }")
        assert await worker.run_once() == 1
    assert [call.name for call in partner.receiver.calls()] == ["gone", "next"]
    assert await partner.statuses() == ["DELIVERED"]


async def test_a_late_answer_of_a_removed_endpoint(partner: WebhookPartner) -> None:
    only = await partner.register("only")
    partner.receiver.answer("only", seconds=0.5)
    async with partner.worker() as worker:
        [leased] = await worker._lease()
        await partner.world.admin.made("removeWebhookEndpoint", {"id": only.id}, "removedId")
        await worker._deliver(leased)
    assert [(row.status, row.dispatched) for row in await partner.rows()] == [("PENDING", False)]


async def test_one_that_hangs_leaves_room_for_others(
    partner: WebhookPartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IN_FLIGHT", 4)
    monkeypatch.setattr(module, "PER_ENDPOINT", 2)
    for _ in range(5):
        await partner.subscribe()
    hanging, good = await partner.register("hanging"), await partner.register("good")
    partner.receiver.answer("hanging", seconds=30)
    async with partner.workers(1):
        await partner.all_delivered(good)
        await until(lambda: partner.receiver.calls("hanging"))
        partner.receiver.kill()
    assert len(partner.receiver.calls("good")) == 6
    assert {row.status for row in await partner.deliveries(hanging)} == {"PENDING"}


async def test_a_defect_at_one_endpoint_delays_no_other(
    partner: WebhookPartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await partner.register("bad"), await partner.register("good")

    async def failing(tx: Writing, endpoint_id: UUID, *rest: Any) -> list[Delivery]:
        if endpoint_id == bad.key:
            raise RuntimeError("a defect")
        return await lease(tx, endpoint_id, *rest)

    monkeypatch.setattr(module, "lease", failing)
    async with partner.worker() as worker:
        with structlog.testing.capture_logs() as logs:
            assert await worker.run_once() == 1
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["deliverer failed"]
    assert [row.status for row in await partner.deliveries(good)] == ["DELIVERED"]


async def test_a_share_for_each_endpoint(partner: WebhookPartner, monkeypatch: pytest.MonkeyPatch) -> None:
    """If there is no room for all deliveries, no endpoint gets all the room."""
    monkeypatch.setattr(module, "IN_FLIGHT", 4)
    for _ in range(5):
        await partner.subscribe()
    await partner.register("one")
    await partner.register("two")
    async with partner.worker() as worker:
        assert await worker.run_once() == 4
    assert [len(partner.receiver.calls(name)) for name in ("one", "two")] == [2, 2]
