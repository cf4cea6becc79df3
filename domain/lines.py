"""Lines of money. Source: rules, section 1."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.errors import ErrorCode, LifecycleError
from domain.money import WHOLE, ZERO, Amounts, AmountTooLargeError, Fraction, total
from domain.periods import Period


class ChargeKind(StrEnum):
    PURCHASE = "PURCHASE"
    RENEWAL = "RENEWAL"
    UPGRADE = "UPGRADE"
    CREDIT = "CREDIT"
    ADD_ON = "ADD_ON"
    NUMBER = "NUMBER"
    QUANTITY = "QUANTITY"
    EXTENSION = "EXTENSION"
    REFUND = "REFUND"
    ADJUSTMENT = "ADJUSTMENT"


CLOSING_KINDS = frozenset({ChargeKind.CREDIT, ChargeKind.ADJUSTMENT})
"""A line reversed by one of these gives nothing back later."""


class ItemKind(StrEnum):
    """What a line is about; with the item's code it finds the lines of a plan or an add-on again."""

    PLAN = "PLAN"
    ADD_ON = "ADD_ON"
    NUMBER = "NUMBER"


@dataclass(frozen=True)
class Item:
    kind: ItemKind
    code: str
    name: str


def description_of(name: str, starts_on: date, ends_on: date) -> str:
    """A line in words: what it is about, and its first and last day."""
    return f"{name}, {starts_on} to {ends_on}"


@dataclass(frozen=True)
class Line:
    """`amount` is `unit x quantity x fraction`, rounded once; negative gives money back.

    `unit` pays for `cycle_months` months. `reverses` is the charge that a CREDIT, REFUND or
    ADJUSTMENT takes back; its unit and quantity are those of that charge.
    """

    kind: ChargeKind
    item: Item
    period: Period
    quantity: int
    fraction: Fraction
    unit: Amounts
    amount: Amounts
    cycle_months: int
    reverses: UUID | None = None

    @property
    def description(self) -> str:
        return description_of(self.item.name, self.period.starts_on, self.period.ends_on)


@dataclass(frozen=True)
class Charge:
    """A line that was charged for the current term, and what became of it.

    `given_back` sums the lines that reverse it (zero or negative).
    """

    id: UUID
    line: Line
    given_back: Amounts = ZERO
    closed: bool = False

    @property
    def remaining(self) -> Amounts:
        return self.line.amount + self.given_back


def charge(
    kind: ChargeKind,
    item: Item,
    period: Period,
    unit: Amounts,
    cycle_months: int,
    quantity: int = 1,
    fraction: Fraction = WHOLE,
) -> Line:
    """A line that charges for the period. Raises INVALID_VALUE where the amount is too large."""
    try:
        unit.part(1, WHOLE)  # the unit is stored too
        amount = unit.part(quantity, fraction)
    except AmountTooLargeError as error:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"The amount for {item.name} is too large to be charged."
        ) from error
    return Line(kind, item, period, quantity, fraction, unit, amount, cycle_months)


def reversal(
    kind: ChargeKind, charged: Charge, period: Period, fraction: Fraction, limit: Amounts | None = None
) -> Line:
    """A line that gives `fraction` of a charge's full amount back, at most what is left of it.

    `limit`, where given, is a second bound on what is given back.
    """
    line = charged.line
    full = line.unit.part(line.quantity, fraction)
    amount = full.at_most(charged.remaining if limit is None else charged.remaining.at_most(limit))
    credit = replace(line, kind=kind, period=period, fraction=fraction, amount=-amount, reverses=charged.id)
    # A bounded amount is no longer that fraction of anything: it stands for itself.
    return credit if amount == full else replace(credit, unit=amount, quantity=1, fraction=WHOLE)


def sum_of(lines: Iterable[Line]) -> Amounts:
    return total(line.amount for line in lines)
