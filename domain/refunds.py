"""Money given back. It derives from charges, never from a price list. rules §1, §3, §4.11, §4.12.

Adjustments and refunds give back a part of a charge, rounded once. The part is counted in days or months
of the charge's period, so the unit of the new line is the full amount of the charge.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from domain.lines import Charge, ChargeKind, ItemKind, Line, reversal
from domain.money import WHOLE, ZERO, Amounts, Fraction
from domain.periods import Period
from domain.policy import CancellationAdjustment
from domain.proration import unused_fraction
from domain.subscription import Subscription

Part = Callable[[Period], tuple[Fraction, date]]
"""The part of a charge for a period that is given back, and the first day that this part paid for."""


def plan_credits(subscription: Subscription, day: date, limit: Amounts) -> Iterator[Line]:
    """A CREDIT for the part of each open charge for the current plan that pays for `day` and later.

    Together they give back at most `limit`, on the price and on the cost side. rules §3.
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


def adjustments(subscription: Subscription, charges: Iterable[Charge], day: date) -> tuple[Line, ...]:
    """Gives back each open charge's days from `day` on, over all its days. Nothing if the policy is NONE."""
    if subscription.customer.policy.cancellation_adjustment is CancellationAdjustment.NONE:
        return ()
    return tuple(_given_back(ChargeKind.ADJUSTMENT, charges, partial(_days_left, day)))


def refunds(subscription: Subscription, today: date) -> tuple[Line, ...]:
    """Gives back the current term's charges: in full within the refund window, later the months not begun.

    Nothing if the policy allows no refunds. The window counts from the purchase, its last day included.
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
