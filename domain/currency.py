"""Decimal amounts (365.00) to minor units (36500) and back. Digits: ISO 4217."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache

from babel.core import get_global
from babel.numbers import get_currency_precision

from domain.errors import ErrorCode, LifecycleError
from domain.money import MAX_AMOUNT

MAX_DIGITS = 30
"""The most decimal digits that an amount may have."""

CACHED_TEXTS = 4_096
"""Texts kept for each currency: many lines have the same amounts."""


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has, or had, the code."""
    return len(code) == 3 and code in get_global("all_currencies")


def to_minor(amount: Decimal, currency: str, *field: str) -> int:
    """The amount in minor units: "365.00" USD is 36500.

    Raises INVALID_VALUE for a negative or too large amount, and for more digits than the currency has.
    """
    digits = get_currency_precision(currency)
    if not amount.is_finite() or not 0 <= amount <= to_decimal(MAX_AMOUNT, currency):
        most = to_decimal(MAX_AMOUNT, currency)
        raise LifecycleError(ErrorCode.INVALID_VALUE, f"An amount must be from 0 to {most}.", *field)
    # A tiny exponent means a fraction of millions of digits: refuse it before computing it.
    tiny = int(amount.as_tuple().exponent) < -MAX_DIGITS
    exact = Fraction(0 if tiny else amount) * 10**digits
    if tiny or exact.denominator != 1:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"{currency} has {digits} decimal digits; more were given.", *field
        )
    return int(exact)


def to_decimal(minor: int, currency: str) -> Decimal:
    """The amount with the currency's digits, trailing zeros kept: 36500 USD is "365.00"."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


@cache
def decimal_texts(currency: str) -> Callable[[int], str]:
    """Writes minor units as `to_decimal` does, but fast for many amounts: 36500 USD is "365.00"."""
    digits = get_currency_precision(currency)

    @lru_cache(CACHED_TEXTS)
    def text(minor: int) -> str:
        padded = str(abs(minor)).rjust(digits + 1, "0")
        return f"{'-' if minor < 0 else ''}{padded[:-digits]}.{padded[-digits:]}"

    return text if digits else str
