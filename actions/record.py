"""The one writer: carries decisions out, all of each, in the transaction that is under way.

No action writes for itself, so none can forget its history, its lines, its invoice or its outbox rows.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from actions.invoicing import bill, next_numbers
from actions.rows import (
    CLOSE_LINE,
    INSERT_HISTORY,
    INSERT_LINE,
    INSERT_OUTBOX,
    ORDER,
    Entry,
    Writes,
    child_rows,
    subscription_rows,
)
from actions.transaction import Transaction
from domain.changes import field_changes
from domain.decision import Decision
from domain.lines import CLOSING_KINDS, Line
from models.engine import new_id
from models.notifications import notify
from models.tables.ledger import ProvisioningStatus


@dataclass(frozen=True)
class Recorded:
    """Where the outcome stands: ids of the rows written; None where the action made no such row."""

    subscription_id: UUID
    record_id: UUID
    invoice_id: UUID | None
    scheduled_change_id: UUID | None


async def record(tx: Transaction, decision: Decision, reason: str | None) -> Recorded:
    """Writes one decision, taken now."""
    [recorded] = await record_all(tx, [Entry(decision, tx.now, reason)])
    return recorded


async def record_all(tx: Transaction, entries: Sequence[Entry]) -> list[Recorded]:
    """Writes decisions about different subscriptions, in as many statements as one of them needs."""
    new = [entry for entry in entries if entry.decision.before is None]
    numbers = iter(await next_numbers(tx, "subscription", len(new)))
    invoice_ids = await bill(tx, entries)
    writes, done = Writes(tx.partner.id), []
    for entry, invoice_id in zip(entries, invoice_ids, strict=True):
        before, after = entry.decision.before, entry.decision.after
        reference = before.reference if before else f"S-{next(numbers):06d}"
        version = before.version + 1 if before else 1
        subscription_rows(writes, entry, version, reference)
        child_rows(writes, entry)
        record_id = _history_row(writes, tx.actor.name, entry, version)
        if invoice_id:
            _line_rows(writes, entry.decision, record_id, invoice_id)
        _outbox_rows(writes, entry, version, reference)
        done.append(Recorded(after.id, record_id, invoice_id, _scheduled_change(entry.decision)))
    for statement in ORDER:
        if rows := writes.rows.get(statement):
            await tx.connection.execute(statement, rows)
    await notify(tx.connection, tx.partner.id, [recorded.record_id for recorded in done])
    return done


def _history_row(writes: Writes, actor: str, entry: Entry, version: int) -> UUID:
    decision, record_id = entry.decision, new_id()
    writes.insert(
        INSERT_HISTORY,
        id=record_id,
        subscription_id=decision.after.id,
        customer_id=decision.after.customer.id,
        version=version,
        action=decision.action,
        at=entry.at,
        effective_on=decision.effective_on,
        actor=actor,
        reason=entry.reason,
        summary=decision.summary,
        changes=[asdict(change) for change in field_changes(decision.before, decision.after)],
    )
    return record_id


def _line_rows(writes: Writes, decision: Decision, record_id: UUID, invoice_id: UUID) -> None:
    for position, line in enumerate(decision.lines):
        writes.insert(
            INSERT_LINE,
            subscription_id=decision.after.id,
            record_id=record_id,
            invoice_id=invoice_id,
            term_number=decision.after.term.number,
            position=position,
            closed=False,
            **line_values(line),
        )
        if line.kind in CLOSING_KINDS:
            writes.change(CLOSE_LINE, {"id": line.reverses}, closed=True)


def line_values(line: Line) -> dict[str, Any]:
    """A line's own columns."""
    return {
        "id": new_id(),
        "reverses_id": line.reverses,
        "kind": line.kind,
        "item_kind": line.item.kind,
        "item_code": line.item.code,
        "item_name": line.item.name,
        "starts_on": line.period.starts_on,
        "ends_before": line.period.ends_before,
        "anchor_day": line.period.anchor_day,
        "quantity": line.quantity,
        "numerator": line.fraction.numerator,
        "denominator": line.fraction.denominator,
        "cycle_months": line.cycle_months,
        "unit_price": line.unit.price,
        "price": line.amount.price,
        "unit_cost": line.unit.cost,
        "cost": line.amount.cost,
    }


def _outbox_rows(writes: Writes, entry: Entry, version: int, reference: str) -> None:
    decision = entry.decision
    common = {"subscription": reference, "version": version, "effectiveOn": decision.effective_on}
    for position, provision in enumerate(decision.provisioning):
        writes.insert(
            INSERT_OUTBOX,
            id=new_id(),
            subscription_id=decision.after.id,
            customer_id=decision.after.customer.id,
            version=version,
            position=position,
            kind=provision.kind,
            payload={**common, **provision.payload},
            status=ProvisioningStatus.PENDING,
            attempts=0,
            created_at=entry.at,
        )


def _scheduled_change(decision: Decision) -> UUID | None:
    """The change that was scheduled; else the one that was revoked."""
    before = [change.id for change in decision.before.scheduled] if decision.before else []
    after = [change.id for change in decision.after.scheduled]
    new, gone = [i for i in after if i not in before], [i for i in before if i not in after]
    return next(iter(new + gone), None)
