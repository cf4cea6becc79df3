"""Subscriptions that the database has, as an import would write them."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Select, Uuid, and_, any_, bindparam, select

from actions.import_subscriptions import Import, ImportedLine
from domain.lines import Item, Line
from domain.money import Amounts, Fraction
from domain.periods import Period, Term
from models.store.lookups import same_partner
from models.store.subscriptions import load_states
from models.store.unit_of_work import Reading
from models.tables import assignee, charge_line, customer, invoice, member, subscription, term
from transfer.existing import among
from transfer.ledger import pending_label
from transfer.telling import Exporter, Json

PAGE = 500

_OF_THESE = bindparam("ids", type_=ARRAY(Uuid))
_PARTNER = bindparam("partner_id", type_=Uuid)


def _of_these(table: Any, *columns: Any) -> Select[Any]:
    return select(*columns).where(table.c.partner_id == _PARTNER, table.c.subscription_id == any_(_OF_THESE))


_TERMS = _of_these(term, term).order_by(term.c.number)
_EMAILS = _of_these(assignee, assignee.c.subscription_id, member.c.email).join(
    member, and_(same_partner(member, assignee), member.c.id == assignee.c.member_id)
)
_LINES = (
    _of_these(charge_line, charge_line, invoice.c.number, invoice.c.customer_id, customer.c.org_uuid)
    .join(invoice, and_(same_partner(invoice, charge_line), invoice.c.id == charge_line.c.invoice_id))
    .join(customer, and_(same_partner(customer, invoice), customer.c.id == invoice.c.customer_id))
    .order_by(charge_line.c.id)
)


async def references(
    tx: Reading, keys: Collection[str] | None = None
) -> AsyncIterator[Sequence[Row[UUID, str]]]:
    """Ids and references in the order of the references, page by page."""
    found = (
        select(subscription.c.id, subscription.c.reference)
        .where(subscription.c.partner_id == tx.partner.id, among(subscription.c.reference, keys))
        .order_by(subscription.c.reference)
    )
    async with tx.connection.stream(found.execution_options(yield_per=PAGE)) as rows:
        async for page in rows.partitions():
            yield page


async def subscriptions(tx: Reading, ids: Sequence[UUID]) -> AsyncIterator[Json]:
    """Told as a file tells them, in the order of the ids."""
    states = await load_states(tx, ids, charges=False)
    key = {"partner_id": tx.partner.id, "ids": ids}
    terms = _by_subscription(await tx.connection.execute(_TERMS, key))
    emails = _by_subscription(await tx.connection.execute(_EMAILS, key))
    lines = _by_subscription(await tx.connection.execute(_LINES, key))
    for subscription_id in ids:
        state, rows = states[subscription_id], lines[subscription_id]
        past = tuple(_term(row) for row in terms[subscription_id] if row.number != state.term.number)
        labels = {row.invoice_id: row.number or pending_label(row.org_uuid) for row in rows}
        teller = Exporter(tx.partner.currency, labels.__getitem__)
        told = Import(state, past, tuple(_lines(rows)))
        yield teller.told(told, [row.email for row in emails[subscription_id]])


def _by_subscription(rows: Iterable[Row[Any]]) -> Mapping[UUID, list[Row[Any]]]:
    found: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.subscription_id].append(row)
    return found


def _term(row: Row[Any]) -> Term:
    return Term(row.starts_on, row.ends_before, row.anchor_day, row.number)


def _lines(rows: Sequence[Row[Any]]) -> list[ImportedLine]:
    """Charges, each with what reverses it."""
    back: defaultdict[UUID, list[ImportedLine]] = defaultdict(list)
    for row in rows:
        if row.reverses_id:
            back[row.reverses_id].append(_line(row))
    return [_line(row, tuple(back[row.id])) for row in rows if not row.reverses_id]


def _line(row: Row[Any], reversals: tuple[ImportedLine, ...] = ()) -> ImportedLine:
    line = Line(
        kind=row.kind,
        item=Item(row.item_kind, row.item_code, row.item_name),
        period=Period(row.starts_on, row.ends_before, row.anchor_day),
        quantity=row.quantity,
        fraction=Fraction(row.numerator, row.denominator),
        unit=Amounts(row.unit_price, row.unit_cost),
        amount=Amounts(row.price, row.cost),
        cycle_months=row.cycle_months,
    )
    return ImportedLine(line, row.term_number, row.invoice_id, row.customer_id, reversals)
