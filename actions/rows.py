"""The rows of a decision: whatever differs between its `before` and `after`. Nothing is written here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, insert, update

from domain.decision import ChangeSource, Decision
from domain.lifecycle import ENDED
from domain.periods import start_of_day
from domain.state import AddOn, AddOnStatus, Scheduled, ScheduledStatus, Subscription
from models.engine import new_id
from models.tables import (
    add_on,
    add_on_record,
    assignee,
    charge_line,
    history,
    outbox,
    phone_number,
    scheduled_change,
    subscription,
    term,
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A decision that was taken, when, and why."""

    decision: Decision
    at: datetime
    reason: str | None = None


def _where(table: Table, *key: str) -> list[Any]:
    return [table.c[name] == bindparam(f"key_{name}") for name in ("partner_id", *key)]


INSERT_SUBSCRIPTION = insert(subscription)
UPDATE_SUBSCRIPTION = update(subscription).where(*_where(subscription, "id"))
INSERT_TERM = insert(term)
UPDATE_TERM = update(term).where(*_where(term, "subscription_id", "number"))
INSERT_ADD_ON = insert(add_on)
UPDATE_ADD_ON = update(add_on).where(*_where(add_on, "id"))
INSERT_ADD_ON_RECORD = insert(add_on_record)
HOLD_NUMBER = update(phone_number).where(*_where(phone_number, "id"))
DELETE_ASSIGNEE = delete(assignee).where(*_where(assignee, "subscription_id", "member_id"))
INSERT_ASSIGNEE = insert(assignee)
SETTLE_SCHEDULED = update(scheduled_change).where(*_where(scheduled_change, "id"))
MOVE_SCHEDULED = update(scheduled_change).where(*_where(scheduled_change, "id"))
INSERT_SCHEDULED = insert(scheduled_change)
INSERT_HISTORY = insert(history)
INSERT_LINE = insert(charge_line)
CLOSE_LINE = update(charge_line).where(*_where(charge_line, "id"))
INSERT_OUTBOX = insert(outbox)

# A row's references come before it; a change that ends makes room before another is scheduled.
ORDER = (
    INSERT_SUBSCRIPTION,
    UPDATE_SUBSCRIPTION,
    INSERT_TERM,
    UPDATE_TERM,
    INSERT_ADD_ON,
    UPDATE_ADD_ON,
    INSERT_ADD_ON_RECORD,
    HOLD_NUMBER,
    DELETE_ASSIGNEE,
    INSERT_ASSIGNEE,
    SETTLE_SCHEDULED,
    MOVE_SCHEDULED,
    INSERT_SCHEDULED,
    INSERT_HISTORY,
    INSERT_LINE,
    CLOSE_LINE,
    INSERT_OUTBOX,
)


class Writes:
    """Rows gathered by statement, so that many decisions cost no more statements than one."""

    def __init__(self, partner_id: UUID) -> None:
        self.partner_id = partner_id
        self.rows: defaultdict[Any, list[Row]] = defaultdict(list)

    def insert(self, statement: Any, **values: Any) -> None:
        self.rows[statement].append({"partner_id": self.partner_id, **values})

    def change(self, statement: Any, key: Mapping[str, Any], **values: Any) -> None:
        keys = {f"key_{name}": value for name, value in key.items()}
        self.rows[statement].append({"key_partner_id": self.partner_id, **keys, **values})


def subscription_rows(writes: Writes, entry: Entry, version: int, reference: str) -> None:
    """The subscription's row and, where it changed, its term's."""
    before, after = entry.decision.before, entry.decision.after
    values = _subscription_values(after) | {"version": version, "reference": reference}
    if before is None:
        writes.insert(INSERT_SUBSCRIPTION, id=after.id, created_at=entry.at, **values)
    else:
        writes.change(UPDATE_SUBSCRIPTION, {"id": after.id}, **values)
    days = {
        "starts_on": after.term.starts_on,
        "ends_before": after.term.ends_before,
        "anchor_day": after.term.anchor_day,
    }
    key = {"subscription_id": after.id, "number": after.term.number}
    if before is None or before.term.number != after.term.number:
        writes.insert(INSERT_TERM, **key, **days)
    elif before.term != after.term:
        writes.change(UPDATE_TERM, key, **days)


def child_rows(writes: Writes, entry: Entry) -> None:
    """Add-ons with their records, numbers, assignees and scheduled changes, as far as they differ."""
    before, after = entry.decision.before, entry.decision.after
    _add_on_rows(writes, entry, before.add_ons if before else (), after.add_ons)
    held = {number.id for number in before.numbers} if before else set()
    wanted = {number.id for number in after.numbers}
    for number_id in sorted(held ^ wanted):
        holder = after.id if number_id in wanted else None
        writes.change(HOLD_NUMBER, {"id": number_id}, subscription_id=holder)
    _assignee_rows(writes, set(before.assignees) if before else set(), after)
    _scheduled_rows(writes, entry, {s.id: s for s in before.scheduled} if before else {})


