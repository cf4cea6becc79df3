"""What a termination refunds and a cancellation adjusts: rules, sections 1, 4.11 and 4.12."""

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
from tests.domain.drawn import anchored, days_of, examples, half_up, running

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
        # at most what is left, on each side
        (NEARLY_GIVEN_BACK, (1000, 0), (1000, 0)),
        (FREE, None, None),
        (FREE_FOR_THE_CUSTOMER, (0, 4000), (0, 5030)),
    ],
)
def test_a_charge_gives_back_a_part_of_what_is_left_of_it(
    charge: Charge, refunded: tuple[int, int] | None, adjusted: tuple[int, int] | None
) -> None:
    held, on = subscription(charges=(charge,)), day("2021-06-16")
    for lines, expected in [(refunds(held, on), refunded), (adjustments(held, held.charges, on), adjusted)]:
        assert [-line.amount for line in lines] == ([Amounts(*expected)] if expected else [])
        assert all(line.reverses == charge.id for line in lines)


def test_june_16_begins_the_eighth_month() -> None:
    """The table above counts on it."""
    assert [refunds(subscription(), day(f"2021-06-{on}"))[0].fraction for on in (15, 16)] == [
        Fraction(5, 12),
        Fraction(4, 12),
    ]


@pytest.mark.parametrize(
    ("on", "refunded", "adjusted"),
    [
        ("2020-11-16", WHOLE, (365, 365)),
        ("2020-11-30", WHOLE, (351, 365)),
        ("2020-12-01", (11, 12), (350, 365)),
        ("2020-12-15", (11, 12), (336, 365)),
        ("2020-12-16", (10, 12), (335, 365)),
        ("2021-10-15", (1, 12), (32, 365)),
        ("2021-10-16", None, (31, 365)),
        ("2021-11-15", None, (1, 365)),
    ],
)
def test_the_fraction_is_kept_as_it_was_counted(
    on: str, refunded: Fraction | tuple[int, int] | None, adjusted: tuple[int, int]
) -> None:
    held = subscription()
    told = refunded if isinstance(refunded, Fraction) or refunded is None else Fraction(*refunded)
    assert [line.fraction for line in refunds(held, day(on))] == ([told] if told else [])
    assert [line.fraction for line in adjustments(held, held.charges, day(on))] == [Fraction(*adjusted)]


@pytest.mark.parametrize("on", ["2020-11-16", "2021-06-16"])
def test_each_policy_governs_its_own_action(on: str) -> None:
    without_refunds = subscription(customer=NO_REFUNDS)
    without_adjustment = subscription(customer=NO_ADJUSTMENT)
    assert refunds(without_refunds, day(on)) == ()
    assert adjustments(without_refunds, without_refunds.charges, day(on))
    assert adjustments(without_adjustment, without_adjustment.charges, day(on)) == ()
    assert refunds(without_adjustment, day(on))


def test_what_is_given_back_has_the_charged_amount_as_its_unit() -> None:
    three = plan_charge(1, quantity=3)
    held = subscription(charges=(three,))
    (refund,), (adjustment,) = refunds(held, day("2021-06-16")), adjustments(held, [three], day("2021-06-16"))
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
def test_from_the_terms_first_day_months_keep_the_anchor_day(on: str, months: int) -> None:
    clamped = term("2021-02-28", "2021-05-30", 2, anchor_day=31)
    held = subscription(
        term=clamped, purchased_on=day("2020-11-30"), charges=(plan_charge(1, over=clamped, cycle_months=3),)
    )
    assert [line.fraction for line in refunds(held, day(on))] == ([Fraction(months, 3)] if months else [])


def starts_of_months(of: Period) -> list[date]:
    """The first days of its months, a short last one included, one by one."""
    starts = (anchored(of.starts_on, k, of.anchor_day) for k in range(1, 1000))
    return [of.starts_on, *(start for start in starts if start < of.ends_before)]


def back(charged: Charge, numerator: int, denominator: int) -> Amounts:
    """That part of the charge, at most what is left of it; nothing of a closed one."""
    part, amount, left = Exact(numerator, denominator), charged.line.amount, charged.remaining
    if charged.closed:
        return Amounts(0, 0)
    return Amounts(min(half_up(amount.price * part), left.price), min(half_up(amount.cost * part), left.cost))


def as_told(lines: tuple[Line, ...], held: Subscription) -> list[Amounts]:
    """What each charge gives back; at most one line names it."""
    told = {line.reverses: -line.amount for line in lines}
    assert len(told) == len(lines)
    return [told.get(charge.id, Amounts(0, 0)) for charge in held.charges]


@examples
@given(running(), st.integers(0, 60), st.integers(0, 60), st.data())
def test_refunds_are_as_counted_month_by_month(
    held: Subscription, window: int, bought_before: int, data: st.DataObject
) -> None:
    held = replace(
        held,
        customer=customer(refund_window_days=window),
        purchased_on=held.term.starts_on - timedelta(days=bought_before),
    )
    today = data.draw(days_of(held.term))
    expected = []
    for charge in held.charges:
        months = starts_of_months(charge.line.period)
        to_come = sum(start > today for start in months)
        in_window = (today - held.purchased_on).days <= window
        expected.append(back(charge, 1, 1) if in_window else back(charge, to_come, len(months)))
    assert as_told(refunds(held, today), held) == expected


@examples
@given(running(), st.data())
def test_adjustments_are_as_counted_day_by_day(held: Subscription, data: st.DataObject) -> None:
    on = data.draw(days_of(held.term))
    expected = []
    for charge in held.charges:
        first, whole = charge.line.period.starts_on, charge.line.period.days
        days = [first + timedelta(days=n) for n in range(whole)]
        expected.append(back(charge, sum(each >= on for each in days), whole))
    lines = adjustments(held, held.charges, on)
    assert as_told(lines, held) == expected
    assert all(line.period.starts_on >= on for line in lines)


@examples
@given(running(), st.data())
def test_a_later_day_never_gives_more_back(held: Subscription, data: st.DataObject) -> None:
    held = replace(held, purchased_on=held.term.starts_on)
    first, second = sorted([data.draw(days_of(held.term)), data.draw(days_of(held.term))])
    for given_back in (refunds, lambda s, on: adjustments(s, s.charges, on)):
        early, late = sum_of(given_back(held, first)), sum_of(given_back(held, second))
        assert early.price <= late.price <= 0
        assert early.cost <= late.cost <= 0
