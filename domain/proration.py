"""What part of a billing cycle a change in mid-term pays for. Source: rules, section 3."""

from datetime import date

from domain.money import Fraction
from domain.periods import BillingModel, Period, add_months, calendar_months_touched
from domain.policy import ProrationUnit


def remaining_fraction(unit: ProrationUnit, period: Period, cycle_months: int, day: date) -> Fraction:
    """The part of `period` from `day` (inclusive) on, over one billing cycle of `cycle_months`.

    Above 1 where extensions made the period longer than a cycle. `day` must lie in the period.
    """
    if unit is ProrationUnit.CALENDAR_MONTH:
        touched = calendar_months_touched(day, period.ends_on)
        return Fraction(min(touched, period.months), cycle_months)
    if unit is ProrationUnit.ANNIVERSARY_MONTH:
        return Fraction(period.months - period.months_elapsed(day), cycle_months)
    cycle_end = add_months(period.starts_on, cycle_months, period.anchor_day)
    return Fraction((period.ends_before - day).days, (cycle_end - period.starts_on).days)


def extension_fraction(period: Period, model: BillingModel) -> Fraction:
    """An absolute extension is charged by its started months, over those of one billing cycle."""
    return Fraction(period.months, model.months)
