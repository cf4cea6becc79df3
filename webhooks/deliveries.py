"""Leases due deliveries and stores their results. At least once, in order per subscription and endpoint.

One transaction leases a delivery, and another one settles it. It is sent between them, outside of both. If
the process dies before it settles, the lease expires and the delivery is sent again.
"""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, or_, select, tuple_, update

from domain.errors import ErrorCode, LifecycleError, not_found
from domain.provisioning import EndpointStatus, ProvisioningStatus
from models.store.unit_of_work import Writing
from models.tables import delivery, outbox, webhook_endpoint
from webhooks.dispatch import lock_events, release, sum_up
from webhooks.retry_schedule import pause_after

LEASE = timedelta(seconds=60)
"""Longer than an attempt may take."""


@dataclass(frozen=True)
class Target:
    """An endpoint with the secrets that sign, the current one first."""

    endpoint_id: UUID
    url: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """An event for one endpoint. `id` is the event's. `attempts` includes the current attempt."""

    id: UUID
    partner_id: UUID
    kind: str
    created_at: datetime
    payload: dict[str, Any]
    lease: str
    attempts: int
    target: Target


@dataclass(frozen=True)
class Answer:
    """The result of an attempt. `error` None is success; `gone` disables the endpoint."""

    error: str | None = None
    gone: bool = False
    retry_after: timedelta | None = None


_earlier, _undispatched = delivery.alias("earlier"), outbox.alias("undispatched")
_DUE = (
    select(
        delivery.c.attempts,
        outbox.c.id,
        outbox.c.kind,
        outbox.c.created_at,
        outbox.c.payload,
        webhook_endpoint.c.url,
        webhook_endpoint.c.secret,
        webhook_endpoint.c.previous_secret,
        webhook_endpoint.c.previous_until,
    )
    .select_from(delivery)
    .join(outbox, and_(outbox.c.partner_id == delivery.c.partner_id, outbox.c.id == delivery.c.event_id))
    .join(
        webhook_endpoint,
        and_(
            webhook_endpoint.c.partner_id == delivery.c.partner_id,
            webhook_endpoint.c.id == delivery.c.endpoint_id,
        ),
    )
    .where(
        delivery.c.partner_id == bindparam("p"),
        delivery.c.endpoint_id == bindparam("e"),
        delivery.c.status == ProvisioningStatus.PENDING,
        or_(delivery.c.next_at.is_(None), delivery.c.next_at <= bindparam("now")),
        webhook_endpoint.c.status == EndpointStatus.ENABLED,
        ~exists().where(
            _earlier.c.partner_id == delivery.c.partner_id,
            _earlier.c.endpoint_id == delivery.c.endpoint_id,
            _earlier.c.subscription_id == delivery.c.subscription_id,
            _earlier.c.status == ProvisioningStatus.PENDING,
            tuple_(_earlier.c.version, _earlier.c.position) < tuple_(delivery.c.version, delivery.c.position),
        ),
        # Another process may be dispatching an earlier event.
        ~exists().where(
            _undispatched.c.partner_id == delivery.c.partner_id,
            _undispatched.c.subscription_id == delivery.c.subscription_id,
            ~_undispatched.c.dispatched,
            tuple_(_undispatched.c.version, _undispatched.c.position)
            < tuple_(delivery.c.version, delivery.c.position),
        ),
    )
    .order_by(delivery.c.event_id)
    .limit(bindparam("limit"))
    .with_for_update(of=delivery, skip_locked=True)
)
_THIS_DELIVERY = (
    delivery.c.partner_id == bindparam("key_p"),
    delivery.c.event_id == bindparam("key_id"),
    delivery.c.endpoint_id == bindparam("key_e"),
)
_LEASE = update(delivery).where(*_THIS_DELIVERY)
_SETTLE = (
    update(delivery)
    .where(*_THIS_DELIVERY, delivery.c.lease == bindparam("key_lease"))
    .returning(delivery.c.status)
)
_DISABLE = (
    update(webhook_endpoint)
    .where(webhook_endpoint.c.partner_id == bindparam("key_p"), webhook_endpoint.c.id == bindparam("key_e"))
    .values(status=EndpointStatus.DISABLED, disabled_reason="It answered 410 Gone.")
)
_EVENT = (outbox.c.partner_id == bindparam("key_p"), outbox.c.id == bindparam("key_id"))
_LOCK_EVENT = select(outbox.c.status).where(*_EVENT).with_for_update()
_RETRY = (
    update(delivery)
    .where(
        delivery.c.partner_id == bindparam("key_p"),
        delivery.c.event_id == bindparam("key_id"),
        delivery.c.status == ProvisioningStatus.FAILED,
    )
    .values(status=ProvisioningStatus.PENDING, attempts=0, next_at=None, lease=None)
    .returning(delivery.c.endpoint_id)
)
_DISPATCH_AGAIN = (
    update(outbox).where(*_EVENT).values(status=ProvisioningStatus.PENDING, attempts=0, dispatched=False)
)


