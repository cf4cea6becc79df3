"""Puts lines on customers' invoices, and gives out numbers. Source: rules, section 6."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.dml import ReturningInsert

from domain.invoices import InvoiceStatus
from domain.lines import sum_of
from domain.money import Amounts
from domain.periods import local_date, next_billing_day
from models.bulk_write import Names, insert_rows, write
from models.engine import new_id
from models.store.rows import Entry
from models.store.unit_of_work import Transaction
from models.tables import counter, invoice

_COUNT = (
    upsert(counter)
    .values(value=bindparam("count"))
    .on_conflict_do_update(
        index_elements=["partner_id", "name"], set_={"value": counter.c.value + bindparam("count")}
    )
    .returning(counter.c.value)
)
_RESERVE = (
    upsert(counter)
    .values(value=bindparam("last"))
    .on_conflict_do_update(
        index_elements=["partner_id", "name"],
        set_={"value": func.greatest(counter.c.value, bindparam("last"))},
    )
)
_ISSUE = partial(insert_rows, invoice)


@cache
def _collect_rows(names: Names, *, many: bool, place: int = 0) -> ReturningInsert[Any]:
    """Opens PENDING invoices, or adds to the totals of those that there are."""
    adding = insert_rows(invoice, names, many=many, place=place)
    totals = {name: invoice.c[name] + adding.excluded[name] for name in ("price", "cost")}
    pending = adding.on_conflict_do_update(
        index_elements=["partner_id", "customer_id"], index_where=text("status = 'PENDING'"), set_=totals
    )
    return pending.returning(invoice.c.customer_id, invoice.c.id)


async def reserve_numbers(tx: Transaction, name: str, last: int) -> None:
    """Gives out no number of that name up to `last` any more: they stand elsewhere already."""
    values = {"partner_id": tx.partner.id, "name": name, "last": last}
    await tx.connection.execute(_RESERVE, values)


async def next_numbers(tx: Transaction, name: str, count: int) -> range:
    """The partner's next `count` numbers of that name, without gaps: locked until the commit."""
    if count == 0:
        return range(0)
    values = {"partner_id": tx.partner.id, "name": name, "count": count}
    last = int((await tx.connection.execute(_COUNT, values)).scalar_one())
    return range(last - count + 1, last + 1)


async def next_number(tx: Transaction, name: str) -> int:
    """The partner's next number of that name, from 1."""
    [number] = await next_numbers(tx, name, 1)
    return number


def invoice_number(number: int) -> str:
    return f"INV-{number:06d}"


async def bill(tx: Transaction, entries: Sequence[Entry]) -> list[UUID | None]:
    """For each entry the id of the invoice that takes its lines; None where it has no lines.

    Where the customer is billed on the day of the order, a new one, issued that day; else the
    customer's one PENDING invoice, to be issued on its next billing day.
    """
    billed = [entry for entry in entries if entry.decision.lines]
    at_once = [entry for entry in billed if entry.decision.after.customer.bill_on_order_day]
    numbers = await next_numbers(tx, "invoice", len(at_once))
    rows = [_issued(tx, entry, number) for entry, number in zip(at_once, numbers, strict=True)]
    if rows:
        await write(tx.connection, _ISSUE, tx.partner.id, rows)
    issued = {id(entry): row["id"] for entry, row in zip(at_once, rows, strict=True)}
    pending = await _collect(tx, [entry for entry in billed if id(entry) not in issued])
    return [
        issued.get(id(e)) or pending.get(e.decision.after.customer.id) if e.decision.lines else None
        for e in entries
    ]


@dataclass(frozen=True)
class TakenOver:
    """An invoice made elsewhere with that number on that day; without a number, one that is still PENDING
    and due to be issued that day.
    """

    customer_id: UUID
    number: str | None
    on: date
    total: Amounts


async def take_over(tx: Transaction, invoices: Sequence[TakenOver]) -> list[UUID]:
    """The ids of the invoices. What is PENDING goes onto the customer's one PENDING invoice, if it has one;
    no two of those given are one customer's.
    """
    rows = [_taken_over(tx, item) for item in invoices]
    issued = [row for row in rows if row["status"] is InvoiceStatus.ISSUED]
    pending = [row for row in rows if row["status"] is InvoiceStatus.PENDING]
    ids: dict[UUID, UUID] = {}
    if issued:
        await write(tx.connection, _ISSUE, tx.partner.id, issued)
    if pending:
        found = await write(tx.connection, _collect_rows, tx.partner.id, pending)
        ids = {row.customer_id: row.id for row in found}
    return [row["id"] if row["number"] else ids[row["customer_id"]] for row in rows]


def _taken_over(tx: Transaction, item: TakenOver) -> dict[str, Any]:
    return {
        "id": new_id(),
        "customer_id": item.customer_id,
        "number": item.number,
        "status": InvoiceStatus.ISSUED if item.number else InvoiceStatus.PENDING,
        "issued_on": item.on if item.number else None,
        "due_to_issue_on": None if item.number else item.on,
        "price": item.total.price,
        "cost": item.total.cost,
        "created_at": tx.now,
    }


async def _collect(tx: Transaction, entries: Sequence[Entry]) -> dict[UUID, UUID]:
    """The PENDING invoice of each customer, with these entries' lines added to its totals.

    All entries of one customer are of one day.
    """
    rows: dict[UUID, dict[str, Any]] = {}
    for entry in entries:
        row = _pending(tx, entry)
        if earlier := rows.get(row["customer_id"]):
            # The first one's id stands, as it would one by one: ids order what is issued together.
            row = earlier | {"price": row["price"] + earlier["price"], "cost": row["cost"] + earlier["cost"]}
        rows[row["customer_id"]] = row
    if not rows:
        return {}
    found = await write(tx.connection, _collect_rows, tx.partner.id, [*rows.values()])
    return {row.customer_id: row.id for row in found}


def _issued(tx: Transaction, entry: Entry, number: int) -> dict[str, Any]:
    today = local_date(entry.at, entry.decision.after.customer.time_zone)
    return _values(tx, entry) | {
        "status": InvoiceStatus.ISSUED,
        "issued_on": today,
        "number": invoice_number(number),
    }


def _pending(tx: Transaction, entry: Entry) -> dict[str, Any]:
    customer = entry.decision.after.customer
    due = next_billing_day(local_date(entry.at, customer.time_zone), customer.billing_day)
    return _values(tx, entry) | {"status": InvoiceStatus.PENDING, "due_to_issue_on": due}


def _values(tx: Transaction, entry: Entry) -> dict[str, Any]:
    total = sum_of(entry.decision.lines)
    return {
        "id": new_id(),
        "customer_id": entry.decision.after.customer.id,
        "price": total.price,
        "cost": total.cost,
        "created_at": entry.at,
    }
