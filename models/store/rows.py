"""The rows of a decision: everything that differs between its `before` and its `after`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.decision import ChangeSource, Decision
from domain.history import field_changes
from domain.lifecycle import ENDED
from domain.lines import Line
from domain.periods import Term, start_of_day
from domain.subscription import AddOn, AddOnStatus, Scheduled, ScheduledStatus, Subscription
from models.engine import new_id
from models.store.writes import (
    DELETE_ASSIGNEE,
    HOLD_NUMBER,
    INSERT_ADD_ON,
    INSERT_ADD_ON_RECORD,
    INSERT_ASSIGNEE,
    INSERT_HISTORY,
    INSERT_LINE,
    INSERT_SCHEDULED,
    INSERT_SUBSCRIPTION,
    INSERT_TERM,
    MOVE_SCHEDULED,
    SETTLE_SCHEDULED,
    UPDATE_ADD_ON,
    UPDATE_SUBSCRIPTION,
    UPDATE_TERM,
    Row,
    TableBatch,
    Writes,
)


@dataclass(frozen=True)
class Entry:
    """One record of the history: a decision, when it was made, and why."""

    decision: Decision
    at: datetime
    reason: str | None = None
    id: UUID = field(default_factory=new_id)

    @property
    def version(self) -> int:
        """The subscription's version after the decision."""
        return (self.decision.before or self.decision.after).version + 1


def subscription_rows(writes: Writes, entry: Entry) -> None:
    """The subscription's row, and its term's row if the term changed."""
    before, after = entry.decision.before, entry.decision.after
    values = _subscription_values(after) | {"version": entry.version}
    if before is None:
        writes.add(INSERT_SUBSCRIPTION, id=after.id, created_at=entry.at, **values)
    else:
        writes.add(UPDATE_SUBSCRIPTION, id=after.id, **values)
    if before is None or before.term.number != after.term.number:
        term_row(writes, INSERT_TERM, after.id, after.term)
    elif before.term != after.term:
        term_row(writes, UPDATE_TERM, after.id, after.term)


def term_row(writes: Writes, batch: TableBatch, subscription_id: UUID, term: Term) -> None:
    writes.add(
        batch,
        subscription_id=subscription_id,
        number=term.number,
        starts_on=term.starts_on,
        ends_before=term.ends_before,
        anchor_day=term.anchor_day,
    )


def history_row(writes: Writes, entry: Entry, actor: str) -> None:
    decision = entry.decision
    writes.add(
        INSERT_HISTORY,
        id=entry.id,
        subscription_id=decision.after.id,
        customer_id=decision.after.customer.id,
        version=entry.version,
        action=decision.action,
        at=entry.at,
        effective_on=decision.effective_on,
        actor=actor,
        reason=entry.reason,
        summary=decision.summary,
        changes=[vars(change) for change in field_changes(decision.before, decision.after)],
    )


def line_row(writes: Writes, line: Line, **place: Any) -> UUID:
    """Adds a charge line and returns its id. `place` has the columns that say where the line belongs."""
    line_id = new_id()
    writes.add(
        INSERT_LINE,
        **place,
        id=line_id,
        reverses_id=line.reverses,
        kind=line.kind,
        item_kind=line.item.kind,
        item_code=line.item.code,
        item_name=line.item.name,
        starts_on=line.period.starts_on,
        ends_before=line.period.ends_before,
        anchor_day=line.period.anchor_day,
        quantity=line.quantity,
        numerator=line.fraction.numerator,
        denominator=line.fraction.denominator,
        cycle_months=line.cycle_months,
        unit_price=line.unit.price,
        price=line.amount.price,
        unit_cost=line.unit.cost,
        cost=line.amount.cost,
    )
    return line_id


def child_rows(writes: Writes, entry: Entry) -> None:
    """The rows of add-ons, their records, numbers, assignees and scheduled changes that differ."""
    before, after = entry.decision.before, entry.decision.after
    _add_on_rows(writes, entry)
    for name, rows_of in _CHILDREN.items():
        # An unchanged part is the same object.
        if before is None or getattr(before, name) is not getattr(after, name):
            rows_of(writes, before, entry)


def _subscription_values(state: Subscription) -> Row:
    ended = state.status in ENDED
    return {
        "reference": state.reference,
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


def _add_on_rows(writes: Writes, entry: Entry) -> None:
    before, after = entry.decision.before, entry.decision.after
    old = {a.id: a for a in before.add_ons} if before else {}
    new = {a.id: a for a in after.add_ons}
    # A transfer changes no add-on, but starts the new owner's records of each.
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
        writes.add(INSERT_ADD_ON, id=present.id, subscription_id=decision.after.id, **values)
    else:
        writes.add(UPDATE_ADD_ON, id=present.id, **values)
    if before == after and decision.source is not ChangeSource.TRANSFER:
        return
    reduced_on = decision.add_ons_reduced_on if after < before else None
    writes.add(
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


def _number_rows(writes: Writes, before: Subscription | None, entry: Entry) -> None:
    after = entry.decision.after
    old = {number.id for number in before.numbers} if before else set()
    new = {number.id for number in after.numbers}
    for number_id in sorted(old ^ new):
        writes.add(HOLD_NUMBER, id=number_id, subscription_id=after.id if number_id in new else None)


def _assignee_rows(writes: Writes, before: Subscription | None, entry: Entry) -> None:
    after = entry.decision.after
    old = before.assignees.keys() if before else set()
    for member_id in old - after.assignees.keys():
        writes.add(DELETE_ASSIGNEE, subscription_id=after.id, member_id=member_id)
    for member_id in after.assignees.keys() - old:
        writes.add(INSERT_ASSIGNEE, subscription_id=after.id, member_id=member_id)


def _scheduled_rows(writes: Writes, before: Subscription | None, entry: Entry) -> None:
    decision = entry.decision
    old = {change.id: change for change in before.scheduled} if before else {}
    new = {change.id: change for change in decision.after.scheduled}
    for change_id in old.keys() - new.keys():
        applied = change_id in decision.applied
        status = ScheduledStatus.APPLIED if applied else ScheduledStatus.REVOKED
        writes.add(SETTLE_SCHEDULED, id=change_id, status=status)
    for change in new.values():
        if change.id not in old:
            _scheduled_row(writes, entry, change)
        elif change != old[change.id]:
            writes.add(MOVE_SCHEDULED, id=change.id, effective_on=change.effective_on)


def _scheduled_row(writes: Writes, entry: Entry, change: Scheduled) -> None:
    writes.add(
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


_CHILDREN: Mapping[str, Callable[[Writes, Subscription | None, Entry], None]] = {
    "numbers": _number_rows,
    "assignees": _assignee_rows,
    "scheduled": _scheduled_rows,
}
