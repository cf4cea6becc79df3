"""What part of a cycle a change pays for: rules §3."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Fraction
from domain.periods import BillingModel, Period, Term
from domain.policy import CancellationAdjustment, Policy, ProrationUnit, UpgradeBasis
from domain.proration import extension_fraction, remaining_fraction
from tests.builders import EXAMPLE_TERM, MONTHLY, QUARTERLY, YEARLY, period
from tests.domain.drawn import anchored, days_of, exact, examples, models, terms

CALENDAR, ANNIVERSARY, DAY = ProrationUnit

EXTENDED = period("2020-11-16", "2022-01-15")
FROM_JANUARY_31 = period("2021-01-31", "2021-04-29")
FROM_CLAMPED_FEBRUARY = period("2021-02-28", "2021-05-30", anchor_day=31)
LEAP_DAY_TO_FEBRUARY_27 = period("2020-02-29", "2021-02-27")
LEAP_YEAR = period("2024-01-01", "2024-12-31")


@pytest.mark.parametrize(
    ("unit", "whole", "cycle_months", "on", "numerator", "denominator"),
    [
        # the table of rules §3
        (CALENDAR, EXAMPLE_TERM, 12, date(2021, 6, 16), 6, 12),
        (ANNIVERSARY, EXAMPLE_TERM, 12, date(2021, 6, 16), 5, 12),
        (DAY, EXAMPLE_TERM, 12, date(2021, 6, 16), 153, 365),
        # calendar months touched, at most the term's
        (CALENDAR, EXAMPLE_TERM, 12, date(2020, 11, 16), 12, 12),
        (CALENDAR, EXAMPLE_TERM, 12, date(2020, 11, 30), 12, 12),
        (CALENDAR, EXAMPLE_TERM, 12, date(2020, 12, 31), 12, 12),
        (CALENDAR, EXAMPLE_TERM, 12, date(2021, 1, 1), 11, 12),
        (CALENDAR, EXAMPLE_TERM, 12, date(2021, 6, 30), 6, 12),
        (CALENDAR, EXAMPLE_TERM, 12, date(2021, 7, 1), 5, 12),
        (CALENDAR, EXAMPLE_TERM, 12, date(2021, 11, 15), 1, 12),
        (CALENDAR, LEAP_YEAR, 12, date(2024, 12, 1), 1, 12),
        (CALENDAR, FROM_JANUARY_31, 3, date(2021, 1, 31), 3, 3),
        (CALENDAR, FROM_JANUARY_31, 3, date(2021, 2, 28), 3, 3),
        (CALENDAR, FROM_JANUARY_31, 3, date(2021, 3, 1), 2, 3),
        # months from the term's start, a started one whole
        (ANNIVERSARY, EXAMPLE_TERM, 12, date(2020, 12, 15), 12, 12),
        (ANNIVERSARY, EXAMPLE_TERM, 12, date(2020, 12, 16), 11, 12),
        (ANNIVERSARY, EXAMPLE_TERM, 12, date(2021, 6, 15), 6, 12),
        (ANNIVERSARY, EXAMPLE_TERM, 12, date(2021, 11, 15), 1, 12),
        (ANNIVERSARY, FROM_JANUARY_31, 3, date(2021, 2, 27), 3, 3),
        (ANNIVERSARY, FROM_JANUARY_31, 3, date(2021, 2, 28), 2, 3),
        (ANNIVERSARY, FROM_JANUARY_31, 3, date(2021, 3, 30), 2, 3),
        (ANNIVERSARY, FROM_JANUARY_31, 3, date(2021, 3, 31), 1, 3),
        (ANNIVERSARY, FROM_CLAMPED_FEBRUARY, 3, date(2021, 3, 30), 3, 3),
        (ANNIVERSARY, FROM_CLAMPED_FEBRUARY, 3, date(2021, 3, 31), 2, 3),
        # days
        (DAY, EXAMPLE_TERM, 12, date(2020, 11, 16), 365, 365),
        (DAY, EXAMPLE_TERM, 12, date(2021, 11, 15), 1, 365),
        (DAY, LEAP_YEAR, 12, date(2024, 3, 1), 306, 366),
        (DAY, LEAP_DAY_TO_FEBRUARY_27, 12, date(2021, 2, 27), 1, 365),
        (DAY, FROM_JANUARY_31, 3, date(2021, 2, 28), 61, 89),
        # an extended term, over one cycle all the same
        (CALENDAR, EXTENDED, 12, date(2020, 11, 16), 14, 12),
        (CALENDAR, EXTENDED, 12, date(2021, 6, 16), 8, 12),
        (ANNIVERSARY, EXTENDED, 12, date(2021, 6, 16), 7, 12),
        (DAY, EXTENDED, 12, date(2021, 6, 16), 214, 365),
    ],
)
def test_a_change_pays_for_the_rest_of_the_term(
    unit: ProrationUnit, whole: Period, cycle_months: int, on: date, numerator: int, denominator: int
) -> None:
    assert remaining_fraction(unit, whole, cycle_months, on) == Fraction(numerator, denominator)


def test_the_defaults_reproduce_the_published_example() -> None:
    assert Policy() == Policy(
        proration_unit=CALENDAR,
        upgrade_basis=UpgradeBasis.TARGET_PLAN,
        allow_refund=True,
        refund_window_days=14,
        cancellation_adjustment=CancellationAdjustment.DAILY,
    )


@pytest.mark.parametrize(
    ("over", "model", "numerator", "denominator"),
    [
        (period("2021-11-16", "2021-12-15"), YEARLY, 1, 12),
        (period("2021-11-16", "2021-12-16"), YEARLY, 2, 12),
        (period("2021-11-16", "2023-01-15"), YEARLY, 14, 12),
        (period("2021-02-28", "2021-03-31", anchor_day=31), MONTHLY, 2, 1),
        (period("2021-04-30", "2021-05-30", anchor_day=31), QUARTERLY, 1, 3),
    ],
)
def test_an_extension_is_charged_by_its_started_months(
    over: Period, model: BillingModel, numerator: int, denominator: int
) -> None:
    assert extension_fraction(over, model) == Fraction(numerator, denominator)


@st.composite
def changes(draw: st.DrawFn, extra_months: tuple[int, ...]) -> tuple[Term, int, date]:
    """A term, the months of its cycle, and a day in it."""
    model = draw(models)
    term = draw(terms(model, draw(st.sampled_from(extra_months))))
    return term, model.months, draw(days_of(term))


def counted(unit: ProrationUnit, term: Term, cycle_months: int, on: date) -> tuple[int, int]:
    """The fraction, counted one by one: months on the calendar's pages, months of the term, or days."""
    starts = [anchored(term.starts_on, k, term.anchor_day) for k in range(1, 500)]
    months = [start for start in starts if start <= term.ends_before]
    rest = [on + timedelta(days=n) for n in range((term.ends_before - on).days)]
    if unit is CALENDAR:
        return min(len({(d.year, d.month) for d in rest}), len(months)), cycle_months
    if unit is ANNIVERSARY:
        return sum(end > on for end in months), cycle_months
    return len(rest), (starts[cycle_months - 1] - term.starts_on).days


