"""Exact money: whole minor units of one currency (cents, yen, fils), never a float.

Every sellable thing has a price (customer pays partner) and a cost (partner pays platform); the
two are always computed together, by the same formula. Source: rules, section 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

# A BIGINT column holds 2^63 - 1 minor units; a bound well below it leaves room for totals.
MAX_AMOUNT = 10**16


class AmountTooLargeError(ValueError):
    """An amount would pass MAX_AMOUNT minor units."""


@dataclass(frozen=True)
class Fraction:
    """The part of a full amount that a line charges, kept as it was counted: 6/12 stays 6/12."""

    numerator: int
    denominator: int


WHOLE = Fraction(1, 1)


@dataclass(frozen=True)
class Amounts:
    """A price and its cost, in minor units of the same currency. Negative is money given back."""

    price: int
    cost: int

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.price + other.price, self.cost + other.cost)

    def __neg__(self) -> "Amounts":
        return Amounts(-self.price, -self.cost)

    def __mul__(self, factor: int) -> "Amounts":
        return Amounts(self.price * factor, self.cost * factor)

    def at_most(self, limit: Self) -> "Amounts":
        """The smaller of the two on each side; prices and costs are limited separately."""
        return Amounts(min(self.price, limit.price), min(self.cost, limit.cost))

    def part(self, quantity: int, fraction: Fraction) -> "Amounts":
        """`self x quantity x fraction`, each side's magnitude rounded half up, once.

        Raises AmountTooLargeError.
        """
        return Amounts(_part(self.price, quantity, fraction), _part(self.cost, quantity, fraction))


ZERO = Amounts(0, 0)


def total(amounts: Iterable[Amounts]) -> Amounts:
    """The sum of amounts that are already rounded."""
    return sum(amounts, ZERO)


def _part(unit: int, quantity: int, fraction: Fraction) -> int:
    exact = abs(unit) * quantity * fraction.numerator
    rounded = (2 * exact + fraction.denominator) // (2 * fraction.denominator)
    if rounded > MAX_AMOUNT:
        raise AmountTooLargeError
    return rounded if unit >= 0 else -rounded
