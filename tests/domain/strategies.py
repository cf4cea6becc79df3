"""Strategies for property tests, and the rules computed in another way than in the code."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction as Exact
from math import floor

from hypothesis import settings
from hypothesis import strategies as st

from domain.lines import Charge, ChargeKind
from domain.money import Amounts, Fraction
from domain.periods import BillingCycle, BillingModel, Period, Term
from domain.policy import ProrationUnit, UpgradeBasis
from domain.subscription import Subscription
from tests.builders import ENTERPRISE, PROFESSIONAL, customer, plan_charge, subscription

examples = settings(max_examples=100, deadline=None, derandomize=True)
"""The number of examples, without a random seed. They still differ between machines: hypothesis also draws
constants of the loaded modules. A test that needs a certain case must draw it often."""


def anchored(start: date, months: int, anchor_day: int) -> date:
    """The anchor day `months` months after the month of `start`, or that month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(anchor_day, monthrange(year, month + 1)[1]))


def half_up(number: Exact) -> int:
    """The nearest whole number; of two equally near ones the one farther from zero."""
    magnitude = floor(abs(number) + Exact(1, 2))
    return magnitude if number >= 0 else -magnitude


def exact(fraction: Fraction) -> Exact:
    return Exact(fraction.numerator, fraction.denominator)


def recomputed(unit: Amounts, quantity: int, fraction: Fraction) -> Amounts:
    """The amount of a line, computed with exact fractions."""
    part = quantity * exact(fraction)
    return Amounts(half_up(unit.price * part), half_up(unit.cost * part))


models = st.builds(BillingModel, st.sampled_from(BillingCycle), st.integers(1, 15))
sides = st.integers(0, 9) | st.integers(0, 100_000) | st.integers(0, 10_000_000)
amounts = st.builds(Amounts, sides, sides)
fractions = st.builds(Fraction, st.integers(0, 36), st.integers(1, 36))


def days_of(of: Period) -> st.SearchStrategy[date]:
    return st.dates(of.starts_on, of.ends_on)


@st.composite
def terms(draw: st.DrawFn, model: BillingModel, extra_months: int = 0) -> Term:
    """A term of one cycle plus extra months, on any anchor day; its first day may be clamped."""
    anchor_day = draw(st.integers(1, 31))
    start = anchored(date(2000, 1, 1), draw(st.integers(0, 600)), anchor_day)
    return Term(start, anchored(start, model.months + extra_months, anchor_day), anchor_day, 1)


@st.composite
def running(draw: st.DrawFn) -> Subscription:
    """An ACTIVE subscription with any prices, term, policy and charges."""
    model = draw(models)
    term = draw(terms(model, draw(st.sampled_from([0, 0, 1, 5]))))
    bare = subscription(
        customer=customer(draw(st.sampled_from(ProrationUnit)), draw(st.sampled_from(UpgradeBasis))),
        plan=replace(PROFESSIONAL, prices={model.cycle: draw(amounts)}),
        quantity=draw(st.integers(1, 4)),
        model=model,
        term=term,
        anchor_day=term.anchor_day,
    )
    charges = tuple(draw(_charge(bare, 100 + index)) for index in range(draw(st.integers(0, 4))))
    return replace(bare, charges=charges)


@st.composite
def _charge(draw: st.DrawFn, of: Subscription, number: int) -> Charge:
    """A charge from any day of the term on, or for its extension; maybe closed or partly given back."""
    term, months = of.term, of.model.months
    cycle_end = anchored(term.starts_on, months, term.anchor_day)
    if term.ends_before > cycle_end and draw(st.booleans()):
        kind, over = ChargeKind.EXTENSION, Period(cycle_end, term.ends_before, term.anchor_day)
    else:
        begin = draw(st.dates(term.starts_on, cycle_end - timedelta(days=1)))
        anchor_day = term.anchor_day if begin == term.starts_on else begin.day
        kind, over = ChargeKind.UPGRADE, Period(begin, cycle_end, anchor_day)
    unit, quantity = draw(amounts), draw(st.integers(1, 4))
    fraction = Fraction(draw(st.integers(1, months)), months)
    amount = recomputed(unit, quantity, fraction)
    back = Amounts(-draw(st.integers(0, amount.price)), -draw(st.integers(0, amount.cost)))
    return plan_charge(
        number,
        draw(st.sampled_from([of.plan, of.plan, ENTERPRISE])),
        over,
        kind=kind,
        unit=unit,
        quantity=quantity,
        fraction=fraction,
        amount=amount,
        cycle_months=months,
        closed=draw(st.booleans()),
        given_back=draw(st.sampled_from([Amounts(0, 0), back])),
    )
