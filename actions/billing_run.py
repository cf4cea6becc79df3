"""What time brings, done in order of time. Source: rules, section 7.

One piece at a time: the invoices of one instant, or the terms that end within one window. A window is
shorter than a day, so that no invoice that it opens can fall due inside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import and_, bindparam, func, or_, select, update

from domain.errors import LifecycleError
from domain.invoices import InvoiceStatus
from domain.lifecycle import Action
from domain.periods import start_of_day
from domain.principal import Actor
from domain.term_end import at_term_end
from models.bulk_write import update_rows, write
from models.engine import is_conflict, is_disconnect
from models.store.invoices import invoice_number, next_numbers
from models.store.lookups import same_partner
from models.store.rows import Entry
from models.store.subscriptions import load_states
from models.store.unit_of_work import Transaction
from models.store.writer import record_all
from models.tables import customer, invoice, partner, subscription

SYSTEM = Actor("system")
BATCH = 1000
WINDOW = timedelta(hours=20)
RETRY = timedelta(minutes=5)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Progress:
    """What was done, up to which instant. `failed` were set aside, to be tried again after RETRY."""

    at: datetime
    renewed: int = 0
    applied: int = 0
    expired: int = 0
    invoices_issued: int = 0
    failed: int = 0

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(
            max(self.at, other.at),
            self.renewed + other.renewed,
            self.applied + other.applied,
            self.expired + other.expired,
            self.invoices_issued + other.invoices_issued,
            self.failed + other.failed,
        )


_CLAIM_PARTNER = (
    select(partner.c.id)
    .where(partner.c.id == bindparam("partner_id"))
    .with_for_update(key_share=True, skip_locked=True)
)
_WAITING = (
    subscription.c.partner_id == bindparam("partner_id"),
    subscription.c.due_at <= bindparam("until"),
    or_(subscription.c.due_retry_at.is_(None), subscription.c.due_retry_at <= bindparam("real_now")),
)
_FIRST_TERM = select(func.min(subscription.c.due_at)).where(*_WAITING)
_TERMS = (
    select(subscription.c.id, subscription.c.due_at)
    .where(*_WAITING)
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


async def claim_partner(tx: Transaction) -> bool:
    """Whether the partner's due work is ours until the commit: one worker at a time keeps its order."""
    found = await tx.connection.execute(_CLAIM_PARTNER, {"partner_id": tx.partner.id})
    return found.first() is not None


async def do_next(tx: Transaction, until: datetime, real_now: datetime) -> Progress | None:
    """The earliest piece of what is due up to `until` (inclusive); None where nothing is."""
    key = {"partner_id": tx.partner.id, "until": until, "real_now": real_now}
    first: datetime | None = (await tx.connection.execute(_FIRST_TERM, key)).scalar()
    pending = await _pending_invoices(tx, until)
    issue_at = min((at for at, _, _ in pending), default=None)
    if issue_at is not None and (first is None or issue_at <= first):
        return await _issue(tx, issue_at, [row for row in pending if row[0] == issue_at])
    if first is None:
        return None
    last = min(until, first + WINDOW)
    if issue_at is not None:
        last = min(last, issue_at - timedelta(microseconds=1))
    rows = (await tx.connection.execute(_TERMS, key | {"until": last})).all()
    return await _end_terms(tx, [(row.id, row.due_at) for row in rows], real_now)


async def _pending_invoices(tx: Transaction, until: datetime) -> list[tuple[datetime, UUID, Any]]:
    """Instant, id and day of the invoices that are to be issued by then."""
    # No zone is a whole day ahead of UTC.
    key = {"partner_id": tx.partner.id, "last_day": (until + timedelta(days=1)).date()}
    rows = (await tx.connection.execute(_PENDING, key)).all()
    due = [(start_of_day(row.due_to_issue_on, row.time_zone), row.id, row.due_to_issue_on) for row in rows]
    return [row for row in due if row[0] <= until]


async def _issue(tx: Transaction, at: datetime, due: Sequence[tuple[datetime, UUID, Any]]) -> Progress:
    numbers = await next_numbers(tx, "invoice", len(due))
    rows = [
        {
            "id": invoice_id,
            "status": InvoiceStatus.ISSUED,
            "due_to_issue_on": None,
            "issued_on": day,
            "number": invoice_number(number),
        }
        for (_, invoice_id, day), number in zip(due, numbers, strict=True)
    ]
    await write(tx.connection, _ISSUE, tx.partner.id, rows)
    return Progress(at, invoices_issued=len(rows))


async def _end_terms(tx: Transaction, due: Sequence[tuple[UUID, datetime]], real_now: datetime) -> Progress:
    """All of them together; should that fail, each half by itself, down to the one that is set aside."""
    try:
        async with tx.connection.begin_nested():
            return await _record(tx, due)
    except Exception as error:
        if is_conflict(error) or is_disconnect(error):
            raise
        if len(due) == 1:
            return await _set_aside(tx, due[0], error, real_now)
    middle = len(due) // 2
    done = await _end_terms(tx, due[:middle], real_now)
    return done + await _end_terms(tx, due[middle:], real_now)


async def _record(tx: Transaction, due: Sequence[tuple[UUID, datetime]]) -> Progress:
    states = await load_states(tx, [subscription_id for subscription_id, _ in due], charges=False)
    entries = [Entry(at_term_end(states[key]), at) for key, at in due]
    await record_all(replace(tx, actor=SYSTEM), entries)
    actions = [entry.decision.action for entry in entries]
    return Progress(
        at=due[-1][1],
        renewed=actions.count(Action.RENEW) + actions.count(Action.CONVERT_TRIAL),
        applied=sum(len(entry.decision.applied) for entry in entries),
        expired=actions.count(Action.EXPIRE),
    )


async def _set_aside(
    tx: Transaction, due: tuple[UUID, datetime], error: Exception, real_now: datetime
) -> Progress:
    subscription_id, at = due
    words = f"{type(error).__name__}: {error}"[:500]
    trace = None if isinstance(error, LifecycleError) else error  # a refusal says all in its words
    log.error("term end failed", subscription=str(subscription_id), due_at=at, error=words, exc_info=trace)
    values = {"due_error": words, "due_retry_at": real_now + RETRY}
    key = {"key_partner_id": tx.partner.id, "key_id": subscription_id}
    await tx.connection.execute(_SET_ASIDE, key | values)
    return Progress(at, failed=1)
