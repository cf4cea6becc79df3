"""An event's own row in the outbox: the sum of its deliveries to the endpoints."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, any_, bindparam, case, func, select, update

from domain.provisioning import ProvisioningStatus as Status
from models.store.unit_of_work import Writing
from models.tables import delivery, outbox

MAX_ERROR = 1000

_THESE = (outbox.c.partner_id == bindparam("p"), outbox.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
_LOCK = select(outbox.c.id).where(*_THESE).order_by(outbox.c.id).with_for_update()
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
    .join(delivery, and_(delivery.c.partner_id == outbox.c.partner_id, delivery.c.event_id == outbox.c.id))
    .where(*_THESE)
    .group_by(outbox.c.partner_id, outbox.c.id)
    .subquery()
)
_SUM_UP = (
    update(outbox)
    .where(outbox.c.partner_id == _sums.c.partner_id, outbox.c.id == _sums.c.id)
    .values({name: _sums.c[name] for name in ("status", "attempts", "delivered_at", "last_error")})
)


async def lock_events(tx: Writing, events: Sequence[UUID]) -> None:
    """Before their deliveries change, so that of two who change them the later one sums up both."""
    await tx.connection.execute(_LOCK, {"p": tx.partner.id, "ids": events})


async def sum_up(tx: Writing, events: Sequence[UUID]) -> None:
    """FAILED if a delivery has, else PENDING if one is, else DELIVERED. Those without any stay as they are.

    The errors do not name their endpoints: the customer's side reads them too.
    """
    await tx.connection.execute(_SUM_UP, {"p": tx.partner.id, "ids": events})
