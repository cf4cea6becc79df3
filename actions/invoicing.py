"""Puts lines on the customer's invoice. Source: rules, section 6."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as upsert

from actions.rows import next_number
from actions.transaction import Transaction
from domain.lines import Line, sum_of
from domain.periods import next_billing_day
from domain.state import Customer
from models.engine import new_id
from models.tables import invoice
from models.tables.ledger import InvoiceStatus

_INSERT = insert(invoice)
_ADD = upsert(invoice)
_COLLECT = _ADD.on_conflict_do_update(
    index_elements=["partner_id", "customer_id"],
    index_where=text("status = 'PENDING'"),
    set_={
        "price": invoice.c.price + _ADD.excluded.price,
        "cost": invoice.c.cost + _ADD.excluded.cost,
    },
).returning(invoice.c.id)


async def bill(tx: Transaction, customer: Customer, lines: Sequence[Line]) -> UUID:
    """The id of the invoice that takes the lines: a new one, issued today, where the customer is billed
    on the day of the order; else the customer's one PENDING invoice, issued on its next billing day.
    """
    total, today = sum_of(lines), tx.today(customer.time_zone)
    invoice_id = new_id()
    values = {
        "partner_id": tx.partner.id,
        "id": invoice_id,
        "customer_id": customer.id,
        "price": total.price,
        "cost": total.cost,
        "created_at": tx.now,
    }
    if not customer.bill_on_order_day:
        due = next_billing_day(today, customer.billing_day)
        pending = {"status": InvoiceStatus.PENDING, "due_to_issue_on": due}
        collected: UUID = (await tx.connection.execute(_COLLECT, values | pending)).scalar_one()
        return collected
    number = f"INV-{await next_number(tx, 'invoice'):06d}"
    issued = {"status": InvoiceStatus.ISSUED, "issued_on": today, "number": number}
    await tx.connection.execute(_INSERT, values | issued)
    return invoice_id
