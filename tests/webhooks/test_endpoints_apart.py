"""Several endpoints: one event each in the outbox, and nobody waits for another's endpoint."""

from typing import Any
from uuid import UUID

import pytest
import structlog

from models.store.unit_of_work import Transaction
from tests.api.client import Caller
from tests.webhooks.receiving import Call
from tests.webhooks.webhook_partner import SetClock, Stage, attempt_when_due, until
from webhooks.deliveries import Delivery, lease
from webhooks.retry_schedule import PAUSES
from workers import webhooks as module

PROVISIONING = """query($id: ID!) { subscription(by: {id: $id}) { provisioning { edges { node {
  id status lastError deliveries { endpoint { id url } status attempts lastError deliveredAt } } } } } }"""


async def provisioning(stage: Stage, caller: Caller) -> list[dict[str, Any]]:
    """The subscription's, as that caller sees it: the newest first."""
    found = await caller.ask(PROVISIONING, id=stage.world.subscription)
    return [edge["node"] for edge in found["subscription"]["provisioning"]["edges"]]


def versions(calls: list[Call]) -> list[int]:
    return [call.content["data"]["version"] for call in calls]


async def test_an_endpoint_that_is_down_delays_no_other(stage: Stage) -> None:
    await stage.register("down")
    await stage.register("up")
    stage.receiver.answer("down", 500)
    await stage.change(stage.world.subscription, times=3)
    async with stage.deliverer(SetClock()) as deliverer:
        while await deliverer.run_once():
            pass
    assert versions(stage.receiver.calls("up")) == [1, 2, 3, 4]
    assert versions(stage.receiver.calls("down")) == [1]
    assert len(await stage.rows()) == 4
    assert await stage.statuses() == ["PENDING"] * 4


async def test_only_the_failed_endpoint_is_retried(
    stage: Stage,
) -> None:
    bad, good = await stage.register("bad"), await stage.register("good")
    stage.receiver.answer("bad", 500)
    clock = SetClock()
    async with stage.deliverer(clock) as deliverer:
        assert await deliverer.run_once() == 2
        for _ in PAUSES[1:]:
            await attempt_when_due(deliverer, clock, stage, bad)
        [action] = await provisioning(stage, stage.world.staff)
        assert (action["status"], action["lastError"]) == ("FAILED", "HTTP 500")
        shown = {delivery["endpoint"]["id"]: delivery for delivery in action["deliveries"]}
        assert shown[bad.id]["endpoint"]["url"] == stage.receiver.url("bad")
        assert [shown[bad.id][name] for name in ("status", "attempts", "lastError", "deliveredAt")] == [
            "FAILED", 10, "HTTP 500", None
        ]  # fmt: skip
        assert [shown[good.id][name] for name in ("status", "attempts", "lastError")] == [
            "DELIVERED",
            1,
            None,
        ]
        [seen] = await provisioning(stage, stage.world.customer_admin)
        assert seen == action | {"deliveries": []}
        stage.receiver.answer("bad")
        await stage.world.staff.made("retryProvisioning", {"id": action["id"]}, "action { id }")
        assert await deliverer.run_once() == 1
    assert [call.name for call in stage.receiver.calls()][-1] == "bad"
    assert len(stage.receiver.calls("good")) == 1
    assert await stage.statuses() == ["DELIVERED"]


async def test_a_replacement_gets_the_missed_in_order(stage: Stage) -> None:
    old = await stage.register("old")
    await stage.change(stage.world.subscription)
    stage.receiver.answer("old", 500)
    clock = SetClock()
    async with stage.deliverer(clock) as deliverer:
        assert await deliverer.run_once() == 1
        await stage.register("new")
        await stage.change(stage.world.subscription)
        while await deliverer.run_once():
            pass
        assert versions(stage.receiver.calls("new")) == [1, 2, 3]
        assert await stage.statuses() == ["PENDING"] * 3
        await stage.world.admin.made("removeWebhookEndpoint", {"id": old.id}, "removedId")
        assert await stage.statuses() == ["DELIVERED"] * 3
        assert await deliverer.run_once() == 0


