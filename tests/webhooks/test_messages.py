"""What a receiver gets: Standard Webhooks, the same content in each attempt, only the kinds it takes."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from actions.setup.webhook_endpoints import rotate_secret
from domain.principal import SYSTEM
from models.store.unit_of_work import writing
from tests.webhooks.receiver import Call
from tests.webhooks.webhook_partner import Endpoint, SetClock, WebhookPartner, attempt_when_due, real_clock


def verifies(call: Call, secret: str) -> bool:
    try:
        Webhook(secret).verify(call.body, call.headers)
    except WebhookVerificationError:
        return False
    return True


async def test_a_delivery_is_signed_and_says_what_was_done(partner: WebhookPartner) -> None:
    endpoint = await partner.register("hook")
    async with partner.worker() as worker:
        assert await worker.run_once() == 1
    [call], row = partner.receiver.calls(), await partner.row()
    assert Webhook(endpoint.secret).verify(call.body, call.headers) == call.content
    assert call.headers["Content-Type"] == "application/json"
    assert call.id == str(row.id)
    assert call.content["type"] == "ACTIVATE"
    assert datetime.fromisoformat(call.content["timestamp"]) == row.created_at
    assert call.content["data"] == row.payload
    assert (row.status, row.attempts, row.last_error) == ("DELIVERED", 1, None)


@pytest.mark.parametrize("part", ["body", "webhook-id", "webhook-timestamp", "webhook-signature"])
async def test_a_changed_message_does_not_verify(partner: WebhookPartner, part: str) -> None:
    endpoint = await partner.register("hook")
    async with partner.worker() as worker:
        await worker.run_once()
    [call] = partner.receiver.calls()
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
    partner: WebhookPartner,
) -> None:
    await partner.register("hook")
    partner.receiver.answer("hook", 500)
    clock, times = SetClock(), []
    async with partner.worker(clock) as worker:
        for _ in range(4):
            await attempt_when_due(worker, clock, partner)
            times.append(clock.now)
    calls = partner.receiver.calls()
    assert len({call.body for call in calls}) == len({call.id for call in calls}) == 1
    assert [call.headers["webhook-timestamp"] for call in calls] == [
        str(int(time.timestamp())) for time in times
    ]


async def rotated(partner: WebhookPartner, endpoint: Endpoint, at: datetime) -> str:
    async with writing(partner.engine, partner.partner_id, SYSTEM, real_clock) as tx:
        return (await rotate_secret(tx, endpoint.key, at)).secret


async def test_while_a_rotation_is_young_both_secrets_verify(partner: WebhookPartner) -> None:
    endpoint = await partner.register("hook")
    new = await rotated(partner, endpoint, datetime.now(UTC) - timedelta(hours=23, minutes=59))
    async with partner.worker() as worker:
        await worker.run_once()
    [call] = partner.receiver.calls()
    assert verifies(call, endpoint.secret)
    assert verifies(call, new)
    assert len(call.headers["webhook-signature"].split()) == 2


async def test_after_24_hours_only_the_new_one_does(partner: WebhookPartner) -> None:
    endpoint = await partner.register("hook")
    new = await rotated(partner, endpoint, datetime.now(UTC) - timedelta(hours=24))
    async with partner.worker() as worker:
        await worker.run_once()
    [call] = partner.receiver.calls()
    assert not verifies(call, endpoint.secret)
    assert verifies(call, new)


async def test_after_two_rotations_two_secrets_verify(partner: WebhookPartner) -> None:
    endpoint = await partner.register("hook")
    now = datetime.now(UTC)
    second, third = await rotated(partner, endpoint, now), await rotated(partner, endpoint, now)
    async with partner.worker() as worker:
        await worker.run_once()
    [call] = partner.receiver.calls()
    assert [verifies(call, secret) for secret in (endpoint.secret, second, third)] == [False, True, True]


async def test_an_endpoint_gets_the_kinds_it_takes(partner: WebhookPartner) -> None:
    await partner.register("all")
    await partner.register("settings", kinds=["UPDATE_SETTINGS", "CANCEL"])
    await partner.change(partner.world.subscription, times=2)
    async with partner.worker() as worker:
        while await worker.run_once():
            pass
    kinds = {
        name: [call.content["type"] for call in partner.receiver.calls(name)] for name in ("all", "settings")
    }
    assert kinds["all"] == ["ACTIVATE", "UPDATE_SETTINGS", "UPDATE_SETTINGS"]
    assert kinds["settings"] == ["UPDATE_SETTINGS", "UPDATE_SETTINGS"]


async def test_unwanted_events_delay_nothing(partner: WebhookPartner) -> None:
    await partner.register("settings", kinds=["UPDATE_SETTINGS"])
    await partner.change(partner.world.subscription)
    async with partner.worker() as worker:
        await worker.run_once()
        await worker.run_once()
    assert await partner.statuses() == ["DELIVERED", "DELIVERED"]
    assert [call.content["type"] for call in partner.receiver.calls()] == ["UPDATE_SETTINGS"]


async def test_without_endpoints_it_waits_for_one(partner: WebhookPartner) -> None:
    async with partner.worker() as worker:
        assert await worker.run_once() == 0
        row = await partner.row()
        assert (row.status, row.attempts) == ("PENDING", 0)
        await partner.register("hook")
        assert await worker.run_once() == 1
    assert await partner.statuses() == ["DELIVERED"]


async def test_endpoints_have_their_own_secrets(partner: WebhookPartner) -> None:
    good, bad = await partner.register("good"), await partner.register("bad")
    partner.receiver.answer("bad", 500)
    clock = SetClock()
    async with partner.worker(clock) as worker:
        assert await worker.run_once() == 2
        for _ in range(3):
            await attempt_when_due(worker, clock, partner, bad)
        assert [row.attempts for row in await partner.deliveries(good)] == [1]
        row = await partner.row()
        assert (row.status, row.attempts, row.last_error) == ("PENDING", 4, "HTTP 500")
        partner.receiver.answer("bad")
        await attempt_when_due(worker, clock, partner, bad)
    assert [len(partner.receiver.calls(name)) for name in ("good", "bad")] == [1, 5]
    row = await partner.row()
    assert (row.status, row.attempts, row.last_error) == ("DELIVERED", 5, None)
    [early], [late] = await partner.deliveries(good), await partner.deliveries(bad)
    assert early.delivered_at < late.delivered_at == row.delivered_at
    assert good.secret != bad.secret
