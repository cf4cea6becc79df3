"""Creates an event's deliveries, one for each endpoint that takes its kind, and sums them up in its row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from domain.provisioning import EndpointStatus
from domain.provisioning import ProvisioningStatus as Status
from models.store.unit_of_work import Writing
from models.tables import delivery, outbox, webhook_endpoint

BATCH = 500
"""Events that one transaction dispatches."""

MAX_ERROR = 1000
"""Characters of an event's `last_error`."""

_THESE_EVENTS = (
    outbox.c.partner_id == bindparam("p"),
    outbox.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
)
_of_event = (delivery.c.partner_id == outbox.c.partner_id, delivery.c.event_id == outbox.c.id)
_is_enabled = (
    webhook_endpoint.c.partner_id == bindparam("p"),
    webhook_endpoint.c.status == EndpointStatus.ENABLED,
)
# A shared lock: no endpoint is removed or disabled while it gets deliveries.
_ENDPOINTS = select(webhook_endpoint.c.id).where(*_is_enabled).with_for_update(read=True)
_OTHERS = select(webhook_endpoint.c.id).where(*_is_enabled, webhook_endpoint.c.id != bindparam("e")).limit(1)
_UNDISPATCHED = (
    select(outbox.c.id)
    .where(outbox.c.partner_id == bindparam("p"), ~outbox.c.dispatched)
    .order_by(outbox.c.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)
_takes_kind = and_(
    webhook_endpoint.c.partner_id == outbox.c.partner_id,
    webhook_endpoint.c.status == EndpointStatus.ENABLED,
    or_(webhook_endpoint.c.kinds.is_(None), webhook_endpoint.c.kinds.has_key(outbox.c.kind)),
)
_new_rows = select(
    outbox.c.partner_id,
    outbox.c.id,
    webhook_endpoint.c.id,
    outbox.c.subscription_id,
    outbox.c.version,
    outbox.c.position,
    literal(Status.PENDING.value),
    literal(0),
).join(webhook_endpoint, _takes_kind)
_NAMES = (
    "partner_id", "event_id", "endpoint_id", "subscription_id", "version", "position", "status", "attempts",
)  # fmt: skip


def _insert(rows: Any) -> Any:
    return insert(delivery).from_select(_NAMES, rows).on_conflict_do_nothing()


_ADD_FOR_ALL = _insert(_new_rows.where(*_THESE_EVENTS))
_ADD_FOR_ONE = _insert(
    _new_rows.where(
        outbox.c.partner_id == bindparam("p"),
        outbox.c.dispatched,
        outbox.c.status == Status.PENDING,
        webhook_endpoint.c.id == bindparam("e"),
        ~exists().where(*_of_event, delivery.c.status == Status.DELIVERED),
    )
)
_has_pending = exists().where(*_of_event, delivery.c.status == Status.PENDING)
_DISPATCHED = (
    update(outbox)
    .where(*_THESE_EVENTS)
    .values(
        dispatched=True,
        status=case((_has_pending, Status.PENDING), else_=Status.DELIVERED),
        delivered_at=case((~_has_pending, bindparam("now", type_=outbox.c.delivered_at.type))),
    )
)
_undelivered = (
    delivery.c.partner_id == bindparam("p"),
    delivery.c.endpoint_id == bindparam("e"),
    delivery.c.status != Status.DELIVERED,
)
_UNDELIVERED_EVENTS = select(delivery.c.event_id).where(*_undelivered)
_REMOVE = delete(delivery).where(*_undelivered)
_ORPHANS = update(outbox).where(
    *_THESE_EVENTS, outbox.c.status == Status.PENDING, ~exists().where(*_of_event)
)

_LOCK = select(outbox.c.id).where(*_THESE_EVENTS).order_by(outbox.c.id).with_for_update()
_failed, _pending = (func.bool_or(delivery.c.status == status) for status in (Status.FAILED, Status.PENDING))
_all_delivered = func.bool_and(delivery.c.status == Status.DELIVERED)
_errors = func.string_agg(delivery.c.last_error.distinct(), "; ")
_sums = (
    select(
        outbox.c.partner_id,
        outbox.c.id,
        case((_failed, Status.FAILED), (_pending, Status.PENDING), else_=Status.DELIVERED).label("status"),
        func.max(delivery.c.attempts).label("attempts"),
        case((_all_delivered, func.max(delivery.c.delivered_at))).label("delivered_at"),
        func.left(_errors, MAX_ERROR).label("last_error"),
    )
    .join(delivery, and_(*_of_event))
    .where(*_THESE_EVENTS)
    .group_by(outbox.c.partner_id, outbox.c.id)
    .subquery()
)
_SUM_UP = (
    update(outbox)
    .where(outbox.c.partner_id == _sums.c.partner_id, outbox.c.id == _sums.c.id)
    .values({name: _sums.c[name] for name in ("status", "attempts", "delivered_at", "last_error")})
)


async def dispatch(tx: Writing, real_now: datetime) -> int:
    """Creates the deliveries of up to BATCH new events, and returns the number of events.

    Without endpoints, events wait. An event whose kind no endpoint takes is DELIVERED at once.
    """
    own = {"p": tx.partner.id}
    if not (await tx.connection.execute(_ENDPOINTS, own)).all():
        return 0
    events = list((await tx.connection.execute(_UNDISPATCHED, own)).scalars())
    if events:
        await tx.connection.execute(_ADD_FOR_ALL, own | {"ids": events})
        await tx.connection.execute(_DISPATCHED, own | {"ids": events, "now": real_now})
    return len(events)


async def backfill(tx: Writing, endpoint_id: UUID) -> None:
    """Creates a new endpoint's deliveries of dispatched events that are PENDING and that nobody received."""
    await tx.connection.execute(_ADD_FOR_ONE, {"p": tx.partner.id, "e": endpoint_id})


async def release(tx: Writing, endpoint_id: UUID, real_now: datetime) -> None:
    """Removes the endpoint's deliveries that are not DELIVERED. The endpoint must be locked.

    An event without other deliveries becomes DELIVERED. If no other endpoint is enabled, it waits for one.
    """
    own = {"p": tx.partner.id, "e": endpoint_id}
    events = list((await tx.connection.execute(_UNDELIVERED_EVENTS, own)).scalars())
    await lock_events(tx, events)
    await tx.connection.execute(_REMOVE, own)
    await sum_up(tx, events)
    key = {"p": tx.partner.id, "ids": events}
    if (await tx.connection.execute(_OTHERS, own)).first():
        done = _ORPHANS.values(status=Status.DELIVERED, delivered_at=real_now)
        await tx.connection.execute(done, key)
    else:
        await tx.connection.execute(_ORPHANS.values(dispatched=False, attempts=0), key)


async def lock_events(tx: Writing, events: Sequence[UUID]) -> None:
    """Locks the events before their deliveries change, so that the later of two changes sums up both."""
    await tx.connection.execute(_LOCK, {"p": tx.partner.id, "ids": events})


async def sum_up(tx: Writing, events: Sequence[UUID]) -> None:
    """FAILED if a delivery is FAILED, else PENDING if one is, else DELIVERED; unchanged without deliveries.

    The errors do not name endpoints, because customers read them too.
    """
    await tx.connection.execute(_SUM_UP, {"p": tx.partner.id, "ids": events})
