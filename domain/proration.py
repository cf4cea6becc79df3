"""The part of a billing cycle that a change in mid-term pays for. rules §3."""

from datetime import date

from domain.lines import Charge, ChargeKind
from domain.money import Fraction
from domain.periods import BillingModel, Period, Term, add_months, calendar_months_touched
from domain.policy import ProrationUnit


def remaining_fraction(unit: ProrationUnit, period: Period, cycle_months: int, day: date) -> Fraction:
    """The part of `period` from `day` (inclusive) on, over one billing cycle of `cycle_months`.

    Above 1 if extensions made the period longer than a cycle. `day` must lie in the period.
    """
    if unit is ProrationUnit.CALENDAR_MONTH:
        touched = calendar_months_touched(day, period.ends_on)
        return Fraction(min(touched, period.months), cycle_months)
    if unit is ProrationUnit.ANNIVERSARY_MONTH:
        return Fraction(period.months - period.months_elapsed(day), cycle_months)
    cycle_end = add_months(period.starts_on, cycle_months, period.anchor_day)
    return Fraction((period.ends_before - day).days, (cycle_end - period.starts_on).days)


def extension_fraction(period: Period, model: BillingModel) -> Fraction:
    """The started months of an absolute extension, over the months of one billing cycle. rules §4.9."""
    return Fraction(period.months, model.months)


def unused_fraction(unit: ProrationUnit, term: Term, charged: Charge, day: date) -> Fraction:
    """The part of a charge's full amount that pays for `day` and later.

    It counts months as a charge on that day does: from the start of the term, or of the extension.
    """
    line = charged.line
    if day <= line.period.starts_on:
        return line.fraction
    if line.kind is ChargeKind.EXTENSION:
        return remaining_fraction(unit, line.period, line.cycle_months, day)
    counted = Period(term.starts_on, line.period.ends_before, term.anchor_day)
    return remaining_fraction(unit, counted, line.cycle_months, day)
