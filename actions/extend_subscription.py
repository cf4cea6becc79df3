"""Extend the running term. Source: rules §4.9.

Quick: a number of cycles, each charged in full. Absolute: up to a day, charged by started months.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from domain.availability import check_open
from domain.charges import charge_all
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.lines import ChargeKind, Line
from domain.money import Fraction
from domain.periods import MAX_MULTIPLIER, BillingCycle, BillingModel, Period, add_months
from domain.proration import extension_fraction
from domain.scheduling import postponed
from domain.subscription import Subscription
from models.store.locking import load_subscription
from models.store.unit_of_work import UnitOfWork

LAST_YEAR = 9000
"""No term may end in this year or later, so that the days of the next term can be computed."""


@dataclass(frozen=True)
class QuickExtension:
    count: int
    cycle: BillingCycle


@dataclass(frozen=True)
class ExtendSubscription:
    """`by` is a number of cycles, or the new last day (inclusive)."""

    subscription_id: UUID
    by: QuickExtension | date
    expected_version: int | None = None


async def extend_subscription(tx: UnitOfWork, command: ExtendSubscription) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, command: ExtendSubscription, today: date) -> Decision:
    """Raises EXTENSION_TOO_SHORT, INVALID_VALUE, NOT_OFFERED."""
    check_open(subscription, Action.EXTEND, today)
    if isinstance(command.by, QuickExtension):
        end, lines = _quick(subscription, command.by)
        anchor_day = subscription.anchor_day
    else:
        end, lines = _absolute(subscription, command.by)
        anchor_day = end.day
    longer = replace(subscription, term=replace(subscription.term, ends_before=end), anchor_day=anchor_day)
    return Decision(
        action=Action.EXTEND,
        effective_on=today,
        before=subscription,
        after=postponed(longer, end),
        summary=f"Extended from {subscription.term.ends_on} to {longer.term.ends_on}.",
        lines=lines,
    )


def _quick(subscription: Subscription, by: QuickExtension) -> tuple[date, tuple[Line, ...]]:
    """The new end (exclusive), and lines of `count` full cycles for each holding."""
    if not 1 <= by.count <= MAX_MULTIPLIER:
        raise _invalid(f"The count must be from 1 to {MAX_MULTIPLIER}.", "quick", "count")
    start, months = subscription.term.ends_before, by.count * by.cycle.months
    if start.year + months // 12 >= LAST_YEAR:
        raise _invalid(f"The term would reach beyond the year {LAST_YEAR}.", "quick", "count")
    end = add_months(start, months, subscription.anchor_day)
    period = Period(start, end, start.day)
    fraction = Fraction(by.count, 1)
    return end, charge_all(subscription, ChargeKind.EXTENSION, period, BillingModel(by.cycle), fraction)


def _absolute(subscription: Subscription, until: date) -> tuple[date, tuple[Line, ...]]:
    """The new end (exclusive), and lines of the started months after the current end for each holding."""
    if until.year >= LAST_YEAR:
        raise _invalid(f"The term would reach beyond the year {LAST_YEAR}.", "until")
    start, end = subscription.term.ends_before, until + timedelta(days=1)
    least = add_months(start, 1, subscription.anchor_day)
    if end < least:
        raise LifecycleError(
            ErrorCode.EXTENSION_TOO_SHORT,
            f"The new last day must be {least - timedelta(days=1)} or later: one month at least.",
            "by",
            "until",
        )
    model = subscription.model
    fraction = extension_fraction(Period(start, end, subscription.anchor_day), model)
    return end, charge_all(subscription, ChargeKind.EXTENSION, Period(start, end, start.day), model, fraction)


def _invalid(message: str, *field: str) -> LifecycleError:
    return LifecycleError(ErrorCode.INVALID_VALUE, message, "by", *field)
