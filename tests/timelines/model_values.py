"""The values of the model, by docs/rules.md only: days, fractions, charges; plans, owners and records.

Ends are exclusive here. Money is a pair of whole cents: the price and its cost.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

Money = tuple[int, int]
Part = tuple[int, int]
Row = tuple[str, str, str, str, int, Part, Money]
"""A line as a client sees it: kind, name, first and last day, quantity, fraction, price and cost."""

DAY = timedelta(days=1)
NOTHING = (0, 0)
MONTHS = {"MONTHLY": 1, "YEARLY": 12}


def months_later(day: date, months: int, anchor: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(anchor, monthrange(year, month + 1)[1]))


def begun(start: date, anchor: int, day: date) -> int:
    """How many months, counted from the start, have begun on that day or before."""
    count = 0
    while (months_later(start, count, anchor) if count else start) <= day:
        count += 1
    return count


def remaining(unit: str, span: "Span", cycle_months: int, day: date) -> Part:
    """The fraction of a change on that day: the table of "Proration"."""
    last = span.end - DAY
    if unit == "DAY":
        whole = months_later(span.start, cycle_months, span.anchor) - span.start
        return (span.end - day).days, whole.days
    all_months = begun(span.start, span.anchor, last)
    if unit == "ANNIVERSARY_MONTH":
        return all_months - (begun(span.start, span.anchor, day) - 1), cycle_months
    touched = len({(d.year, d.month) for d in (day + DAY * n for n in range((span.end - day).days))})
    return min(touched, all_months), cycle_months


def times(unit: Money, quantity: int, part: Part) -> Money:
    """Rounded half up, once, on each side."""
    (numerator, denominator), (price, cost) = part, unit
    return tuple(int(2 * n * quantity * numerator + denominator) // (2 * denominator) for n in (price, cost))


def plus(one: Money, other: Money, sign: int = 1) -> Money:
    return one[0] + sign * other[0], one[1] + sign * other[1]


def least(*amounts: Money) -> Money:
    return min(price for price, _ in amounts), min(cost for _, cost in amounts)


@dataclass(frozen=True)
class Span:
    """Days from the start up to, not including, the end; months are counted with the anchor day."""

    start: date
    end: date
    anchor: int


@dataclass
class Charge:
    """A line that charged, and what of it was given back."""

    kind: str
    name: str
    span: Span
    quantity: int
    part: Part
    unit: Money
    months: int
    back: Money = NOTHING
    closed: bool = False

    @property
    def amount(self) -> Money:
        return times(self.unit, self.quantity, self.part)

    @property
    def left(self) -> Money:
        return plus(self.amount, self.back, -1)

    def row(self) -> Row:
        return _row(
            self.kind, self.name, self.span.start, self.span.end, self.quantity, self.part, self.amount
        )

    def adjusted(self, day: date) -> Iterator[Row]:
        """Closes the line: its days from that day on, over all its days, are given back."""
        days = (self.span.end - max(day, self.span.start)).days
        part = max(days, 0), (self.span.end - self.span.start).days
        yield from self._given_back("ADJUSTMENT", day, part)

    def refunded(self, today: date, in_full: bool) -> Iterator[Row]:
        """All of it, or its months that have not begun, over all its months."""
        if in_full:
            yield from self._given_back("REFUND", self.span.start, (1, 1))
            return
        start, anchor = self.span.start, self.span.anchor
        over = begun(start, anchor, today) if today >= start else 0
        of = begun(start, anchor, self.span.end - DAY)
        first = months_later(start, over, anchor) if over else start
        yield from self._given_back("REFUND", first, (max(of - over, 0), of))

    def credited(self, unit: str, term: Span, day: date, limit: Money) -> Iterator[Row]:
        """Closes the line. Gives back its unused part, counted like the upgrade, at most `limit`."""
        part = self.part
        if day > self.span.start:
            own = self.span if self.kind == "EXTENSION" else Span(term.start, self.span.end, term.anchor)
            part = remaining(unit, own, self.months, day)
        full = times(self.unit, self.quantity, part)
        amount = least(full, self.left, limit)
        if amount != NOTHING:
            self.back, self.closed = plus(self.back, amount), True
            quantity, part = (self.quantity, part) if amount == full else (1, (1, 1))
            yield _back("CREDIT", self.name, max(day, self.span.start), self.span.end, quantity, part, amount)

    def _given_back(self, kind: str, first: date, part: Part) -> Iterator[Row]:
        amount = least(times(self.amount, 1, part), self.left)
        if not self.closed and amount != NOTHING:
            self.back, self.closed = plus(self.back, amount), kind == "ADJUSTMENT"
            yield _back(kind, self.name, max(first, self.span.start), self.span.end, 1, part, amount)


def _row(kind: str, name: str, start: date, end: date, quantity: int, part: Part, amount: Money) -> Row:
    return kind, name, str(start), str(end - DAY), quantity, part, amount


def _back(kind: str, name: str, start: date, end: date, quantity: int, part: Part, amount: Money) -> Row:
    return _row(kind, name, start, end, quantity, part, plus(NOTHING, amount, -1))


Prices = dict[str, Money]
Billing = tuple[str, int]
END = "END_OF_BILLING_PERIOD"
OVER = ("CANCELED", "EXPIRED", "TERMINATED")


class RefusedError(Exception):
    """Its text is the code of the refusal."""


@dataclass(frozen=True)
class Plan:
    name: str
    rank: int
    prices: Prices
    offers: dict[str, Prices]


@dataclass(frozen=True)
class Owner:
    """A customer, with the policy that holds for it."""

    name: str
    zone: str
    unit: str
    basis: str
    refunds: bool
    window: int
    adjusts: bool
    bills_at_once: bool

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()


@dataclass
class AddOn:
    quantity: int
    status: str = "ACTIVE"


@dataclass
class Waiting:
    """A change scheduled for the end of the term. `target` is the code of its add-on, if any."""

    action: str
    target: str | None = None
    quantity: int | None = None
    billing: Billing | None = None


@dataclass
class Record:
    action: str
    effective_on: date
    rows: list[Row] = field(default_factory=list)