async def lease(
    tx: Writing, endpoint_id: UUID, real_now: datetime, limit: int, duration: timedelta = LEASE
) -> list[Delivery]:
    """Leases up to `limit` due deliveries to the endpoint, each the first one of its subscription.

    No other process leases them within `duration`.
    """
    values = {"p": tx.partner.id, "e": endpoint_id, "now": real_now, "limit": limit}
    due = (await tx.connection.execute(_DUE, values)).all()
    leased = [_delivery(tx.partner.id, endpoint_id, row, real_now) for row in due]
    if leased:
        rows = [
            _key(item) | {"attempts": item.attempts, "lease": item.lease, "next_at": real_now + duration}
            for item in leased
        ]
        await tx.connection.execute(_LEASE, rows)
    return leased


async def settle(
    tx: Writing, sent: Delivery, answer: Answer, real_now: datetime
) -> ProvisioningStatus | None:
    """Stores the result of an attempt, and returns the delivery's new status.

    Returns None if another attempt has the lease: that attempt counts.
    """
    if answer.gone:
        await tx.connection.execute(_DISABLE, _key(sent))
        await release(tx, sent.target.endpoint_id, real_now)
        return ProvisioningStatus.FAILED
    await lock_events(tx, [sent.id])
    values = _key(sent) | {"key_lease": sent.lease} | _outcome(sent, answer, real_now)
    status: ProvisioningStatus | None = (await tx.connection.execute(_SETTLE, values)).scalar()
    if status is not None:
        await sum_up(tx, [sent.id])
    return status


async def retry_event(tx: Writing, event_id: UUID) -> UUID:
    """Sends a FAILED event again to the endpoints where it failed, from the start of the schedule.

    If those endpoints no longer exist, the current ones get it. Raises NOT_FOUND, NOTHING_TO_CHANGE.
    """
    key = {"key_p": tx.partner.id, "key_id": event_id}
    status = (await tx.connection.execute(_LOCK_EVENT, key)).scalar()
    if status is None:
        raise not_found("provisioning action", "id")
    if status != ProvisioningStatus.FAILED:
        raise LifecycleError(
            ErrorCode.NOTHING_TO_CHANGE, f"It is {status}; only what has FAILED is sent again.", "id"
        )
    if (await tx.connection.execute(_RETRY, key)).all():
        await sum_up(tx, [event_id])
    else:
        await tx.connection.execute(_DISPATCH_AGAIN, key)
    return event_id


def _key(item: Delivery) -> dict[str, Any]:
    return {"key_p": item.partner_id, "key_id": item.id, "key_e": item.target.endpoint_id}


def _delivery(partner_id: UUID, endpoint_id: UUID, row: Any, real_now: datetime) -> Delivery:
    overlapping = row.previous_until is not None and row.previous_until > real_now
    previous = (row.previous_secret,) if overlapping else ()
    target = Target(endpoint_id, row.url, (row.secret, *previous))
    token, attempts = secrets.token_hex(16), row.attempts + 1
    return Delivery(row.id, partner_id, row.kind, row.created_at, row.payload, token, attempts, target)


def _outcome(sent: Delivery, answer: Answer, real_now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"lease": None, "next_at": None, "delivered_at": None}
    if answer.error is None:
        delivered = {"status": ProvisioningStatus.DELIVERED, "delivered_at": real_now, "last_error": None}
        return values | delivered
    values["last_error"] = answer.error
    pause = pause_after(sent.attempts, random.random(), answer.retry_after)  # noqa: S311 - spreads load, hides nothing
    if pause is None:
        return values | {"status": ProvisioningStatus.FAILED}
    return values | {"status": ProvisioningStatus.PENDING, "next_at": real_now + pause}
