"""From a file's charges to lines that stand on invoices, each sum worked out again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from actions.import_subscriptions import ImportedLine
from domain.lines import ChargeKind, Item, ItemKind, Line
from domain.money import WHOLE, ZERO, Amounts, AmountTooLargeError, Fraction
from domain.periods import Period, Term
from domain.subscription import Subscription as State
from transfer import subscription as given
from transfer.ledger import Invoiced, Ledger
from transfer.problems import Complaints, Path
from transfer.references import Known

BACK = frozenset({ChargeKind.CREDIT, ChargeKind.REFUND, ChargeKind.ADJUSTMENT})
_UNIT = "Give unitPrice and unitCost together; quantity and fraction need both."


@dataclass(frozen=True)
class LineBuilder:
    said: given.Subscription
    state: State
    known: Known
    ledger: Ledger
    complaints: Complaints

    def lines(self, terms: Sequence[Term]) -> tuple[ImportedLine, ...]:
        """The charges of all terms. A problem for each that does not come out, or gives back too much."""
        return tuple(
            self._charge(charge, term, ("terms", index, "charges", number))
            for index, (said, term) in enumerate(zip(self.said.terms, terms, strict=True))
            for number, charge in enumerate(said.charges)
        )

    def _charge(self, said: given.Charge, term: Term, path: Path) -> ImportedLine:
        kind = said.kind or (ChargeKind.PURCHASE if term.number == 1 else ChargeKind.RENEWAL)
        if kind in BACK:
            self.complaints.add((*path, "kind"), f"A {kind} stands among the reversals of the charge.")
        months = said.cycle_months or self.state.model.months
        line = self._line(said, kind, self._item(said.item), term, months, path)
        if min(line.amount.price, line.amount.cost) < 0:
            self.complaints.add(path, "A charge is not negative. What it gave back goes into its reversals.")
        elif not said.unit_price or line.unit.part(line.quantity, line.fraction) == line.amount:
            reversals = tuple(self._reversals(said, line, term, path))
            return replace(self._stand(line, said, term, path), reversals=reversals)
        else:
            due = "unitPrice x quantity x fraction, and the same for the cost, rounded half up once"
            self.complaints.add(path, f"The price must be {due}.")
        return self._stand(line, said, term, path)

    def _reversals(self, said: given.Charge, charged: Line, term: Term, path: Path) -> Iterator[ImportedLine]:
        left = charged.amount
        for index, back in enumerate(said.reversals):
            place = (*path, "reversals", index)
            line = self._line(
                back, back.kind, charged.item, term, charged.cycle_months, place, charged.period
            )
            left += line.amount
            if back.kind not in BACK:
                self.complaints.add((*place, "kind"), f"A reversal is one of {', '.join(sorted(BACK))}.")
            if max(line.amount.price, line.amount.cost) > 0:
                self.complaints.add(place, "What is given back is negative, or zero.")
            elif min(left.price, left.cost) < 0:
                self.complaints.add(place, "More is given back than was charged.")
            yield self._stand(line, back, term, place)

    def _line(
        self,
        said: given.Sum,
        kind: ChargeKind,
        item: Item,
        term: Term,
        months: int,
        path: Path,
        default: Period | None = None,
    ) -> Line:
        price, cost = self._minor(said.price, (*path, "price")), self._minor(said.cost, (*path, "cost"))
        amount = Amounts(price, cost)
        unit, quantity, fraction = self._unit(said, amount, path)
        period = self._period(said, term, default or term, path)
        return Line(kind, item, period, quantity, fraction, unit, amount, months)

    def _minor(self, text: str, path: Path) -> int:
        return self.known.minor(text, self.complaints, path)

    def _unit(self, said: given.Sum, amount: Amounts, path: Path) -> tuple[Amounts, int, Fraction]:
        if said.unit_price is None or said.unit_cost is None:
            if (said.unit_price, said.unit_cost, said.quantity, said.fraction) != (None, None, None, None):
                self.complaints.add(path, _UNIT)
            return Amounts(abs(amount.price), abs(amount.cost)), 1, WHOLE
        price = self._minor(said.unit_price, (*path, "unitPrice"))
        unit = Amounts(price, self._minor(said.unit_cost, (*path, "unitCost")))
        part = said.fraction
        fraction = Fraction(part.numerator, part.denominator) if part else WHOLE
        try:
            unit.part(said.quantity or 1, fraction)
        except AmountTooLargeError:
            self.complaints.add(path, "This comes to more than can be kept.")
            return ZERO, 1, WHOLE
        return unit, said.quantity or 1, fraction

    def _period(self, said: given.Sum, term: Term, default: Period, path: Path) -> Period:
        starts_on = said.starts_on or default.starts_on
        ends_before = said.ends_on + timedelta(days=1) if said.ends_on else default.ends_before
        inverted = term.ends_before <= term.starts_on  # told already
        if not inverted and not term.starts_on <= starts_on < ends_before <= term.ends_before:
            self.complaints.add(path, f"The days lie outside the term, {term.starts_on} to {term.ends_on}.")
        anchor_day = default.anchor_day if starts_on == default.starts_on else starts_on.day
        return Period(starts_on, ends_before, said.anchor_day or anchor_day)

    def _item(self, said: given.Item | None) -> Item:
        plan = self.state.plan
        if said is None:
            return Item(ItemKind.PLAN, plan.code, plan.name)
        return Item(said.kind, said.code, said.name or self._name(said))

    def _name(self, said: given.Item) -> str:
        """As it is called today, where that is known."""
        if said.kind is ItemKind.PLAN:
            plan = self.known.plans.get(said.code)
            return plan.name if plan else said.code
        if said.kind is ItemKind.ADD_ON:
            offer = self.state.plan.add_ons.get(said.code)
            return offer.name if offer else said.code
        stocked = self.known.numbers.get(said.code)
        sku = self.known.skus.get(stocked.sku) if stocked else None
        return f"{sku.name} {said.code}" if sku else said.code

    def _stand(self, line: Line, said: given.Sum, term: Term, path: Path) -> ImportedLine:
        """The line, put on its invoice."""
        owner = self.state.customer
        if said.invoice is None:
            on = self.ledger.automatic(self.said.reference, owner.org_uuid, owner.id, line.period.starts_on)
        else:
            on = self.ledger.by_number.get(said.invoice) or self._nowhere(said.invoice, path, line)
        return ImportedLine(line, term.number, on.id, on.customer_id)

    def _nowhere(self, number: str, path: Path, line: Line) -> Invoiced:
        words = f"There is no invoice {number} in the file. Add it, or leave this out."
        self.complaints.add((*path, "invoice"), words)
        owner = self.state.customer
        return Invoiced(number, owner.org_uuid, owner.id, line.period.starts_on)
