"""Charge lines and the lines that give money back. rules §1."""

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


class InvoiceStatus(StrEnum):
    """A PENDING invoice collects lines until it is ISSUED; then it never changes. rules §6."""

    PENDING = "PENDING"
    ISSUED = "ISSUED"


CLOSING_KINDS = frozenset({ChargeKind.CREDIT, ChargeKind.ADJUSTMENT})
"""A charge that one of these reverses gives nothing back later."""


class ItemKind(StrEnum):
    """What a line charges for. Kind and code together identify a plan, an add-on or a number."""

    PLAN = "PLAN"
    ADD_ON = "ADD_ON"
    NUMBER = "NUMBER"


@dataclass(frozen=True)
class Item:
    kind: ItemKind
    code: str
    name: str


def description_of(name: str, starts_on: date, ends_on: date) -> str:
    """A line as text, with its first and last day (both inclusive)."""
    return f"{name}, {starts_on} to {ends_on}"


@dataclass(frozen=True)
class Line:
    """`amount` is `unit x quantity x fraction`, rounded once; a negative one gives money back.

    `unit` pays for `cycle_months` months. `reverses` is the charge that a CREDIT, REFUND or
    ADJUSTMENT gives back.
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
    """A line that was charged for the current term.

    `given_back` is the sum of the lines that reverse it (zero or negative). A `closed` charge gives
    nothing back.
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
    """A line that charges for the period. Raises INVALID_VALUE if the amount is too large."""
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
    """A line that gives back `fraction` of a charge's full amount, at most `limit` and what remains of it."""
    line = charged.line
    full = line.unit.part(line.quantity, fraction)
    amount = full.at_most(charged.remaining if limit is None else charged.remaining.at_most(limit))
    credit = replace(line, kind=kind, period=period, fraction=fraction, amount=-amount, reverses=charged.id)
    # A reduced amount is no longer unit x quantity x fraction of the charge: it is its own unit.
    return credit if amount == full else replace(credit, unit=amount, quantity=1, fraction=WHOLE)


def sum_of(lines: Iterable[Line]) -> Amounts:
    return total(line.amount for line in lines)