@examples
@given(st.sampled_from(ProrationUnit), changes(extra_months=(0, 1, 7)))
def test_fractions_are_as_counted_one_by_one(unit: ProrationUnit, change: Any) -> None:
    term, cycle_months, on = change
    assert remaining_fraction(unit, term, cycle_months, on) == Fraction(
        *counted(unit, term, cycle_months, on)
    )


@examples
@given(st.sampled_from(ProrationUnit), changes(extra_months=(0,)))
def test_no_more_than_one_cycle_is_charged_in_a_term_of_one_cycle(unit: ProrationUnit, change: Any) -> None:
    term, cycle_months, on = change
    assert 0 < exact(remaining_fraction(unit, term, cycle_months, on)) <= 1
    assert exact(remaining_fraction(unit, term, cycle_months, term.starts_on)) == 1


@examples
@given(st.sampled_from(ProrationUnit), changes(extra_months=(0, 1, 7)), st.data())
def test_a_later_change_never_pays_for_more(unit: ProrationUnit, change: Any, data: st.DataObject) -> None:
    term, cycle_months, on = change
    later = data.draw(st.dates(on, term.ends_on))
    earlier_part = exact(remaining_fraction(unit, term, cycle_months, on))
    assert exact(remaining_fraction(unit, term, cycle_months, later)) <= earlier_part
