"""A partner's due work: terms that end, and PENDING invoices to be issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select, update

from domain.lines import InvoiceStatus
from domain.periods import start_of_day
from models.bulk_write import update_rows, write
from models.store.invoices import invoice_number, next_numbers
from models.store.lookups import same_partner
from models.store.unit_of_work import Reading, Writing
from models.tables import customer, invoice, partner, subscription

BATCH = 1000


@dataclass(frozen=True)
class DueTerm:
    """A subscription whose term ends at that instant."""

    subscription_id: UUID
    at: datetime


@dataclass(frozen=True)
class DueInvoice:
    """A PENDING invoice to be issued at the instant `at`: the start of its customer's day `on`."""

    invoice_id: UUID
    at: datetime
    on: date


_CLAIM_PARTNER = (
    select(partner.c.id)
    .where(partner.c.id == bindparam("partner_id"))
    .with_for_update(key_share=True, skip_locked=True)
)
_DUE = (
    subscription.c.partner_id == bindparam("partner_id"),
    subscription.c.due_at <= bindparam("until"),
    or_(subscription.c.due_retry_at.is_(None), subscription.c.due_retry_at <= bindparam("real_now")),
)
_FIRST_TERM = select(func.min(subscription.c.due_at)).where(*_DUE)
_TERMS = (
    select(subscription.c.id, subscription.c.due_at)
    .where(*_DUE)
    .order_by(subscription.c.due_at, subscription.c.id)
    .limit(BATCH)
    .with_for_update()
)
_PENDING = (
    select(invoice.c.id, invoice.c.due_to_issue_on, customer.c.time_zone)
    .join(customer, and_(same_partner(customer, invoice), customer.c.id == invoice.c.customer_id))
    .where(
        invoice.c.partner_id == bindparam("partner_id"),
        invoice.c.status == InvoiceStatus.PENDING,
        invoice.c.due_to_issue_on <= bindparam("last_day"),
    )
    .order_by(invoice.c.id)
)
_ISSUE = partial(update_rows, invoice, ("id",))
_SET_ASIDE = update(subscription).where(
    subscription.c.partner_id == bindparam("key_partner_id"), subscription.c.id == bindparam("key_id")
)


async def claim_partner(tx: Writing) -> bool:
    """Locks the partner's due work until the commit, so that one worker at a time does it in order.

    Returns False if another worker has it.
    """
    claimed = await tx.connection.execute(_CLAIM_PARTNER, {"partner_id": tx.partner.id})
    return claimed.first() is not None


async def first_term_end(tx: Reading, until: datetime, real_now: datetime) -> datetime | None:
    """The earliest end of a term up to `until` (inclusive).

    Leaves out terms that are set aside until after `real_now`.
    """
    key = {"partner_id": tx.partner.id, "until": until, "real_now": real_now}
    earliest: datetime | None = (await tx.connection.execute(_FIRST_TERM, key)).scalar()
    return earliest


async def lock_due_terms(tx: Writing, until: datetime, real_now: datetime) -> list[DueTerm]:
    """Locks the first BATCH of the same terms, in order of time."""
    key = {"partner_id": tx.partner.id, "until": until, "real_now": real_now}
    return [DueTerm(row.id, row.due_at) for row in await tx.connection.execute(_TERMS, key)]


async def due_invoices(tx: Reading, until: datetime) -> list[DueInvoice]:
    """The PENDING invoices that are due up to `until` (inclusive)."""
    # No time zone is more than a day ahead of UTC.
    key = {"partner_id": tx.partner.id, "last_day": (until + timedelta(days=1)).date()}
    rows = await tx.connection.execute(_PENDING, key)
    candidates = [
        DueInvoice(row.id, start_of_day(row.due_to_issue_on, row.time_zone), row.due_to_issue_on)
        for row in rows
    ]
    return [due for due in candidates if due.at <= until]


async def issue(tx: Writing, invoices: Sequence[DueInvoice]) -> None:
    numbers = await next_numbers(tx, "invoice", len(invoices))
    rows = [
        {
            "id": due.invoice_id,
            "status": InvoiceStatus.ISSUED,
            "due_to_issue_on": None,
            "issued_on": due.on,
            "number": invoice_number(number),
        }
        for due, number in zip(invoices, numbers, strict=True)
    ]
    await write(tx.connection, _ISSUE, tx.partner.id, rows)


async def set_aside(tx: Writing, subscription_id: UUID, error: str, retry_at: datetime) -> None:
    """Keeps the subscription's term out of the due work until that real time."""
    key = {"key_partner_id": tx.partner.id, "key_id": subscription_id}
    await tx.connection.execute(_SET_ASIDE, key | {"due_error": error, "due_retry_at": retry_at})
