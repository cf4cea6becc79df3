"""What a cancellation or a termination gives back, line by line. Source: rules, sections 4.11, 4.12.

Each line gives back a part of what it charged, rounded once; the part is counted in the line's own
days or months. So the unit of a line that gives back is the whole amount of the line it reverses.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from domain.lines import Charge, ChargeKind, Line
from domain.money import WHOLE, ZERO, Fraction
from domain.periods import Period
from domain.policy import CancellationAdjustment
from domain.subscription import Subscription

Part = Callable[[Period], tuple[Fraction, date]]
"""What part of a charge for that period is given back, and the first day that it had paid for."""


def adjustments(subscription: Subscription, charges: Iterable[Charge], day: date) -> tuple[Line, ...]:
    """Of each charge that is not closed, its days from `day` on over all its days; none if policy NONE."""
    if subscription.customer.policy.cancellation_adjustment is CancellationAdjustment.NONE:
        return ()
    return tuple(_given_back(ChargeKind.ADJUSTMENT, charges, partial(_days_left, day)))


def refunds(subscription: Subscription, today: date) -> tuple[Line, ...]:
    """All that was charged for the current term within the window from the purchase; later its months
    that have not begun. None where the policy allows no refunds.
    """
    policy = subscription.customer.policy
    if not policy.allow_refund:
        return ()
    in_window = (today - subscription.purchased_on).days <= policy.refund_window_days
    part = _all if in_window else partial(_months_left, today)
    return tuple(_given_back(ChargeKind.REFUND, subscription.charges, part))


def _given_back(kind: ChargeKind, charges: Iterable[Charge], part: Part) -> Iterator[Line]:
    for charged in charges:
        line = charged.line
        fraction, first_day = part(line.period)
        amount = line.amount.part(1, fraction).at_most(charged.remaining)
        if not charged.closed and amount != ZERO:
            yield replace(
                line,
                kind=kind,
                period=line.period.rest(first_day),
                quantity=1,
                fraction=fraction,
                unit=line.amount,
                amount=-amount,
                reverses=charged.id,
            )


def _all(period: Period) -> tuple[Fraction, date]:
    return WHOLE, period.starts_on


def _days_left(day: date, period: Period) -> tuple[Fraction, date]:
    left = (period.ends_before - max(day, period.starts_on)).days
    return Fraction(max(left, 0), period.days), day


def _months_left(today: date, period: Period) -> tuple[Fraction, date]:
    begun = 0 if today < period.starts_on else period.months_elapsed(today) + 1
    return Fraction(max(period.months - begun, 0), period.months), period.month_start(begun)
