"""Ends terms and issues invoices when they are due, in order of time. Source: rules §7.

It works in pieces. A piece is the invoices of one instant, or the terms that end within one window. A window
is shorter than a day: an invoice that it opens is due after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from domain.errors import LifecycleError
from domain.lifecycle import Action
from domain.principal import SYSTEM
from domain.renewal import at_term_end
from models.engine import is_conflict, is_disconnect
from models.store.due_work import (
    DueTerm,
    due_invoices,
    first_term_end,
    issue,
    lock_due_terms,
    set_aside,
)
from models.store.rows import Entry
from models.store.subscriptions import load_states
from models.store.unit_of_work import Writing
from models.store.writer import record_all

WINDOW = timedelta(hours=20)
RETRY = timedelta(minutes=5)
"""The pause before a failed term end is tried again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Progress:
    """What was done, up to the instant `at`. `failed` counts terms that are tried again after RETRY."""

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


async def do_next(tx: Writing, until: datetime, real_now: datetime) -> Progress | None:
    """Does the earliest piece that is due up to `until` (inclusive). Returns None if nothing is due."""
    first_end = await first_term_end(tx, until, real_now)
    invoices = await due_invoices(tx, until)
    issue_at = min((invoice.at for invoice in invoices), default=None)
    if issue_at is not None and (first_end is None or issue_at <= first_end):
        earliest = [invoice for invoice in invoices if invoice.at == issue_at]
        await issue(tx, earliest)
        return Progress(issue_at, invoices_issued=len(earliest))
    if first_end is None:
        return None
    window_end = min(until, first_end + WINDOW)
    if issue_at is not None:
        window_end = min(window_end, issue_at - timedelta(microseconds=1))
    return await _end_terms(tx, await lock_due_terms(tx, window_end, real_now), real_now)


async def _end_terms(tx: Writing, due: Sequence[DueTerm], real_now: datetime) -> Progress:
    """Ends all terms together. If that fails, ends each half separately, until one term fails alone."""
    try:
        async with tx.connection.begin_nested():
            return await _record_term_ends(tx, due)
    except Exception as error:
        if is_conflict(error) or is_disconnect(error):
            raise
        if len(due) == 1:
            return await _set_aside(tx, due[0], error, real_now)
    middle = len(due) // 2
    done = await _end_terms(tx, due[:middle], real_now)
    return done + await _end_terms(tx, due[middle:], real_now)


async def _record_term_ends(tx: Writing, due: Sequence[DueTerm]) -> Progress:
    states = await load_states(tx, [term.subscription_id for term in due], charges=False)
    entries = [Entry(at_term_end(states[term.subscription_id]), term.at) for term in due]
    await record_all(replace(tx, actor=SYSTEM), entries)
    actions = [entry.decision.action for entry in entries]
    return Progress(
        at=due[-1].at,
        renewed=actions.count(Action.RENEW) + actions.count(Action.CONVERT_TRIAL),
        applied=sum(len(entry.decision.applied) for entry in entries),
        expired=actions.count(Action.EXPIRE),
    )


async def _set_aside(tx: Writing, due: DueTerm, error: Exception, real_now: datetime) -> Progress:
    message = f"{type(error).__name__}: {error}"[:500]
    trace = None if isinstance(error, LifecycleError) else error  # a refusal needs no traceback
    log.error(
        "term end failed",
        subscription=str(due.subscription_id),
        due_at=due.at,
        error=message,
        exc_info=trace,
    )
    await set_aside(tx, due.subscription_id, message, real_now + RETRY)
    return Progress(due.at, failed=1)