def _subscription_values(state: Subscription) -> Row:
    ended = state.status in ENDED
    return {
        "customer_id": state.customer.id,
        "plan_id": state.plan.id,
        "contract_id": state.contract.id if state.contract else None,
        "status": state.status,
        "quantity": state.quantity,
        "cycle": state.model.cycle,
        "multiplier": state.model.multiplier,
        "auto_renewal": state.auto_renewal,
        "purchased_on": state.purchased_on,
        "anchor_day": state.anchor_day,
        "term_number": state.term.number,
        "term_starts_on": state.term.starts_on,
        "term_ends_before": state.term.ends_before,
        "term_anchor_day": state.term.anchor_day,
        "trial_ends_before": state.trial_ends_before,
        "ended_on": state.ended_on,
        "settings": dict(state.settings),
        "due_at": None if ended else start_of_day(state.term.ends_before, state.customer.time_zone),
        "due_error": None,
        "due_retry_at": None,
    }


def _add_on_rows(writes: Writes, entry: Entry, before: Iterable[AddOn], after: Iterable[AddOn]) -> None:
    old, new = {a.id: a for a in before}, {a.id: a for a in after}
    # A transfer changes no add-on, but the new owner's records of each begin with it.
    transfer = entry.decision.source is ChangeSource.TRANSFER
    for add_on_id, present in (old | new).items():
        if transfer or old.get(add_on_id) != new.get(add_on_id):
            _add_on_row(writes, entry, present, old.get(add_on_id), new.get(add_on_id))


def _add_on_row(writes: Writes, entry: Entry, present: AddOn, old: AddOn | None, new: AddOn | None) -> None:
    decision = entry.decision
    before, after = old.quantity if old else 0, new.quantity if new else 0
    values = {
        "code": present.offer.code,
        "name": present.offer.name,
        "quantity": after,
        "status": new.status if new else AddOnStatus.CANCELED,
        "ends_before": new.ends_before if new else decision.add_ons_reduced_on or decision.effective_on,
    }
    if old is None:
        writes.insert(INSERT_ADD_ON, id=present.id, subscription_id=decision.after.id, **values)
    else:
        writes.change(UPDATE_ADD_ON, {"id": present.id}, **values)
    if before == after and decision.source is not ChangeSource.TRANSFER:
        return
    reduced_on = decision.add_ons_reduced_on if after < before else None
    writes.insert(
        INSERT_ADD_ON_RECORD,
        id=new_id(),
        add_on_id=present.id,
        customer_id=decision.after.customer.id,
        at=entry.at,
        effective_on=reduced_on or decision.effective_on,
        quantity_before=before,
        quantity_after=after,
        source=decision.source,
        reason=entry.reason,
    )


def _assignee_rows(writes: Writes, before: set[UUID], after: Subscription) -> None:
    for member_id in before - after.assignees.keys():
        writes.change(DELETE_ASSIGNEE, {"subscription_id": after.id, "member_id": member_id})
    for member_id in after.assignees.keys() - before:
        writes.insert(INSERT_ASSIGNEE, subscription_id=after.id, member_id=member_id)


def _scheduled_rows(writes: Writes, entry: Entry, before: Mapping[UUID, Scheduled]) -> None:
    decision = entry.decision
    after = {change.id: change for change in decision.after.scheduled}
    for change_id in before.keys() - after.keys():
        applied = change_id in decision.applied
        status = ScheduledStatus.APPLIED if applied else ScheduledStatus.REVOKED
        writes.change(SETTLE_SCHEDULED, {"id": change_id}, status=status)
    for change in after.values():
        if change.id not in before:
            _scheduled_row(writes, entry, change)
        elif change != before[change.id]:
            writes.change(MOVE_SCHEDULED, {"id": change.id}, effective_on=change.effective_on)


def _scheduled_row(writes: Writes, entry: Entry, change: Scheduled) -> None:
    writes.insert(
        INSERT_SCHEDULED,
        id=change.id,
        subscription_id=entry.decision.after.id,
        add_on_id=change.add_on_id,
        action=change.action,
        effective_on=change.effective_on,
        status=ScheduledStatus.PENDING,
        summary=change.summary,
        reason=change.reason,
        quantity=change.quantity,
        cycle=change.model.cycle if change.model else None,
        multiplier=change.model.multiplier if change.model else None,
        created_at=entry.at,
    )
