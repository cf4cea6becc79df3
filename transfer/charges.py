"""The charges of a file as lines, with their amounts checked, and the invoices that they are on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from actions.import_subscriptions import ImportedLine
from domain.lines import ChargeKind, InvoiceStatus, Item, ItemKind, Line
from domain.money import WHOLE, ZERO, Amounts, AmountTooLargeError, Fraction
from domain.periods import Period, Term
from domain.subscription import Subscription
from models.engine import new_id
from models.store.invoices import TakenOver, take_over
from models.store.unit_of_work import Exclusive
from transfer import existing
from transfer import format as formats
from transfer.existing import Existing, pending_label
from transfer.problems import Path, RecordProblems
from transfer.records import Parsed
from transfer.references import References, as_exported

AUTOMATIC = "IMPORT-"
"""The prefix of the subscription's reference in the number of an invoice for charges that name none."""


@dataclass
class ImportedInvoice:
    """`pending`: Tenure is to issue it, and `number` only names it in the file. `exists`: the database has
    it; an issued one then takes no more charges. `unwritten` is the part of its total that is not written.
    """

    number: str
    org_uuid: UUID
    customer_id: UUID
    on: date
    pending: bool = False
    exists: bool = False
    id: UUID = field(default_factory=new_id)
    used: bool = False
    unwritten: Amounts = ZERO


@dataclass
class Invoices:
    references: References
    by_number: dict[str, ImportedInvoice] = field(default_factory=dict)
    by_id: dict[UUID, ImportedInvoice] = field(default_factory=dict)
    _changed: dict[UUID, ImportedInvoice] = field(default_factory=dict)

    async def load(self) -> None:
        """Adds the invoices of the file. A PENDING one is found by its customer, who has one at most."""
        items = self.references.records.by_kind["invoice"]
        records: list[formats.Invoice] = [item.record for item in items.values()]
        keys: set[Any] = {*items, *(r.customer for r in records if r.status is InvoiceStatus.PENDING)}
        found = {each.key: each async for each in existing.invoices(self.references.tx, keys)}
        pending: dict[UUID, str] = {}
        for item in items.values():
            self._add_record(item, found, pending)

    def _add_record(self, item: Parsed, existing: dict[str, Existing], pending: dict[UUID, str]) -> None:
        record: formats.Invoice = item.record
        days = {InvoiceStatus.ISSUED: record.issued_on, InvoiceStatus.PENDING: record.due_to_issue_on}
        on, is_pending = days.pop(record.status), record.status is InvoiceStatus.PENDING
        if on is None or any(days.values()):
            day = "dueToIssueOn" if is_pending else "issuedOn"
            text = f"An invoice that is {record.status} has {day}, and no other day."
            self.references.report(item, (), text)
            return
        if is_pending and pending.setdefault(record.customer, record.number) != record.number:
            text = f"The customer has a PENDING invoice already, {pending[record.customer]}."
            self.references.report(item, (), text)
        number = pending_label(record.customer) if is_pending else record.number
        found = existing.get(number)
        if found:
            self.references.compare(item, found.record, as_exported(item) | {"number": number})
        if owner := self.references.owner_of(item):
            invoice = ImportedInvoice(record.number, record.customer, owner.id, on, is_pending)
            if found:
                invoice.exists, invoice.id = True, found.value
            self.add(invoice)

    def add(self, invoice: ImportedInvoice) -> ImportedInvoice:
        self.by_number[invoice.number] = self.by_id[invoice.id] = invoice
        return invoice

    def automatic(self, reference: str, org_uuid: UUID, customer_id: UUID, on: date) -> ImportedInvoice:
        """The invoice for a subscription's charges that name no invoice."""
        number = f"{AUTOMATIC}{reference}"
        return self.by_number.get(number) or self.add(ImportedInvoice(number, org_uuid, customer_id, on))

    def label(self, invoice_id: UUID) -> str:
        """The invoice's number in an export."""
        invoice = self.by_id[invoice_id]
        return pending_label(invoice.org_uuid) if invoice.pending else invoice.number

    def charge(self, lines: Iterable[ImportedLine]) -> Iterator[ImportedInvoice]:
        """Adds the lines to the totals of their invoices. Yields invoices that take no more charges."""
        for line in (each for charged in lines for each in (charged, *charged.reversals)):
            invoice = self.by_id.get(line.invoice_id)
            if invoice is None:
                continue  # not in the file: reported already
            invoice.used = True
            invoice.unwritten += line.line.amount
            self._changed[invoice.id] = invoice
            if invoice.exists and not invoice.pending:
                yield invoice

    async def write(self, tx: Exclusive) -> None:
        """Writes what changed since the last time."""
        changed, self._changed = [*self._changed.values()], {}
        rows = [
            TakenOver(
                item.id, item.customer_id, None if item.pending else item.number, item.on, item.unwritten
            )
            for item in changed
        ]
        await take_over(tx, rows)
        for item in changed:
            item.unwritten = ZERO


REVERSALS = frozenset({ChargeKind.CREDIT, ChargeKind.REFUND, ChargeKind.ADJUSTMENT})


