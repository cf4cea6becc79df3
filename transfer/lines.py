"""From the charges of a file to lines on invoices, each amount calculated again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from actions.import_subscriptions import ImportedLine
from domain.lines import ChargeKind, Item, ItemKind, Line
from domain.money import WHOLE, ZERO, Amounts, AmountTooLargeError, Fraction
from domain.periods import Period, Term
from domain.subscription import Subscription
from transfer import format as formats
from transfer.invoices import ImportedInvoice
from transfer.problems import Path, RecordProblems
from transfer.references import References

REVERSALS = frozenset({ChargeKind.CREDIT, ChargeKind.REFUND, ChargeKind.ADJUSTMENT})


@dataclass(frozen=True)
class LineBuilder:
    record: formats.Subscription
    state: Subscription
    references: References
    problems: RecordProblems

    def lines(self, terms: Sequence[Term]) -> tuple[ImportedLine, ...]:
        """The charges of all terms. A problem for each that is not correct, or gives back too much."""
        return tuple(
            self._charge(charge, term, ("terms", index, "charges", number))
            for index, (given, term) in enumerate(zip(self.record.terms, terms, strict=True))
            for number, charge in enumerate(given.charges)
        )

    def _charge(self, given: formats.Charge, term: Term, path: Path) -> ImportedLine:
        kind = given.kind or (ChargeKind.PURCHASE if term.number == 1 else ChargeKind.RENEWAL)
        if kind in REVERSALS:
            self.problems.add((*path, "kind"), f"A {kind} stands among the reversals of the charge.")
        months = given.cycle_months or self.state.model.months
        line = self._line(given, kind, self._item(given.item), term, term, months, path)
        reversals: tuple[ImportedLine, ...] = ()
        if min(line.amount.price, line.amount.cost) < 0:
            self.problems.add(path, "A charge is not negative. What it gave back goes into its reversals.")
        elif not given.unit_price or line.unit.part(line.quantity, line.fraction) == line.amount:
            reversals = tuple(self._reversals(given, line, term, path))
        else:
            due = "unitPrice x quantity x fraction, and the same for the cost, rounded half up once"
            self.problems.add(path, f"The price must be {due}.")
        return self._on_invoice(line, given, term, path, reversals)

    def _reversals(
        self, given: formats.Charge, charged: Line, term: Term, path: Path
    ) -> Iterator[ImportedLine]:
        left = charged.amount
        for index, back in enumerate(given.reversals):
            place = (*path, "reversals", index)
            line = self._line(
                back, back.kind, charged.item, term, charged.period, charged.cycle_months, place
            )
            left += line.amount
            if back.kind not in REVERSALS:
                self.problems.add((*place, "kind"), f"A reversal is one of {', '.join(sorted(REVERSALS))}.")
            if max(line.amount.price, line.amount.cost) > 0:
                self.problems.add(place, "What is given back is negative, or zero.")
            elif min(left.price, left.cost) < 0:
                self.problems.add(place, "More is given back than was charged.")
            yield self._on_invoice(line, back, term, place)

    def _line(
        self,
        given: formats.Sum,
        kind: ChargeKind,
        item: Item,
        term: Term,
        default: Period,
        months: int,
        path: Path,
    ) -> Line:
        """`default` is the period where the file gives none."""
        price, cost = self._minor(given.price, (*path, "price")), self._minor(given.cost, (*path, "cost"))
        amount = Amounts(price, cost)
        unit, quantity, fraction = self._unit(given, amount, path)
        period = self._period(given, term, default, path)
        return Line(kind, item, period, quantity, fraction, unit, amount, months)

    def _minor(self, text: str, path: Path) -> int:
        return self.references.minor(text, self.problems, path)

    def _unit(self, given: formats.Sum, amount: Amounts, path: Path) -> tuple[Amounts, int, Fraction]:
        if given.unit_price is None or given.unit_cost is None:
            if (given.unit_price, given.unit_cost, given.quantity, given.fraction) != (
                None,
                None,
                None,
                None,
            ):
                text = "Give unitPrice and unitCost together; quantity and fraction need both."
                self.problems.add(path, text)
            return Amounts(abs(amount.price), abs(amount.cost)), 1, WHOLE
        price = self._minor(given.unit_price, (*path, "unitPrice"))
        unit = Amounts(price, self._minor(given.unit_cost, (*path, "unitCost")))
        part = given.fraction
        fraction = Fraction(part.numerator, part.denominator) if part else WHOLE
        try:
            unit.part(given.quantity or 1, fraction)
        except AmountTooLargeError:
            self.problems.add(path, "This comes to more than can be kept.")
            return ZERO, 1, WHOLE
        return unit, given.quantity or 1, fraction

    def _period(self, given: formats.Sum, term: Term, default: Period, path: Path) -> Period:
        starts_on = given.starts_on or default.starts_on
        ends_before = given.ends_on + timedelta(days=1) if given.ends_on else default.ends_before
        inverted = term.ends_before <= term.starts_on  # reported already
        if not inverted and not term.starts_on <= starts_on < ends_before <= term.ends_before:
            self.problems.add(path, f"The days lie outside the term, {term.starts_on} to {term.ends_on}.")
        anchor_day = default.anchor_day if starts_on == default.starts_on else starts_on.day
        return Period(starts_on, ends_before, given.anchor_day or anchor_day)

    def _item(self, given: formats.Item | None) -> Item:
        plan = self.state.plan
        if given is None:
            return Item(ItemKind.PLAN, plan.code, plan.name)
        return Item(given.kind, given.code, given.name or self._name(given) or given.code)

    def _name(self, given: formats.Item) -> str | None:
        """The item's name today, where that is known."""
        if given.kind is ItemKind.NUMBER:
            sku = self.references.sku_of(given.code)
            return f"{sku.name} {given.code}" if sku else None
        offers = self.references.plans if given.kind is ItemKind.PLAN else self.state.plan.add_ons
        offer = offers.get(given.code)
        return offer.name if offer else None

    def _on_invoice(
        self,
        line: Line,
        given: formats.Sum,
        term: Term,
        path: Path,
        reversals: tuple[ImportedLine, ...] = (),
    ) -> ImportedLine:
        owner = self.state.customer
        key = (owner.org_uuid, owner.id, line.period.starts_on)
        found = self.references.invoices.by_number.get(given.invoice) if given.invoice else None
        if given.invoice is None:
            found = self.references.invoices.automatic(self.record.reference, *key)
        elif found is None:
            text = f"There is no invoice {given.invoice} in the file. Add it, or leave this out."
            self.problems.add((*path, "invoice"), text)
            found = ImportedInvoice(given.invoice, *key)
        return ImportedLine(line, term.number, found.id, found.customer_id, reversals)
