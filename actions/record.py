"""The one writer: carries a decision out, all of it, in the transaction that is under way.

No action writes for itself, so none can forget its history, its lines, its invoice or its outbox rows.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, update

from actions.invoicing import bill
from actions.rows import next_number, subscription_values, write_children, write_subscription
from actions.transaction import Transaction
from domain.changes import field_changes
from domain.decision import Decision
from domain.lines import CLOSING_KINDS, Line
from models.engine import new_id
from models.tables import charge_line, history, outbox
from models.tables.ledger import ProvisioningStatus


@dataclass(frozen=True)
class Recorded:
    """Where the outcome stands: ids of the rows written; None where the action made no such row."""

    subscription_id: UUID
    record_id: UUID
    invoice_id: UUID | None
    scheduled_change_id: UUID | None


async def record(tx: Transaction, decision: Decision, reason: str | None) -> Recorded:
    """Writes the decision: rows, history, lines on an invoice, scheduled changes, outbox."""
    version = (decision.before.version if decision.before else 0) + 1
    values = subscription_values(decision.after) | {"version": version}
    if decision.before is None:
        values["reference"] = f"S-{await next_number(tx, 'subscription'):06d}"
    await write_subscription(tx, decision, values)
    await write_children(tx, decision, reason)
    record_id = await _write_history(tx, decision, version, reason)
    invoice_id = await _write_lines(tx, decision, record_id)
    await _write_outbox(tx, decision, version, values["reference"])
    return Recorded(decision.after.id, record_id, invoice_id, _scheduled_change(decision))


def _scheduled_change(decision: Decision) -> UUID | None:
    """The change that was scheduled; else the one that was revoked."""
    before = [change.id for change in decision.before.scheduled] if decision.before else []
    after = [change.id for change in decision.after.scheduled]
    new, gone = [i for i in after if i not in before], [i for i in before if i not in after]
    return next(iter(new + gone), None)


_INSERT_HISTORY = insert(history)
_INSERT_LINES = insert(charge_line)
_INSERT_OUTBOX = insert(outbox)
_CLOSE_LINES = (
    update(charge_line)
    .where(charge_line.c.partner_id == bindparam("p"), charge_line.c.id.in_(bindparam("ids", expanding=True)))
    .values(closed=True)
)


async def _write_history(tx: Transaction, decision: Decision, version: int, reason: str | None) -> UUID:
    record_id = new_id()
    changes = field_changes(decision.before, decision.after)
    await tx.connection.execute(
        _INSERT_HISTORY,
        {
            "partner_id": tx.partner.id,
            "id": record_id,
            "subscription_id": decision.after.id,
            "customer_id": decision.after.customer.id,
            "version": version,
            "action": decision.action,
            "at": tx.now,
            "effective_on": decision.effective_on,
            "actor": tx.actor.name,
            "reason": reason,
            "summary": decision.summary,
            "changes": [asdict(change) for change in changes],
        },
    )
    return record_id


async def _write_lines(tx: Transaction, decision: Decision, record_id: UUID) -> UUID | None:
    if not decision.lines:
        return None
    invoice_id = await bill(tx, decision.after.customer, decision.lines)
    keys = {
        "partner_id": tx.partner.id,
        "subscription_id": decision.after.id,
        "record_id": record_id,
        "invoice_id": invoice_id,
        "term_number": decision.after.term.number,
        "closed": False,
    }
    rows = [keys | line_values(line) | {"position": at} for at, line in enumerate(decision.lines)]
    await tx.connection.execute(_INSERT_LINES, rows)
    closed = [line.reverses for line in decision.lines if line.kind in CLOSING_KINDS]
    if closed:
        await tx.connection.execute(_CLOSE_LINES, {"p": tx.partner.id, "ids": closed})
    return invoice_id


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


async def _write_outbox(tx: Transaction, decision: Decision, version: int, reference: str) -> None:
    rows: Sequence[dict[str, Any]] = [
        {
            "partner_id": tx.partner.id,
            "id": new_id(),
            "subscription_id": decision.after.id,
            "customer_id": decision.after.customer.id,
            "version": version,
            "position": position,
            "kind": provision.kind,
            "payload": {
                "subscription": reference,
                "version": version,
                "effectiveOn": decision.effective_on,
                **provision.payload,
            },
            "status": ProvisioningStatus.PENDING,
            "attempts": 0,
            "created_at": tx.now,
        }
        for position, provision in enumerate(decision.provisioning)
    ]
    if rows:
        await tx.connection.execute(_INSERT_OUTBOX, rows)
