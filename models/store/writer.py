"""The one writer: carries decisions out, all of each, in the transaction that is under way.

No action writes for itself, so none can forget its history, its lines, its invoice or its outbox rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.decision import Decision
from domain.history import field_changes
from domain.lines import CLOSING_KINDS, Line
from domain.provisioning import ProvisioningStatus
from models.engine import new_id
from models.notifications import NOTIFY, notify, words_of
from models.store.invoices import bill, next_numbers
from models.store.meanwhile import in_strides, meanwhile
from models.store.rows import (
    CLOSE_LINE,
    INSERT_HISTORY,
    INSERT_LINE,
    INSERT_OUTBOX,
    Entry,
    Writes,
    child_rows,
    subscription_rows,
)
from models.store.unit_of_work import Transaction


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
    """Writes decisions about different subscriptions, in as many statements as two of them need.

    What one decision writes goes in one statement, but for its invoice.
    """
    new = [entry for entry in entries if not entry.decision.after.reference]
    numbers = iter(await next_numbers(tx, "subscription", len(new)))
    records = [_record_of(entry, numbers) for entry in entries]
    standing = Writes()
    invoice_ids = await meanwhile(bill(tx, entries), _standing_rows(standing, records, tx.actor.name))
    ids = [record.id for record in records]
    if len(records) == 1:
        await _ledger_rows(standing, records, invoice_ids)
        await standing.send_with(tx, NOTIFY, words_of(tx.partner.id, ids))
    else:
        ledger = Writes()
        await meanwhile(standing.send(tx), _ledger_rows(ledger, records, invoice_ids))
        await ledger.send(tx)
        await notify(tx.connection, tx.partner.id, ids)
    return [_recorded(record, invoice_id) for record, invoice_id in zip(records, invoice_ids, strict=True)]


@dataclass(frozen=True)
class _Record:
    """An entry on its way into the history, with what its rows have in common."""

    id: UUID
    entry: Entry
    version: int
    reference: str


def _record_of(entry: Entry, numbers: Iterator[int]) -> _Record:
    after = entry.decision.after
    version = (entry.decision.before or after).version + 1
    return _Record(new_id(), entry, version, after.reference or f"S-{next(numbers):06d}")


async def _standing_rows(writes: Writes, records: Sequence[_Record], actor: str) -> None:
    """How things stand now, and the history."""
    async for record in in_strides(records):
        subscription_rows(writes, record.entry, record.version, record.reference)
        child_rows(writes, record.entry)
        _history_row(writes, record, actor)


async def _ledger_rows(
    writes: Writes, records: Sequence[_Record], invoice_ids: Sequence[UUID | None]
) -> None:
    """What it costs, and who must be told."""
    async for record, invoice_id in in_strides(zip(records, invoice_ids, strict=True)):
        if invoice_id:
            _line_rows(writes, record.entry.decision, record.id, invoice_id)
        _outbox_rows(writes, record)


def _history_row(writes: Writes, record: _Record, actor: str) -> None:
    entry, decision = record.entry, record.entry.decision
    writes.add(
        INSERT_HISTORY,
        id=record.id,
        subscription_id=decision.after.id,
        customer_id=decision.after.customer.id,
        version=record.version,
        action=decision.action,
        at=entry.at,
        effective_on=decision.effective_on,
        actor=actor,
        reason=entry.reason,
        summary=decision.summary,
        changes=[vars(change) for change in field_changes(decision.before, decision.after)],
    )


def _line_rows(writes: Writes, decision: Decision, record_id: UUID, invoice_id: UUID) -> None:
    for position, line in enumerate(decision.lines):
        writes.add(
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
            writes.add(CLOSE_LINE, id=line.reverses, closed=True)


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


def _outbox_rows(writes: Writes, record: _Record) -> None:
    decision = record.entry.decision
    common = {
        "subscription": record.reference,
        "version": record.version,
        "effectiveOn": decision.effective_on,
    }
    for position, provision in enumerate(decision.provisioning):
        writes.add(
            INSERT_OUTBOX,
            id=new_id(),
            subscription_id=decision.after.id,
            customer_id=decision.after.customer.id,
            version=record.version,
            position=position,
            kind=provision.kind,
            payload={**common, **provision.payload},
            status=ProvisioningStatus.PENDING,
            attempts=0,
            created_at=record.entry.at,
        )


def _recorded(record: _Record, invoice_id: UUID | None) -> Recorded:
    decision = record.entry.decision
    return Recorded(decision.after.id, record.id, invoice_id, _scheduled_change(decision))


def _scheduled_change(decision: Decision) -> UUID | None:
    """The change that was scheduled; else the one that was revoked."""
    before = [change.id for change in decision.before.scheduled] if decision.before else []
    after = [change.id for change in decision.after.scheduled]
    new, gone = [i for i in after if i not in before], [i for i in before if i not in after]
    return next(iter(new + gone), None)