async def test_a_new_one_is_not_told_what_another_has_got(stage: Stage) -> None:
    await stage.register("first")
    slow = await stage.register("slow")
    stage.receiver.answer("slow", 500)
    async with stage.deliverer(SetClock()) as deliverer:
        assert await deliverer.run_once() == 2
        await stage.register("late")
        assert await deliverer.run_once() == 0
        await stage.change(stage.world.subscription)
        assert await deliverer.run_once() == 2
    assert versions(stage.receiver.calls("late")) == [2]
    assert [row.status for row in await stage.deliveries(slow)] == ["PENDING"] * 2


async def test_events_of_the_removed_only_endpoint_wait(stage: Stage) -> None:
    only = await stage.register("only")
    await stage.change(stage.world.subscription)
    stage.receiver.answer("only", 500, once=1)
    async with stage.deliverer(SetClock()) as deliverer:
        assert await deliverer.run_once() == 1
        await stage.world.admin.made("removeWebhookEndpoint", {"id": only.id}, "removedId")
        assert await deliverer.run_once() == 0
        assert [(row.status, row.attempts) for row in await stage.rows()] == [("PENDING", 0)] * 2
        await stage.register("next")
        assert [await deliverer.run_once() for _ in range(3)] == [1, 1, 0]
    assert versions(stage.receiver.calls("next")) == [1, 2]


async def test_retry_goes_to_the_current_endpoints(
    stage: Stage,
) -> None:
    gone = await stage.register("gone")
    async with stage.deliverer(SetClock()) as deliverer:
        stage.receiver.answer("gone", 500)
        assert await deliverer.run_once() == 1
        await stage.fail_all()
        await stage.world.admin.made("removeWebhookEndpoint", {"id": gone.id}, "removedId")
        await stage.register("next")
        assert await deliverer.run_once() == 0
        [action] = await provisioning(stage, stage.world.staff)
        assert action["status"] == "FAILED"
        await stage.world.staff.made("retryProvisioning", {"id": action["id"]}, "action { id }")
        assert await deliverer.run_once() == 1
    assert [call.name for call in stage.receiver.calls()] == ["gone", "next"]
    assert await stage.statuses() == ["DELIVERED"]


async def test_a_late_answer_of_a_removed_endpoint(stage: Stage) -> None:
    only = await stage.register("only")
    stage.receiver.answer("only", seconds=0.5)
    async with stage.deliverer() as deliverer:
        [leased] = await deliverer._lease()
        await stage.world.admin.made("removeWebhookEndpoint", {"id": only.id}, "removedId")
        await deliverer._deliver(leased)
    assert [(row.status, row.dispatched) for row in await stage.rows()] == [("PENDING", False)]


async def test_one_that_hangs_leaves_room_for_others(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_FLIGHT", 4)
    monkeypatch.setattr(module, "PER_ENDPOINT", 2)
    for _ in range(5):
        await stage.subscribe()
    hanging, good = await stage.register("hanging"), await stage.register("good")
    stage.receiver.answer("hanging", seconds=30)
    async with stage.deliverers(1):
        await stage.all_delivered(good)
        await until(lambda: stage.receiver.calls("hanging"))
        stage.receiver.kill()
    assert len(stage.receiver.calls("good")) == 6
    assert {row.status for row in await stage.deliveries(hanging)} == {"PENDING"}


async def test_a_defect_at_one_endpoint_delays_no_other(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await stage.register("bad"), await stage.register("good")

    async def failing(tx: Transaction, endpoint_id: UUID, *rest: Any) -> list[Delivery]:
        if endpoint_id == bad.key:
            raise RuntimeError("a defect")
        return await lease(tx, endpoint_id, *rest)

    monkeypatch.setattr(module, "lease", failing)
    async with stage.deliverer() as deliverer:
        with structlog.testing.capture_logs() as logs:
            assert await deliverer.run_once() == 1
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["deliverer failed"]
    assert [row.status for row in await stage.deliveries(good)] == ["DELIVERED"]


async def test_a_share_for_each_endpoint(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is not room for all, no endpoint gets all of it."""
    monkeypatch.setattr(module, "IN_FLIGHT", 4)
    for _ in range(5):
        await stage.subscribe()
    await stage.register("one")
    await stage.register("two")
    async with stage.deliverer() as deliverer:
        assert await deliverer.run_once() == 4
    assert [len(stage.receiver.calls(name)) for name in ("one", "two")] == [2, 2]
