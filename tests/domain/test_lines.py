"""Lines of money, and lines that take them back: rules §1."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ErrorCode, LifecycleError
from domain.lines import Charge, ChargeKind, Item, ItemKind, Line, charge, reversal, sum_of
from domain.money import MAX_AMOUNT, WHOLE, ZERO, Amounts, Fraction
from tests.builders import BUSINESS, YEARLY, period, plan_charge, refused, uid
from tests.domain.drawn import amounts, examples, fractions, redone

REST = period("2021-06-16", "2021-11-15")
ITEM = Item(ItemKind.PLAN, "BUS", "Business")
HALF = Fraction(6, 12)


def test_a_charge_is_unit_times_quantity_times_fraction() -> None:
    line = charge(ChargeKind.UPGRADE, ITEM, REST, BUSINESS.unit(YEARLY), 12, quantity=3, fraction=HALF)
    assert line == Line(
        kind=ChargeKind.UPGRADE,
        item=ITEM,
        period=REST,
        quantity=3,
        fraction=HALF,
        unit=Amounts(74000, 73000),
        amount=Amounts(111000, 109500),
        cycle_months=12,
        reverses=None,
    )


def test_a_charge_is_for_one_whole_unit_where_nothing_else_is_said() -> None:
    line = charge(ChargeKind.RENEWAL, ITEM, REST, Amounts(74000, 73000), 12)
    assert (line.quantity, line.fraction, line.amount) == (1, WHOLE, line.unit)


def test_a_description_names_the_inclusive_last_day() -> None:
    line = charge(ChargeKind.UPGRADE, ITEM, REST, Amounts(74000, 73000), 12)
    assert line.description == "Business, 2021-06-16 to 2021-11-15"


@pytest.mark.parametrize("unit", [Amounts(MAX_AMOUNT, 1), Amounts(1, MAX_AMOUNT)])
def test_an_amount_too_large_is_refused_and_the_text_tells_no_amount(unit: Amounts) -> None:
    with pytest.raises(
        LifecycleError, match=r"^The amount for Business is too large to be charged\.$"
    ) as caught:
        charge(ChargeKind.UPGRADE, ITEM, REST, unit, 12, quantity=2)
    assert caught.value.code is ErrorCode.INVALID_VALUE


def test_an_amount_too_large_on_the_whole_may_be_charged_in_part() -> None:
    with refused(ErrorCode.INVALID_VALUE):
        charge(ChargeKind.UPGRADE, ITEM, REST, Amounts(MAX_AMOUNT, 0), 12, 2)
    line = charge(ChargeKind.UPGRADE, ITEM, REST, Amounts(MAX_AMOUNT, 0), 12, 2, HALF)
    assert line.amount == Amounts(MAX_AMOUNT, 0)


@pytest.mark.parametrize("kind", [ChargeKind.CREDIT, ChargeKind.REFUND, ChargeKind.ADJUSTMENT])
def test_what_is_given_back_derives_from_the_charge(kind: ChargeKind) -> None:
    paid = plan_charge(7, quantity=3)
    assert reversal(kind, paid, REST, HALF) == replace(
        paid.line,
        kind=kind,
        period=REST,
        fraction=HALF,
        amount=Amounts(-55500, -54750),
        reverses=uid(7),
    )


@pytest.mark.parametrize(
    ("given_back", "limit", "amount"),
    [
        (ZERO, None, Amounts(-18500, -18250)),
        (Amounts(-18500, -18250), None, Amounts(-18500, -18250)),
        (Amounts(-18501, -18251), None, Amounts(-18499, -18249)),
        (Amounts(-37000, -10000), None, Amounts(0, -18250)),
        (Amounts(-37000, -36500), None, ZERO),
        (ZERO, Amounts(10000, 20000), Amounts(-10000, -18250)),
        (ZERO, Amounts(20000, 0), Amounts(-18500, 0)),
        (Amounts(-30000, 0), Amounts(20000, 500), Amounts(-7000, -500)),
    ],
)
def test_no_side_gives_back_more_than_is_left_of_it(
    given_back: Amounts, limit: Amounts | None, amount: Amounts
) -> None:
    paid = plan_charge(1, given_back=given_back)
    assert reversal(ChargeKind.CREDIT, paid, REST, HALF, limit).amount == amount


@examples
@given(amounts, st.integers(1, 5), fractions, st.lists(fractions, max_size=6))
def test_all_that_is_given_back_never_exceeds_the_charge(
    unit: Amounts, quantity: int, fraction: Fraction, parts: list[Fraction]
) -> None:
    line = charge(ChargeKind.PURCHASE, ITEM, REST, unit, 12, quantity, fraction)
    assert line.amount == redone(unit, quantity, fraction)
    charged = Charge(uid(1), line)
    for part in parts:
        back = reversal(ChargeKind.REFUND, charged, REST, part).amount
        assert 0 <= -back.price <= charged.remaining.price
        assert 0 <= -back.cost <= charged.remaining.cost
        charged = replace(charged, given_back=charged.given_back + back)


def test_a_sum_is_that_of_the_rounded_lines() -> None:
    third = charge(ChargeKind.ADD_ON, ITEM, REST, Amounts(100, 50), 12, fraction=Fraction(1, 3))
    assert sum_of([third, third, third]) == Amounts(99, 51)
