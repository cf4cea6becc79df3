"""Move a sandbox's clock forward, as long as nothing falls due on the way."""

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, select, update

from actions.loading import same_partner
from actions.setup.instants import utc
from actions.transaction import Transaction
from domain.errors import ErrorCode, LifecycleError
from domain.periods import start_of_day
from models.tables import customer, invoice, partner, subscription
from models.tables.ledger import InvoiceStatus

_FIRST_DUE = (
    select(subscription.c.due_at, subscription.c.reference)
    .where(
        subscription.c.partner_id == bindparam("partner_id"),
        subscription.c.due_at <= bindparam("until"),
    )
    .order_by(subscription.c.due_at, subscription.c.reference)
    .limit(1)
)
# One row for a day in a zone. Which instant that is, the calendar says and not the database.
_PENDING_DAYS = (
    select(invoice.c.due_to_issue_on, customer.c.time_zone, func.min(customer.c.name).label("name"))
    .join(customer, and_(same_partner(customer, invoice), customer.c.id == invoice.c.customer_id))
    .where(
        invoice.c.partner_id == bindparam("partner_id"),
        invoice.c.status == InvoiceStatus.PENDING,
        invoice.c.due_to_issue_on <= bindparam("last_day"),
    )
    .group_by(invoice.c.due_to_issue_on, customer.c.time_zone)
)
_MOVE = update(partner).where(partner.c.id == bindparam("partner_id")).values(clock=bindparam("until"))


async def advance_clock(tx: Transaction, to: datetime) -> datetime:
    """The new time, in UTC. Needs the partner alone. Raises FEATURE_NOT_ALLOWED, INVALID_VALUE."""
    until = utc(to, "to")
    if not tx.partner.sandbox:
        raise LifecycleError(ErrorCode.FEATURE_NOT_ALLOWED, "Only a sandbox has a clock that can be moved.")
    if until <= tx.now:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"The clock stands at {_text(tx.now)}. Choose a later time.", "to"
        )
    if due := await _due(tx, until):
        at, what = min(due)
        raise LifecycleError(
            ErrorCode.FEATURE_NOT_ALLOWED,
            f"{what} at {_text(at)}; renewals are not carried out yet, choose an earlier time.",
            "to",
        )
    await tx.connection.execute(_MOVE, {"partner_id": tx.partner.id, "until": until})
    return until


async def _due(tx: Transaction, until: datetime) -> list[tuple[datetime, str]]:
    """What falls due up to `until`, that included: the first subscription, and all days of invoices."""
    key = {"partner_id": tx.partner.id}
    subscriptions = await tx.connection.execute(_FIRST_DUE, key | {"until": until})
    due = [(row.due_at, f"The subscription {row.reference} falls due") for row in subscriptions]
    # No zone is a whole day ahead of UTC.
    last_day = (until + timedelta(days=1)).date()
    for row in await tx.connection.execute(_PENDING_DAYS, key | {"last_day": last_day}):
        at = start_of_day(row.due_to_issue_on, row.time_zone)
        if at <= until:
            due.append((at, f"The invoice of {row.name} is to be issued"))
    return due


def _text(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
