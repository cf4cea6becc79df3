"""What a receiver gets: Standard Webhooks, the same content each time, to those who asked for it."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from actions.billing_run import SYSTEM
from actions.setup.webhook_endpoints import rotate_secret
from models.store.unit_of_work import transaction
from tests.webhooks.receiving import Call
from tests.webhooks.webhook_partner import Endpoint, SetClock, Stage, attempt_when_due, real_clock


def verifies(call: Call, secret: str) -> bool:
    try:
        Webhook(secret).verify(call.body, call.headers)
    except WebhookVerificationError:
        return False
    return True


async def test_a_delivery_is_signed_and_says_what_was_done(stage: Stage) -> None:
    endpoint = await stage.register("hook")
    async with stage.deliverer() as deliverer:
        assert await deliverer.run_once() == 1
    [call], row = stage.receiver.calls(), await stage.row()
    assert Webhook(endpoint.secret).verify(call.body, call.headers) == call.content
    assert call.headers["Content-Type"] == "application/json"
    assert call.id == str(row.id)
    assert call.content["type"] == "ACTIVATE"
    assert datetime.fromisoformat(call.content["timestamp"]) == row.created_at
    assert call.content["data"] == row.payload
    assert (row.status, row.attempts, row.last_error) == ("DELIVERED", 1, None)


@pytest.mark.parametrize("part", ["body", "webhook-id", "webhook-timestamp", "webhook-signature"])
async def test_what_was_touched_does_not_verify(stage: Stage, part: str) -> None:
    endpoint = await stage.register("hook")
    async with stage.deliverer() as deliverer:
        await deliverer.run_once()
    [call] = stage.receiver.calls()
    assert verifies(call, endpoint.secret)
    assert not verifies(call, "whsec_" + "A" * 44)
    changed = dict(call.headers)
    if part == "webhook-timestamp":
        changed[part] = str(int(changed[part]) + 1)
    elif part in changed:
        changed[part] = changed[part][:10] + changed[part][10:].swapcase()
    body = call.body + (" " if part == "body" else "")
    assert not verifies(Call(call.name, changed, body, call.at, call.status), endpoint.secret)


async def test_only_the_timestamp_differs_between_attempts(
    stage: Stage,
) -> None:
    await stage.register("hook")
    stage.receiver.answer("hook", 500)
    clock, times = SetClock(), []
    async with stage.deliverer(clock) as deliverer:
        for _ in range(4):
            await attempt_when_due(deliverer, clock, stage)
            times.append(clock.now)
    calls = stage.receiver.calls()
    assert len({call.body for call in calls}) == len({call.id for call in calls}) == 1
    assert [call.headers["webhook-timestamp"] for call in calls] == [
        str(int(time.timestamp())) for time in times
    ]


async def rotated(stage: Stage, endpoint: Endpoint, at: datetime) -> str:
    async with transaction(stage.engine, stage.partner, SYSTEM, real_clock) as tx:
        return (await rotate_secret(tx, endpoint.key, at)).secret


async def test_while_a_rotation_is_young_both_secrets_verify(stage: Stage) -> None:
    endpoint = await stage.register("hook")
    new = await rotated(stage, endpoint, datetime.now(UTC) - timedelta(hours=23, minutes=59))
    async with stage.deliverer() as deliverer:
        await deliverer.run_once()
    [call] = stage.receiver.calls()
    assert verifies(call, endpoint.secret)
    assert verifies(call, new)
    assert len(call.headers["webhook-signature"].split()) == 2


async def test_after_24_hours_only_the_new_one_does(stage: Stage) -> None:
    endpoint = await stage.register("hook")
    new = await rotated(stage, endpoint, datetime.now(UTC) - timedelta(hours=24))
    async with stage.deliverer() as deliverer:
        await deliverer.run_once()
    [call] = stage.receiver.calls()
    assert not verifies(call, endpoint.secret)
    assert verifies(call, new)


async def test_after_two_rotations_two_secrets_verify(stage: Stage) -> None:
    endpoint = await stage.register("hook")
    now = datetime.now(UTC)
    second, third = await rotated(stage, endpoint, now), await rotated(stage, endpoint, now)
    async with stage.deliverer() as deliverer:
        await deliverer.run_once()
    [call] = stage.receiver.calls()
    assert [verifies(call, secret) for secret in (endpoint.secret, second, third)] == [False, True, True]


async def test_an_endpoint_gets_the_kinds_it_asked_for(stage: Stage) -> None:
    await stage.register("all")
    await stage.register("settings", kinds=["UPDATE_SETTINGS", "CANCEL"])
    await stage.change(stage.world.subscription, times=2)
    async with stage.deliverer() as deliverer:
        while await deliverer.run_once():
            pass
    kinds = {
        name: [call.content["type"] for call in stage.receiver.calls(name)] for name in ("all", "settings")
    }
    assert kinds["all"] == ["ACTIVATE", "UPDATE_SETTINGS", "UPDATE_SETTINGS"]
    assert kinds["settings"] == ["UPDATE_SETTINGS", "UPDATE_SETTINGS"]


async def test_unwanted_events_delay_nothing(stage: Stage) -> None:
    await stage.register("settings", kinds=["UPDATE_SETTINGS"])
    await stage.change(stage.world.subscription)
    async with stage.deliverer() as deliverer:
        await deliverer.run_once()
        await deliverer.run_once()
    assert await stage.statuses() == ["DELIVERED", "DELIVERED"]
    assert [call.content["type"] for call in stage.receiver.calls()] == ["UPDATE_SETTINGS"]


async def test_without_endpoints_it_waits_for_one(stage: Stage) -> None:
    async with stage.deliverer() as deliverer:
        assert await deliverer.run_once() == 0
        row = await stage.row()
        assert (row.status, row.attempts) == ("PENDING", 0)
        await stage.register("hook")
        assert await deliverer.run_once() == 1
    assert await stage.statuses() == ["DELIVERED"]


async def test_endpoints_have_their_own_secrets(stage: Stage) -> None:
    good, bad = await stage.register("good"), await stage.register("bad")
    stage.receiver.answer("bad", 500)
    clock = SetClock()
    async with stage.deliverer(clock) as deliverer:
        assert await deliverer.run_once() == 2
        for _ in range(3):
            await attempt_when_due(deliverer, clock, stage, bad)
        assert [row.attempts for row in await stage.deliveries(good)] == [1]
        row = await stage.row()
        assert (row.status, row.attempts, row.last_error) == ("PENDING", 4, "HTTP 500")
        stage.receiver.answer("bad")
        await attempt_when_due(deliverer, clock, stage, bad)
    assert [len(stage.receiver.calls(name)) for name in ("good", "bad")] == [1, 5]
    row = await stage.row()
    assert (row.status, row.attempts, row.last_error) == ("DELIVERED", 5, None)
    [told], [told_late] = await stage.deliveries(good), await stage.deliveries(bad)
    assert told.delivered_at < told_late.delivered_at == row.delivered_at
    assert good.secret != bad.secret
