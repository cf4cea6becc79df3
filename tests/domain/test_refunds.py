"""Refunds of terminations and adjustments of cancellations: rules §1, §4.11 and §4.12."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction as Exact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lines import Charge, ChargeKind, Line, sum_of
from domain.money import WHOLE, Amounts, Fraction
from domain.periods import Period
from domain.policy import CancellationAdjustment
from domain.refunds import adjustments, refunds
from domain.subscription import Subscription
from tests.builders import customer, day, period, plan_charge, subscription, term, uid
from tests.domain.strategies import anchored, days_of, examples, half_up, running

NO_REFUNDS = customer(allow_refund=False)
NO_ADJUSTMENT = customer(cancellation_adjustment=CancellationAdjustment.NONE)

PURCHASE = plan_charge(1)
IN_MARCH = plan_charge(2, over=period("2021-03-16", "2021-11-15"), amount=Amounts(27750, 27375))
CLOSED = plan_charge(3, closed=True)
GIVEN_BACK = plan_charge(4, given_back=Amounts(-37000, -36500))
NEARLY_GIVEN_BACK = plan_charge(5, given_back=Amounts(-36000, -36500))
FREE = plan_charge(6, unit=Amounts(0, 0))
FREE_FOR_THE_CUSTOMER = plan_charge(7, unit=Amounts(0, 12000))


@pytest.mark.parametrize(
    ("charge", "refunded", "adjusted"),
    [
        # on 16 June, from 16 November to 15 November: 4 of 12 months, 153 of 365 days
        (PURCHASE, (12333, 12167), (15510, 15300)),
        # 4 of its 8 months, 153 of its 245 days
        (IN_MARCH, (13875, 13688), (17330, 17095)),
        (CLOSED, None, None),
        (GIVEN_BACK, None, None),
        # at most what remains, on each side
        (NEARLY_GIVEN_BACK, (1000, 0), (1000, 0)),
        (FREE, None, None),
        (FREE_FOR_THE_CUSTOMER, (0, 4000), (0, 5030)),
    ],
)
def test_a_charge_gives_back_part_of_what_remains(
    charge: Charge, refunded: tuple[int, int] | None, adjusted: tuple[int, int] | None
) -> None:
    state, on = subscription(charges=(charge,)), day("2021-06-16")
    for lines, expected in [
        (refunds(state, on), refunded),
        (adjustments(state, state.charges, on), adjusted),
    ]:
        assert [-line.amount for line in lines] == ([Amounts(*expected)] if expected else [])
        assert all(line.reverses == charge.id for line in lines)


@pytest.mark.parametrize(
    ("on", "refunded", "adjusted"),
    [
        ("2020-11-16", WHOLE, (365, 365)),
        ("2020-11-30", WHOLE, (351, 365)),
        ("2020-12-01", (11, 12), (350, 365)),
        ("2020-12-15", (11, 12), (336, 365)),
        ("2020-12-16", (10, 12), (335, 365)),
        # 16 June begins the eighth month
        ("2021-06-15", (5, 12), (154, 365)),
        ("2021-06-16", (4, 12), (153, 365)),
        ("2021-10-15", (1, 12), (32, 365)),
        ("2021-10-16", None, (31, 365)),
        ("2021-11-15", None, (1, 365)),
    ],
)
def test_the_fraction_is_kept_as_it_was_counted(
    on: str, refunded: Fraction | tuple[int, int] | None, adjusted: tuple[int, int]
) -> None:
    state = subscription()
    expected = refunded if isinstance(refunded, Fraction) or refunded is None else Fraction(*refunded)
    assert [line.fraction for line in refunds(state, day(on))] == ([expected] if expected else [])
    assert [line.fraction for line in adjustments(state, state.charges, day(on))] == [Fraction(*adjusted)]


@pytest.mark.parametrize("on", ["2020-11-16", "2021-06-16"])
def test_each_policy_governs_its_own_action(on: str) -> None:
    without_refunds = subscription(customer=NO_REFUNDS)
    without_adjustment = subscription(customer=NO_ADJUSTMENT)
    assert refunds(without_refunds, day(on)) == ()
    assert adjustments(without_refunds, without_refunds.charges, day(on))
    assert adjustments(without_adjustment, without_adjustment.charges, day(on)) == ()
    assert refunds(without_adjustment, day(on))


def test_the_charged_amount_is_the_unit_of_a_refund() -> None:
    three = plan_charge(1, quantity=3)
    state = subscription(charges=(three,))
    (refund,), (adjustment,) = (
        refunds(state, day("2021-06-16")),
        adjustments(state, [three], day("2021-06-16")),
    )
    assert refund == replace(
        three.line,
        kind=ChargeKind.REFUND,
        period=Period(day("2021-07-16"), day("2021-11-16"), 16),
        quantity=1,
        fraction=Fraction(4, 12),
        unit=Amounts(111000, 109500),
        amount=Amounts(-37000, -36500),
        reverses=uid(1),
    )
    assert (adjustment.kind, adjustment.unit, adjustment.quantity) == (
        ChargeKind.ADJUSTMENT,
        Amounts(111000, 109500),
        1,
    )
    assert adjustment.period == Period(day("2021-06-16"), day("2021-11-16"), 16)


@pytest.mark.parametrize(
    ("on", "months"), [("2021-03-30", 2), ("2021-03-31", 1), ("2021-04-29", 1), ("2021-04-30", 0)]
)
def test_months_from_the_first_day_keep_the_anchor(on: str, months: int) -> None:
    clamped = term("2021-02-28", "2021-05-30", 2, anchor_day=31)
    state = subscription(
        term=clamped, purchased_on=day("2020-11-30"), charges=(plan_charge(1, over=clamped, cycle_months=3),)
    )
    assert [line.fraction for line in refunds(state, day(on))] == ([Fraction(months, 3)] if months else [])


def starts_of_months(of: Period) -> list[date]:
    """The first days of its months, one by one; a short last month counts."""
    starts = (anchored(of.starts_on, k, of.anchor_day) for k in range(1, 1000))
    return [of.starts_on, *(start for start in starts if start < of.ends_before)]


def back(charged: Charge, numerator: int, denominator: int) -> Amounts:
    """That part of the charge, at most what remains of it; nothing of a closed charge."""
    part, amount, left = Exact(numerator, denominator), charged.line.amount, charged.remaining
    if charged.closed:
        return Amounts(0, 0)
    return Amounts(min(half_up(amount.price * part), left.price), min(half_up(amount.cost * part), left.cost))


def by_charge(lines: tuple[Line, ...], state: Subscription) -> list[Amounts]:
    """What each charge gives back; at most one line reverses it."""
    given = {line.reverses: -line.amount for line in lines}
    assert len(given) == len(lines)
    return [given.get(charge.id, Amounts(0, 0)) for charge in state.charges]


@examples
@given(running(), st.integers(0, 60), st.integers(0, 60), st.data())
def test_refunds_are_as_counted_month_by_month(
    state: Subscription, window: int, bought_before: int, data: st.DataObject
) -> None:
    state = replace(
        state,
        customer=customer(refund_window_days=window),
        purchased_on=state.term.starts_on - timedelta(days=bought_before),
    )
    today = data.draw(days_of(state.term))
    expected = []
    for charge in state.charges:
        months = starts_of_months(charge.line.period)
        to_come = sum(start > today for start in months)
        in_window = (today - state.purchased_on).days <= window
        expected.append(back(charge, 1, 1) if in_window else back(charge, to_come, len(months)))
    assert by_charge(refunds(state, today), state) == expected


@examples
@given(running(), st.data())
def test_adjustments_are_as_counted_day_by_day(state: Subscription, data: st.DataObject) -> None:
    on = data.draw(days_of(state.term))
    expected = []
    for charge in state.charges:
        first, whole = charge.line.period.starts_on, charge.line.period.days
        days = [first + timedelta(days=n) for n in range(whole)]
        expected.append(back(charge, sum(each >= on for each in days), whole))
    lines = adjustments(state, state.charges, on)
    assert by_charge(lines, state) == expected
    assert all(line.period.starts_on >= on for line in lines)


@examples
@given(running(), st.data())
def test_a_later_day_never_gives_more_back(state: Subscription, data: st.DataObject) -> None:
    state = replace(state, purchased_on=state.term.starts_on)
    first, second = sorted([data.draw(days_of(state.term)), data.draw(days_of(state.term))])
    for given_back in (refunds, lambda s, on: adjustments(s, s.charges, on)):
        early, late = sum_of(given_back(state, first)), sum_of(given_back(state, second))
        assert early.price <= late.price <= 0
        assert early.cost <= late.cost <= 0
