"""Writes the rows of a subscription: whatever differs between a decision's `before` and `after`."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, insert, literal, update
from sqlalchemy.dialects.postgresql import insert as upsert

from actions.transaction import Transaction
from domain.decision import ChangeSource, Decision
from domain.lifecycle import ENDED
from domain.periods import start_of_day
from domain.state import AddOn, AddOnStatus, Scheduled, ScheduledStatus, Subscription
from models.engine import new_id
from models.tables import (
    add_on,
    add_on_record,
    assignee,
    counter,
    phone_number,
    scheduled_change,
    subscription,
    term,
)


def _update(table: Table, *key: str, **values: Any) -> Any:
    """An UPDATE of one row by its key; parameters are named `key_<column>`."""
    where = [table.c[name] == bindparam(f"key_{name}") for name in ("partner_id", *key)]
    return update(table).where(*where).values(**values)


_COUNT = (
    upsert(counter)
    .values(value=1)
    .on_conflict_do_update(
        index_elements=["partner_id", "name"], set_={"value": counter.c.value + literal(1)}
    )
    .returning(counter.c.value)
)
_INSERT_SUBSCRIPTION = insert(subscription)
_UPDATE_SUBSCRIPTION = _update(subscription, "id")
_INSERT_TERM = insert(term)
_UPDATE_TERM = _update(term, "subscription_id", "number")
_INSERT_ADD_ON = insert(add_on)
_UPDATE_ADD_ON = _update(add_on, "id")
_INSERT_ADD_ON_RECORD = insert(add_on_record)
_UPDATE_NUMBER = _update(phone_number, "id")
_INSERT_ASSIGNEE = insert(assignee)
_DELETE_ASSIGNEE = delete(assignee).where(
    assignee.c.partner_id == bindparam("key_partner_id"),
    assignee.c.subscription_id == bindparam("key_subscription_id"),
    assignee.c.member_id == bindparam("key_member_id"),
)
_INSERT_SCHEDULED = insert(scheduled_change)
_UPDATE_SCHEDULED = _update(scheduled_change, "id")


async def next_number(tx: Transaction, name: str) -> int:
    """The next of the partner's own numbers, from 1, without gaps: its row is locked until the commit."""
    result = await tx.connection.execute(_COUNT, {"partner_id": tx.partner.id, "name": name})
    return int(result.scalar_one())


def subscription_values(state: Subscription) -> dict[str, Any]:
    """The subscription's own columns, but for the version and the instant of creation."""
    ended = state.status in ENDED
    return {
        "customer_id": state.customer.id,
        "plan_id": state.plan.id,
        "contract_id": state.contract.id if state.contract else None,
        "reference": state.reference,
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
    }


async def write_subscription(tx: Transaction, decision: Decision, values: dict[str, Any]) -> None:
    """The subscription's row and, where it changed, its term's."""
    before, after = decision.before, decision.after
    if before is None:
        own = {"partner_id": tx.partner.id, "id": after.id, "created_at": tx.now}
        await tx.connection.execute(_INSERT_SUBSCRIPTION, values | own)
    else:
        await tx.connection.execute(_UPDATE_SUBSCRIPTION, values | _key(tx, id=after.id))
    days = {
        "starts_on": after.term.starts_on,
        "ends_before": after.term.ends_before,
        "anchor_day": after.term.anchor_day,
    }
    if before is None or before.term.number != after.term.number:
        own = {"partner_id": tx.partner.id, "subscription_id": after.id, "number": after.term.number}
        await tx.connection.execute(_INSERT_TERM, days | own)
    elif before.term != after.term:
        key = _key(tx, subscription_id=after.id, number=after.term.number)
        await tx.connection.execute(_UPDATE_TERM, days | key)


