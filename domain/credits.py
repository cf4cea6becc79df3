"""Money given back derives from what was charged, never from a price list. Source: rules, sections 1, 3."""

from collections.abc import Iterator
from datetime import date

from domain.lines import Charge, ChargeKind, ItemKind, Line, reversal
from domain.money import ZERO, Amounts, Fraction
from domain.periods import Period, Term
from domain.policy import ProrationUnit
from domain.proration import remaining_fraction
from domain.subscription import Subscription


def plan_credits(subscription: Subscription, day: date, limit: Amounts) -> Iterator[Line]:
    """A CREDIT for the part, from `day` on, of each open charge for the present plan.

    All of them together give back at most `limit`, on the price and on the cost side.
    """
    for charged in subscription.charges:
        line = charged.line
        of_plan = (line.item.kind, line.item.code) == (ItemKind.PLAN, subscription.plan.code)
        if not of_plan or charged.closed or line.period.ends_before <= day:
            continue
        unit = subscription.customer.policy.proration_unit
        fraction = unused_fraction(unit, subscription.term, charged, day)
        credit = reversal(ChargeKind.CREDIT, charged, line.period.rest(day), fraction, limit)
        if credit.amount != ZERO:
            limit += credit.amount
            yield credit


def unused_fraction(unit: ProrationUnit, term: Term, charged: Charge, day: date) -> Fraction:
    """The part of a charge's full amount that pays for `day` and later.

    Counted as a change on that day would be charged: from the term's start, or from an extension's own.
    """
    line = charged.line
    if day <= line.period.starts_on:
        return line.fraction
    if line.kind is ChargeKind.EXTENSION:
        return remaining_fraction(unit, line.period, line.cycle_months, day)
    counted = Period(term.starts_on, line.period.ends_before, term.anchor_day)
    return remaining_fraction(unit, counted, line.cycle_months, day)
