"""The state of the model by docs/rules.md only, and what time does to it."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tests.timelines.model_values import (
    END,
    MONTHS,
    NOTHING,
    OVER,
    AddOn,
    Billing,
    Charge,
    Money,
    Owner,
    Part,
    Plan,
    Prices,
    Record,
    RefusedError,
    Row,
    Span,
    Waiting,
    months_later,
    plus,
    remaining,
    times,
)

NOT_ALLOWED = {
    ("CHANGE_OWNERSHIP", "TRIAL"): "TRIAL_NOT_ALLOWED",
    ("EXTEND", "TRIAL"): "NOT_ALLOWED_IN_STATUS",
    ("CHANGE_OWNERSHIP", "PENDING_FOR_CANCEL"): "NOT_ALLOWED_IN_STATUS",
    ("EXTEND", "PENDING_FOR_CANCEL"): "NOT_ALLOWED_IN_STATUS",
    ("CHANGE_BILLING_MODEL", "PENDING_FOR_CANCEL"): "NOT_ALLOWED_IN_STATUS",
    ("SET_AUTO_RENEWAL", "PENDING_FOR_CANCEL"): "NOT_ALLOWED_IN_STATUS",
}


@dataclass
class Holding:
    """All of one subscription. `charges` are those of the running term."""

    catalogue: dict[str, Plan]
    number_prices: Prices
    owner: Owner
    plan: str
    quantity: int
    billing: Billing
    renews: bool
    term: Span
    term_number: int
    add_ons: dict[str, AddOn]
    status: str = "ACTIVE"
    anchor: int = 0
    purchased: date = date.min
    trial_ends: date | None = None
    ended: date | None = None
    numbers: set[str] = field(default_factory=set)
    assignees: set[str] = field(default_factory=set)
    contract: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    @property
    def is_trial(self) -> bool:
        return self.term_number == 0

    def held(self) -> Iterator[tuple[str, str, Prices, int]]:
        """Kind, name, prices and quantity of each thing that is charged."""
        plan = self.catalogue[self.plan]
        yield "PURCHASE", plan.name, plan.prices, self.quantity
        for code, add_on in self.add_ons.items():
            yield "ADD_ON", code, plan.offers[code], add_on.quantity
        for number in sorted(self.numbers):
            yield "NUMBER", number, self.number_prices, 1

    def price(self) -> Money:
        total = NOTHING
        for _, _, prices, quantity in self.held():
            total = plus(total, times(self._unit(prices), quantity, (1, 1)))
        return total

    def due(self) -> datetime:
        return datetime.combine(self.term.end, time(), ZoneInfo(self.owner.zone))

    def pending(self, action: str | None, target: str | None = None) -> Waiting | None:
        """The scheduled change of that add-on or, without one, of that action."""
        return next((w for w in self.waiting if (w.target == target if target else w.action == action)), None)

    def next_renewal(self) -> Record | None:
        if self.status in OVER or self.status == "PENDING_FOR_CANCEL" or not self.renews:
            return None
        later = deepcopy(self)
        later.at_term_end()
        return later.records[-1]

    def at_term_end(self) -> None:
        """Ends the term, as the first instant after it does."""
        day = self.term.end
        if self.pending("CANCEL"):
            self._end("CANCELED", day)
            return self._record("CANCEL", day)
        if not self.renews:
            self._end("EXPIRED", day)
            return self._record("EXPIRE", day)
        for waiting in self.waiting:
            self._apply(waiting)
        was_trial, self.waiting, self.charges = self.is_trial, [], []
        if was_trial:
            self.status, self.purchased, self.anchor = "ACTIVE", day, day.day
        months = MONTHS[self.billing[0]] * self.billing[1]
        self.term = Span(day, months_later(day, months, self.anchor), self.anchor)
        self.term_number += 1
        if was_trial:
            return self._record("CONVERT_TRIAL", day, self._opening())
        return self._record("RENEW", day, self._all("RENEWAL", self.term, self.billing, (1, 1)))

    def _apply(self, waiting: Waiting) -> None:
        if waiting.billing:
            self.billing = waiting.billing
        elif not waiting.target:
            self.quantity = waiting.quantity
        elif waiting.quantity:
            self.add_ons[waiting.target].quantity = waiting.quantity
        else:
            del self.add_ons[waiting.target]

    def _check(self, action: str, today: date) -> None:
        """Refuses by status, and if the term is over, before the input is checked."""
        if self.status in OVER:
            raise RefusedError("ALREADY_ENDED")
        if code := NOT_ALLOWED.get((action, self.status)):
            raise RefusedError(code)
        if not self.term.start <= today < self.term.end:
            raise RefusedError("NOT_ALLOWED_IN_STATUS")

    def _check_priced(self, cycle: str | None = None) -> None:
        cycles = {cycle} if cycle else {self.billing[0], *(w.billing[0] for w in self.waiting if w.billing)}
        if any(not cycles <= prices.keys() for _, _, prices, _ in self.held()):
            raise RefusedError("NOT_OFFERED")

    def _check_add_ons_offered(self) -> None:
        if not self.add_ons.keys() <= self.catalogue[self.plan].offers.keys():
            raise RefusedError("NOT_OFFERED")

    def _day(self, when: date | str | None, action: str, today: date) -> date | None:
        """The first day of a reduction or cancellation; None if it waits for the end of the term."""
        if when == END:
            if self.status == "PENDING_FOR_CANCEL":
                raise RefusedError("ALREADY_SCHEDULED" if action == "CANCEL" else "NOT_ALLOWED_IN_STATUS")
            return None
        day = when or today
        if day > today:
            raise RefusedError("DATE_IN_FUTURE")
        if day < self.term.start:
            raise RefusedError("DATE_BEFORE_BILLING_CYCLE")
        return day

    def _rest(self, kind: str, name: str, prices: Prices, quantity: int, day: date) -> Charge:
        """A charge from that day to the term's end."""
        if self.billing[0] not in prices:
            raise RefusedError("NOT_OFFERED")
        months = MONTHS[self.billing[0]] * self.billing[1]
        part = remaining(self.owner.unit, self.term, months, day)
        span = self.term if day <= self.term.start else Span(day, self.term.end, day.day)
        return Charge(kind, name, span, quantity, part, self._unit(prices), months)

    def _all(self, kind: str | None, span: Span, billing: Billing, part: Part) -> list[Charge]:
        months = MONTHS[billing[0]] * billing[1]
        return [
            Charge(kind or own, name, span, quantity, part, self._unit(prices, billing), months)
            for own, name, prices, quantity in self.held()
        ]

    def _opening(self) -> list[Charge]:
        return self._all(None, self.term, self.billing, (1, 1))

    def _unit(self, prices: Prices, billing: Billing | None = None) -> Money:
        cycle, multiplier = billing or self.billing
        return times(prices[cycle], multiplier, (1, 1))

    def _schedule(self, waiting: Waiting, present: Waiting | None) -> None:
        if present:
            raise RefusedError("ALREADY_SCHEDULED")
        self.waiting.append(waiting)
        self._record(waiting.action, self.term.end)

    def _reduce(self, action: str, code: str, quantity: int, at_end: bool) -> None:
        waiting = self.pending(None, code)
        if waiting and (at_end or quantity <= waiting.quantity):
            raise RefusedError("ALREADY_SCHEDULED")
        if at_end:
            self.waiting.append(Waiting(action, code, quantity))
            self.add_ons[code].status = "ACTIVE" if quantity else "PENDING_FOR_CANCEL"
        elif quantity:
            self.add_ons[code].quantity = quantity
        else:
            del self.add_ons[code]

    def _adjustments(self, day: date, name: str | None = None) -> list[Row]:
        charges = self.charges if self.owner.adjusts else []
        return [row for charge in charges if name in (None, charge.name) for row in charge.adjusted(day)]

    def _restore(self, waiting: Waiting) -> None:
        self.waiting.remove(waiting)
        if waiting.action == "CANCEL":
            self.status = "TRIAL" if self.is_trial else "ACTIVE"
        elif waiting.target:
            self.add_ons[waiting.target].status = "ACTIVE"

    def _end(self, status: str, day: date) -> None:
        for waiting in list(self.waiting):
            self._restore(waiting)
        self.status, self.ended, self.numbers = status, day, set()

    def _record(
        self, action: str, day: date, charges: Sequence[Charge] = (), rows: Sequence[Row] = ()
    ) -> None:
        self.charges += charges
        self.records.append(Record(action, day, [*(charge.row() for charge in charges), *rows]))
