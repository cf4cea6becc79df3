"""Exact money, rounded half up once: rules §1."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.currency import decimal_texts, to_decimal
from domain.money import MAX_AMOUNT, WHOLE, ZERO, Amounts, AmountTooLargeError, Fraction, total
from tests.domain.strategies import amounts, exact, examples, fractions, half_up

DIGITS = {"JPY": 0, "USD": 2, "KWD": 3}


def minor(text: str, currency: str) -> int:
    return int(Decimal(text).scaleb(DIGITS[currency]))


@pytest.mark.parametrize(
    ("currency", "unit", "quantity", "fraction", "rounded"),
    [
        # the published example
        ("USD", "740.00", 1, Fraction(6, 12), "370.00"),
        ("USD", "740.00", 1, Fraction(5, 12), "308.33"),
        ("USD", "730.00", 1, Fraction(5, 12), "304.17"),
        ("USD", "370.00", 1, Fraction(5, 12), "154.17"),
        ("USD", "365.00", 1, Fraction(5, 12), "152.08"),
        ("USD", "740.00", 1, Fraction(153, 365), "310.19"),
        ("USD", "730.00", 1, Fraction(153, 365), "306.00"),
        ("USD", "370.00", 1, Fraction(153, 365), "155.10"),
        # a half is rounded up, to odd and even cents
        ("USD", "0.01", 1, Fraction(1, 2), "0.01"),
        ("USD", "0.03", 1, Fraction(1, 2), "0.02"),
        ("USD", "0.05", 1, Fraction(1, 2), "0.03"),
        ("USD", "0.01", 1, Fraction(49, 100), "0.00"),
        ("USD", "1.00", 1, Fraction(1, 3), "0.33"),
        ("USD", "1.00", 1, Fraction(2, 3), "0.67"),
        # rounded once per line, not once per licence (3 x 16.67 would be 50.01)
        ("USD", "33.33", 3, Fraction(1, 2), "50.00"),
        ("USD", "740.00", 3, Fraction(5, 12), "925.00"),
        # an extended term
        ("USD", "370.00", 1, Fraction(14, 12), "431.67"),
        # no decimals
        ("JPY", "10000", 1, Fraction(5, 12), "4167"),
        ("JPY", "1001", 1, Fraction(1, 2), "501"),
        ("JPY", "1000", 7, Fraction(1, 12), "583"),
        # three decimals
        ("KWD", "10.000", 1, Fraction(5, 12), "4.167"),
        ("KWD", "0.001", 1, Fraction(1, 2), "0.001"),
        ("KWD", "112.345", 2, Fraction(153, 365), "94.185"),
        # given back: the magnitude is rounded
        ("USD", "-0.01", 1, Fraction(1, 2), "-0.01"),
        ("USD", "-0.05", 1, Fraction(1, 2), "-0.03"),
        ("USD", "-740.00", 1, Fraction(5, 12), "-308.33"),
    ],
)
def test_magnitudes_are_rounded_half_up_once(
    currency: str, unit: str, quantity: int, fraction: Fraction, rounded: str
) -> None:
    expected, full = minor(rounded, currency), minor(unit, currency)
    assert Amounts(full, 0).part(quantity, fraction) == Amounts(expected, 0)
    assert Amounts(0, full).part(quantity, fraction) == Amounts(0, expected)


@examples
@given(st.integers(-(10**9), 10**9), st.integers(1, 10**4), fractions)
def test_rounding_is_half_up_of_the_exact_fraction(unit: int, quantity: int, fraction: Fraction) -> None:
    expected = half_up(unit * quantity * exact(fraction))
    assert Amounts(unit, unit).part(quantity, fraction) == Amounts(expected, expected)


@examples
@given(amounts, st.integers(1, 100), fractions)
def test_negative_amounts_round_like_positive_ones(unit: Amounts, quantity: int, fraction: Fraction) -> None:
    assert (-unit).part(quantity, fraction) == -unit.part(quantity, fraction)


@examples
@given(amounts, st.integers(1, 100))
def test_a_full_amount_is_not_rounded(unit: Amounts, quantity: int) -> None:
    assert unit.part(quantity, WHOLE) == unit.part(quantity, Fraction(12, 12)) == unit * quantity


def test_a_total_is_the_sum_of_its_rounded_lines() -> None:
    third = Amounts(100, 50).part(1, Fraction(1, 3))
    assert total([third, third, third]) == Amounts(99, 51)
    assert total([]) == ZERO


def test_a_limit_holds_on_each_side_separately() -> None:
    assert Amounts(5, 9).at_most(Amounts(7, 7)) == Amounts(5, 7)
    assert Amounts(9, 5).at_most(Amounts(7, 7)) == Amounts(7, 5)


def test_price_and_cost_are_computed_together() -> None:
    assert Amounts(3700, 3650) * 3 == Amounts(11100, 10950)
    assert Amounts(740, 730) + -Amounts(370, 365) == Amounts(370, 365)


@pytest.mark.parametrize("side", [Amounts(MAX_AMOUNT, 0), Amounts(0, MAX_AMOUNT)])
def test_too_large_an_amount_is_refused_on_either_side(side: Amounts) -> None:
    assert side.part(1, WHOLE) == side
    with pytest.raises(AmountTooLargeError):
        side.part(2, WHOLE)
    assert side.part(2, Fraction(1, 2)) == side


CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "CLF"])  # with 2, 0, 3 and 4 digits


@given(st.integers(-MAX_AMOUNT, MAX_AMOUNT) | st.integers(-10_000, 10_000), CURRENCIES)
def test_decimal_texts_equal_the_decimals(minor: int, currency: str) -> None:
    assert decimal_texts(currency)(minor) == str(to_decimal(minor, currency))
