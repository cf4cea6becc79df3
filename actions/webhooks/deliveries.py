"""Which deliveries are due, and what became of them. At least once, in order per subscription.

A delivery is leased in one transaction, sent outside any, and acknowledged in another: a process that
dies in between leaves a lease that runs out, and the delivery is sent again.
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, exists, or_, select, tuple_, update

from actions.transaction import Transaction
from domain.deliveries import pause_after
from domain.errors import ErrorCode, LifecycleError, not_found
from models.tables import outbox, webhook_endpoint
from models.tables.ledger import ProvisioningStatus
from models.tables.webhooks import EndpointStatus

LEASE = timedelta(seconds=60)
"""Longer than an attempt may take."""


@dataclass(frozen=True)
class Target:
    """An endpoint that still has to be told, with the secrets that sign: the present one first."""

    endpoint_id: UUID
    url: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    id: UUID
    partner_id: UUID
    subscription_id: UUID
    kind: str
    created_at: datetime
    payload: dict[str, Any]
    lease: str
    attempts: int
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Answer:
    """What an endpoint answered: `error` None is success. `gone` disables the endpoint."""

    endpoint_id: UUID
    error: str | None = None
    gone: bool = False
    retry_after: timedelta | None = None


_earlier = outbox.alias("earlier")
_ENDPOINTS = select(webhook_endpoint).where(
    webhook_endpoint.c.partner_id == bindparam("p"),
    webhook_endpoint.c.status == EndpointStatus.ENABLED,
)
_DUE = (
    select(outbox)
    .where(
        outbox.c.partner_id == bindparam("p"),
        outbox.c.status == ProvisioningStatus.PENDING,
        or_(outbox.c.next_at.is_(None), outbox.c.next_at <= bindparam("now")),
        ~exists().where(
            _earlier.c.partner_id == outbox.c.partner_id,
            _earlier.c.subscription_id == outbox.c.subscription_id,
            _earlier.c.status == ProvisioningStatus.PENDING,
            tuple_(_earlier.c.version, _earlier.c.position) < tuple_(outbox.c.version, outbox.c.position),
        ),
    )
    .order_by(outbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=outbox, skip_locked=True)
)
_MINE = (outbox.c.partner_id == bindparam("key_p"), outbox.c.id == bindparam("key_id"))
_LEASE = update(outbox).where(*_MINE)
_LEASED = (
    select(outbox.c.delivered_to).where(*_MINE, outbox.c.lease == bindparam("key_lease")).with_for_update()
)
_SETTLE = update(outbox).where(*_MINE, outbox.c.lease == bindparam("key_lease"))
_DISABLE = (
    update(webhook_endpoint)
    .where(webhook_endpoint.c.partner_id == bindparam("key_p"), webhook_endpoint.c.id == bindparam("key_id"))
    .values(status=EndpointStatus.DISABLED, disabled_reason="It answered 410 Gone.")
)
_RETRY = (
    update(outbox)
    .where(*_MINE, outbox.c.status == ProvisioningStatus.FAILED)
    .values(status=ProvisioningStatus.PENDING, attempts=0, next_at=None, lease=None)
    .returning(outbox.c.id)
)
_FIND = select(outbox.c.status).where(*_MINE)


async def lease(
    tx: Transaction, real_now: datetime, limit: int, duration: timedelta = LEASE
) -> list[Delivery]:
    """Up to `limit` deliveries that are due, each the first of its subscription; ours for that long.

    What no endpoint wants is marked DELIVERED: there is nobody to tell.
    """
    endpoints = (await tx.connection.execute(_ENDPOINTS, {"p": tx.partner.id})).all()
    if not endpoints:
        return []
    due = await tx.connection.execute(_DUE, {"p": tx.partner.id, "now": real_now, "limit": limit})
    leased: list[Delivery] = []
    rows: list[dict[str, Any]] = []
    for row in due:
        delivery = _delivery(row, endpoints, real_now)
        wanted = bool(delivery.targets)
        if wanted:
            leased.append(delivery)
        rows.append(
            {
                "key_p": tx.partner.id,
                "key_id": row.id,
                "attempts": delivery.attempts if wanted else row.attempts,
                "lease": delivery.lease if wanted else None,
                "next_at": real_now + duration if wanted else None,
                "status": ProvisioningStatus.PENDING if wanted else ProvisioningStatus.DELIVERED,
                "delivered_at": None if wanted else real_now,
            }
        )
    if rows:
        await tx.connection.execute(_LEASE, rows)
    return leased


async def settle(
    tx: Transaction, delivery: Delivery, answers: Sequence[Answer], real_now: datetime
) -> ProvisioningStatus | None:
    """Writes down what came of an attempt: the status now; None where the lease had run out, so that
    another attempt is the one that counts.
    """
    for answer in answers:
        if answer.gone:
            await tx.connection.execute(_DISABLE, {"key_p": tx.partner.id, "key_id": answer.endpoint_id})
    key = {"key_p": tx.partner.id, "key_id": delivery.id}
    leased = key | {"key_lease": delivery.lease}
    current = (await tx.connection.execute(_LEASED, leased)).first()
    if current is None:
        return None
    values = _outcome(delivery, answers, real_now)
    told = [str(answer.endpoint_id) for answer in answers if answer.error is None]
    values["delivered_to"] = sorted({*current.delivered_to, *told})
    await tx.connection.execute(_SETTLE, leased | values)
    status: ProvisioningStatus = values["status"]
    return status


async def retry_delivery(tx: Transaction, delivery_id: UUID) -> UUID:
    """Sends a FAILED one again, from the start of the schedule. Raises NOT_FOUND, NOTHING_TO_CHANGE."""
    key = {"key_p": tx.partner.id, "key_id": delivery_id}
    if (await tx.connection.execute(_RETRY, key)).first():
        return delivery_id
    row = (await tx.connection.execute(_FIND, key)).first()
    if row is None:
        raise not_found("provisioning action", "id")
    raise LifecycleError(
        ErrorCode.NOTHING_TO_CHANGE, f"It is {row.status}; only what has FAILED is sent again.", "id"
    )


def _delivery(row: Row[Any], endpoints: Sequence[Row[Any]], real_now: datetime) -> Delivery:
    told = set(row.delivered_to)
    targets = tuple(
        _target(endpoint, real_now)
        for endpoint in endpoints
        if str(endpoint.id) not in told and (endpoint.kinds is None or row.kind in endpoint.kinds)
    )
    return Delivery(
        row.id,
        row.partner_id,
        row.subscription_id,
        row.kind,
        row.created_at,
        row.payload,
        secrets.token_hex(16),
        row.attempts + 1,
        targets,
    )


def _target(endpoint: Row[Any], real_now: datetime) -> Target:
    overlapping = endpoint.previous_until is not None and endpoint.previous_until > real_now
    previous = (endpoint.previous_secret,) if overlapping else ()
    return Target(endpoint.id, endpoint.url, (endpoint.secret, *previous))


def _outcome(delivery: Delivery, answers: Sequence[Answer], real_now: datetime) -> dict[str, Any]:
    errors = [answer.error for answer in answers if answer.error]
    values: dict[str, Any] = {"lease": None, "next_at": None, "last_error": None, "delivered_at": None}
    if not errors:
        return values | {"status": ProvisioningStatus.DELIVERED, "delivered_at": real_now}
    values["last_error"] = "; ".join(errors)[:1000]
    asked = max((answer.retry_after for answer in answers if answer.retry_after), default=None)
    pause = pause_after(delivery.attempts, random.random(), asked)  # noqa: S311 - spreads load, hides nothing
    if pause is None:
        return values | {"status": ProvisioningStatus.FAILED}
    return values | {"status": ProvisioningStatus.PENDING, "next_at": real_now + pause}
