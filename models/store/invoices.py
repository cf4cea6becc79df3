"""Puts lines on customers' invoices, and assigns numbers. Source: rules §6."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, text
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.dml import ReturningInsert

from domain.lines import InvoiceStatus, sum_of
from domain.money import Amounts
from domain.periods import local_date, next_billing_day
from models.bulk_write import Names, insert_rows, write
from models.engine import new_id
from models.store.rows import Entry
from models.store.unit_of_work import Writing
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
    """Opens PENDING invoices, or adds to the totals of existing ones."""
    adding = insert_rows(invoice, names, many=many, place=place)
    pending = adding.on_conflict_do_update(
        index_elements=["partner_id", "customer_id"],
        index_where=text("status = 'PENDING'"),
        set_=_totals(adding),
    )
    return pending.returning(invoice.c.customer_id, invoice.c.id)


@cache
def _take_over_rows(names: Names, *, many: bool, place: int = 0) -> Insert:
    """Writes invoices, or adds to the totals of existing ones."""
    adding = insert_rows(invoice, names, many=many, place=place)
    return adding.on_conflict_do_update(index_elements=["partner_id", "id"], set_=_totals(adding))


def _totals(adding: Insert) -> dict[str, ColumnElement[int]]:
    return {name: invoice.c[name] + adding.excluded[name] for name in ("price", "cost")}


async def reserve_numbers(tx: Writing, name: str, last: int) -> None:
    """Keeps the numbers of that name up to `last` (inclusive) from being assigned: they are in use."""
    values = {"partner_id": tx.partner.id, "name": name, "last": last}
    await tx.connection.execute(_RESERVE, values)


async def next_numbers(tx: Writing, name: str, count: int) -> range:
    """The partner's next `count` numbers of that name, without gaps. Locks the counter until the commit."""
    if count == 0:
        return range(0)
    values = {"partner_id": tx.partner.id, "name": name, "count": count}
    last = int((await tx.connection.execute(_COUNT, values)).scalar_one())
    return range(last - count + 1, last + 1)


async def next_number(tx: Writing, name: str) -> int:
    """The partner's next number of that name, from 1."""
    [number] = await next_numbers(tx, name, 1)
    return number


def invoice_number(number: int) -> str:
    return f"INV-{number:06d}"


async def bill(tx: Writing, entries: Sequence[Entry]) -> list[UUID | None]:
    """Puts the entries' lines on invoices. Returns each entry's invoice id; None for an entry without lines.

    A customer who is billed on the day of the order gets a new invoice, issued that day. Other customers
    have one PENDING invoice, which is issued on the next billing day.
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
    """An invoice of another system. With a `number` it was issued on the day `on`.

    Without a number it is PENDING and due to be issued on that day. `id` is the existing row's, if any.
    """

    id: UUID
    customer_id: UUID
    number: str | None
    on: date
    total: Amounts


async def take_over(tx: Writing, invoices: Sequence[TakenOver]) -> None:
    """Writes the invoices. Adds `total` to the total of an existing invoice."""
    if invoices:
        rows = [_taken_over(tx, item) for item in invoices]
        await write(tx.connection, _take_over_rows, tx.partner.id, rows)


def _taken_over(tx: Writing, item: TakenOver) -> dict[str, Any]:
    return {
        "id": item.id,
        "customer_id": item.customer_id,
        "number": item.number,
        "status": InvoiceStatus.ISSUED if item.number else InvoiceStatus.PENDING,
        "issued_on": item.on if item.number else None,
        "due_to_issue_on": None if item.number else item.on,
        "price": item.total.price,
        "cost": item.total.cost,
        "created_at": tx.now,
    }


async def _collect(tx: Writing, entries: Sequence[Entry]) -> dict[UUID, UUID]:
    """Adds the entries' lines to the totals of each customer's PENDING invoice. Returns the invoices' ids.

    All entries of one customer are of one day.
    """
    rows: dict[UUID, dict[str, Any]] = {}
    for entry in entries:
        row = _pending(tx, entry)
        if earlier := rows.get(row["customer_id"]):
            # The first id stays, as if they were written one by one: issued invoices are ordered by id.
            row = earlier | {"price": row["price"] + earlier["price"], "cost": row["cost"] + earlier["cost"]}
        rows[row["customer_id"]] = row
    if not rows:
        return {}
    written = await write(tx.connection, _collect_rows, tx.partner.id, [*rows.values()])
    return {row.customer_id: row.id for row in written}


def _issued(tx: Writing, entry: Entry, number: int) -> dict[str, Any]:
    today = local_date(entry.at, entry.decision.after.customer.time_zone)
    return _values(tx, entry) | {
        "status": InvoiceStatus.ISSUED,
        "issued_on": today,
        "number": invoice_number(number),
    }


def _pending(tx: Writing, entry: Entry) -> dict[str, Any]:
    customer = entry.decision.after.customer
    due = next_billing_day(local_date(entry.at, customer.time_zone), customer.billing_day)
    return _values(tx, entry) | {"status": InvoiceStatus.PENDING, "due_to_issue_on": due}


def _values(tx: Writing, entry: Entry) -> dict[str, Any]:
    total = sum_of(entry.decision.lines)
    return {
        "id": new_id(),
        "customer_id": entry.decision.after.customer.id,
        "price": total.price,
        "cost": total.cost,
        "created_at": entry.at,
    }
