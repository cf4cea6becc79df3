"""Does what time brings, in order of time. Source: rules §7.

One piece at a time: the invoices of one instant, or the terms that end within one window. A window is
shorter than a day, so that no invoice that it opens can fall due inside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from domain.errors import LifecycleError
from domain.lifecycle import Action
from domain.principal import Actor
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

SYSTEM = Actor("system")
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


async def do_next(tx: Writing, until: datetime, real_now: datetime) -> Progress | None:
    """The earliest piece of what is due up to `until` (inclusive); None where nothing is."""
    first = await first_term_end(tx, until, real_now)
    invoices = await due_invoices(tx, until)
    issue_at = min((due.at for due in invoices), default=None)
    if issue_at is not None and (first is None or issue_at <= first):
        now_due = [due for due in invoices if due.at == issue_at]
        await issue(tx, now_due)
        return Progress(issue_at, invoices_issued=len(now_due))
    if first is None:
        return None
    last = min(until, first + WINDOW)
    if issue_at is not None:
        last = min(last, issue_at - timedelta(microseconds=1))
    return await _end_terms(tx, await lock_due_terms(tx, last, real_now), real_now)


async def _end_terms(tx: Writing, due: Sequence[DueTerm], real_now: datetime) -> Progress:
    """All of them together; if that fails, each half separately, down to the one that is set aside."""
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


async def _record(tx: Writing, due: Sequence[DueTerm]) -> Progress:
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
    trace = None if isinstance(error, LifecycleError) else error  # a refusal's message says all
    log.error(
        "term end failed",
        subscription=str(due.subscription_id),
        due_at=due.at,
        error=message,
        exc_info=trace,
    )
    await set_aside(tx, due.subscription_id, message, real_now + RETRY)
    return Progress(due.at, failed=1)