@dataclass(frozen=True)
class LineBuilder:
    record: formats.Subscription
    state: Subscription
    references: References
    invoices: Invoices
    problems: RecordProblems

    def lines(self, terms: Sequence[Term]) -> tuple[ImportedLine, ...]:
        """The charges of all terms. Reports each that is incorrect, or gives back too much."""
        return tuple(
            self._charge(charge, term, ("terms", index, "charges", number))
            for index, (record, term) in enumerate(zip(self.record.terms, terms, strict=True))
            for number, charge in enumerate(record.charges)
        )

    def _charge(self, source: formats.Charge, term: Term, path: Path) -> ImportedLine:
        kind = source.kind or (ChargeKind.PURCHASE if term.number == 1 else ChargeKind.RENEWAL)
        if kind in REVERSALS:
            self.problems.add((*path, "kind"), f"A {kind} stands among the reversals of the charge.")
        months = source.cycle_months or self.state.model.months
        line = self._line(source, kind, self._item(source.item), term, term, months, path)
        reversals: tuple[ImportedLine, ...] = ()
        if min(line.amount.price, line.amount.cost) < 0:
            self.problems.add(path, "A charge is not negative. What it gave back goes into its reversals.")
        elif not source.unit_price or line.unit.part(line.quantity, line.fraction) == line.amount:
            reversals = tuple(self._reversals(source, line, term, path))
        else:
            formula = "unitPrice x quantity x fraction, and the same for the cost, rounded half up once"
            self.problems.add(path, f"The price must be {formula}.")
        return self._on_invoice(line, source, term, path, reversals)

    def _reversals(
        self, source: formats.Charge, charged: Line, term: Term, path: Path
    ) -> Iterator[ImportedLine]:
        left = charged.amount
        for index, reversal in enumerate(source.reversals):
            place = (*path, "reversals", index)
            line = self._line(
                reversal, reversal.kind, charged.item, term, charged.period, charged.cycle_months, place
            )
            left += line.amount
            if reversal.kind not in REVERSALS:
                self.problems.add((*place, "kind"), f"A reversal is one of {', '.join(sorted(REVERSALS))}.")
            if max(line.amount.price, line.amount.cost) > 0:
                self.problems.add(place, "What is given back is negative, or zero.")
            elif min(left.price, left.cost) < 0:
                self.problems.add(place, "More is given back than was charged.")
            yield self._on_invoice(line, reversal, term, place)

    def _line(
        self,
        source: formats.Sum,
        kind: ChargeKind,
        item: Item,
        term: Term,
        default: Period,
        months: int,
        path: Path,
    ) -> Line:
        """`source` is the charge or reversal in the file. `default` is the period if the file has none."""
        price, cost = self._minor(source.price, (*path, "price")), self._minor(source.cost, (*path, "cost"))
        amount = Amounts(price, cost)
        unit, quantity, fraction = self._unit(source, amount, path)
        period = self._period(source, term, default, path)
        return Line(kind, item, period, quantity, fraction, unit, amount, months)

    def _minor(self, text: str, path: Path) -> int:
        return self.references.minor(text, self.problems, path)

    def _unit(self, source: formats.Sum, amount: Amounts, path: Path) -> tuple[Amounts, int, Fraction]:
        if source.unit_price is None or source.unit_cost is None:
            if any((source.unit_price, source.unit_cost, source.quantity, source.fraction)):
                text = "Give unitPrice and unitCost together; quantity and fraction need both."
                self.problems.add(path, text)
            return Amounts(abs(amount.price), abs(amount.cost)), 1, WHOLE
        price = self._minor(source.unit_price, (*path, "unitPrice"))
        unit = Amounts(price, self._minor(source.unit_cost, (*path, "unitCost")))
        part = source.fraction
        fraction = Fraction(part.numerator, part.denominator) if part else WHOLE
        try:
            unit.part(source.quantity or 1, fraction)
        except AmountTooLargeError:
            self.problems.add(path, "This comes to more than can be kept.")
            return ZERO, 1, WHOLE
        return unit, source.quantity or 1, fraction

    def _period(self, source: formats.Sum, term: Term, default: Period, path: Path) -> Period:
        starts_on = source.starts_on or default.starts_on
        ends_before = source.ends_on + timedelta(days=1) if source.ends_on else default.ends_before
        inverted = term.ends_before <= term.starts_on  # reported already
        if not inverted and not term.starts_on <= starts_on < ends_before <= term.ends_before:
            self.problems.add(path, f"The days lie outside the term, {term.starts_on} to {term.ends_on}.")
        anchor_day = default.anchor_day if starts_on == default.starts_on else starts_on.day
        return Period(starts_on, ends_before, source.anchor_day or anchor_day)

    def _item(self, source: formats.Item | None) -> Item:
        plan = self.state.plan
        if source is None:
            return Item(ItemKind.PLAN, plan.code, plan.name)
        return Item(source.kind, source.code, source.name or self._name(source) or source.code)

    def _name(self, source: formats.Item) -> str | None:
        """The item's name today, or None."""
        if source.kind is ItemKind.NUMBER:
            sku = self.references.sku_of(source.code)
            return f"{sku.name} {source.code}" if sku else None
        offers = self.references.plans if source.kind is ItemKind.PLAN else self.state.plan.add_ons
        offer = offers.get(source.code)
        return offer.name if offer else None

    def _on_invoice(
        self,
        line: Line,
        source: formats.Sum,
        term: Term,
        path: Path,
        reversals: tuple[ImportedLine, ...] = (),
    ) -> ImportedLine:
        owner = self.state.customer
        key = (owner.org_uuid, owner.id, line.period.starts_on)
        if source.invoice is None:
            invoice = self.invoices.automatic(self.record.reference, *key)
        elif source.invoice in self.invoices.by_number:
            invoice = self.invoices.by_number[source.invoice]
        else:
            text = f"There is no invoice {source.invoice} in the file. Add it, or leave this out."
            self.problems.add((*path, "invoice"), text)
            invoice = ImportedInvoice(source.invoice, *key)
        return ImportedLine(line, term.number, invoice.id, invoice.customer_id, reversals)