async def write_children(tx: Transaction, decision: Decision, reason: str | None) -> None:
    """Add-ons with their records, numbers, assignees and scheduled changes, as far as they differ."""
    before, after = decision.before, decision.after
    old = {a.id: a for a in before.add_ons} if before else {}
    new = {a.id: a for a in after.add_ons}
    for add_on_id in [*new, *(gone for gone in old if gone not in new)]:
        # A transfer changes no add-on, but the new owner's records of each begin with it.
        if old.get(add_on_id) != new.get(add_on_id) or decision.source is ChangeSource.TRANSFER:
            await _write_add_on(tx, decision, old.get(add_on_id), new.get(add_on_id), reason)
    held = {n.id for n in before.numbers} if before else set()
    wanted = {n.id for n in after.numbers}
    for number_id in sorted(held ^ wanted):
        holder = after.id if number_id in wanted else None
        await tx.connection.execute(_UPDATE_NUMBER, {"subscription_id": holder} | _key(tx, id=number_id))
    await _write_assignees(tx, set(before.assignees) if before else set(), after)
    await _write_scheduled(tx, {s.id: s for s in before.scheduled} if before else {}, decision)


async def _write_add_on(
    tx: Transaction, decision: Decision, old: AddOn | None, new: AddOn | None, reason: str | None
) -> None:
    present = new or old
    if present is None:
        raise ValueError("an add-on is there before, after, or both")
    quantity = new.quantity if new else 0
    values = {
        "code": present.offer.code,
        "name": present.offer.name,
        "quantity": quantity,
        "status": new.status if new else AddOnStatus.CANCELED,
        "ends_before": new.ends_before if new else decision.effective_on,
    }
    if old is None:
        own = {"partner_id": tx.partner.id, "id": present.id, "subscription_id": decision.after.id}
        await tx.connection.execute(_INSERT_ADD_ON, values | own)
    else:
        await tx.connection.execute(_UPDATE_ADD_ON, values | _key(tx, id=present.id))
    quantity_before = old.quantity if old else 0
    if quantity_before == quantity and decision.source is not ChangeSource.TRANSFER:
        return
    reduced = quantity < quantity_before
    record = {
        "partner_id": tx.partner.id,
        "id": new_id(),
        "add_on_id": present.id,
        "customer_id": decision.after.customer.id,
        "at": tx.now,
        "effective_on": (decision.add_ons_reduced_on if reduced else None) or decision.effective_on,
        "quantity_before": quantity_before,
        "quantity_after": quantity,
        "source": decision.source,
        "reason": reason,
    }
    await tx.connection.execute(_INSERT_ADD_ON_RECORD, record)


async def _write_assignees(tx: Transaction, before: set[UUID], after: Subscription) -> None:
    new = [
        {"partner_id": tx.partner.id, "subscription_id": after.id, "member_id": member_id}
        for member_id in after.assignees
        if member_id not in before
    ]
    gone = [
        _key(tx, subscription_id=after.id, member_id=member_id)
        for member_id in before
        if member_id not in after.assignees
    ]
    if new:
        await tx.connection.execute(_INSERT_ASSIGNEE, new)
    if gone:
        await tx.connection.execute(_DELETE_ASSIGNEE, gone)


async def _write_scheduled(tx: Transaction, before: dict[UUID, Scheduled], decision: Decision) -> None:
    after = {change.id: change for change in decision.after.scheduled}
    for change in after.values():
        if change.id not in before:
            await tx.connection.execute(_INSERT_SCHEDULED, _scheduled_values(tx, decision, change))
        elif change != before[change.id]:
            moved = {"effective_on": change.effective_on} | _key(tx, id=change.id)
            await tx.connection.execute(_UPDATE_SCHEDULED, moved)
    for change_id in before:
        if change_id not in after:
            settled = {"status": decision.settles_scheduled_as} | _key(tx, id=change_id)
            await tx.connection.execute(_UPDATE_SCHEDULED, settled)


def _scheduled_values(tx: Transaction, decision: Decision, change: Scheduled) -> dict[str, Any]:
    return {
        "partner_id": tx.partner.id,
        "id": change.id,
        "subscription_id": decision.after.id,
        "add_on_id": change.add_on_id,
        "action": change.action,
        "effective_on": change.effective_on,
        "status": ScheduledStatus.PENDING,
        "summary": change.summary,
        "reason": change.reason,
        "quantity": change.quantity,
        "cycle": change.model.cycle if change.model else None,
        "multiplier": change.model.multiplier if change.model else None,
        "created_at": tx.now,
    }


def _key(tx: Transaction, **values: Any) -> dict[str, Any]:
    return {"key_partner_id": tx.partner.id, **{f"key_{name}": value for name, value in values.items()}}
