"""When a reduction or a cancellation takes effect. Source: rules, section 5."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import AT_PERIOD_END_WHEN_PENDING, Action, Status
from domain.subscription import Subscription


class CancellationTime(StrEnum):
    IMMEDIATE = "IMMEDIATE"
    SPECIFIC_DATE = "SPECIFIC_DATE"
    END_OF_BILLING_PERIOD = "END_OF_BILLING_PERIOD"


@dataclass(frozen=True)
class When:
    """`day` goes with SPECIFIC_DATE alone: a day of the current term up to today, that included."""

    at: CancellationTime = CancellationTime.IMMEDIATE
    day: date | None = None


NOW = When()


def effective_day(when: When, subscription: Subscription, action: Action, today: date) -> date | None:
    """The day from which the change holds; None where it is to be scheduled for the term's end.

    Raises DATE_IN_FUTURE, DATE_BEFORE_BILLING_CYCLE, INVALID_VALUE; for the term's end of a
    subscription that is pending for cancel, what the status table says.
    """
    if (when.day is not None) is not (when.at is CancellationTime.SPECIFIC_DATE):
        raise _refused(ErrorCode.INVALID_VALUE, "Give a date with SPECIFIC_DATE, and with nothing else.")
    if when.at is CancellationTime.END_OF_BILLING_PERIOD:
        if subscription.status is Status.PENDING_FOR_CANCEL:
            raise LifecycleError(
                AT_PERIOD_END_WHEN_PENDING[action],
                "The subscription is to be canceled at the end of the billing period already.",
                "when",
                "at",
            )
        return None
    day = when.day or today
    if day > today:
        raise _refused(ErrorCode.DATE_IN_FUTURE, "Choose a date that is not in the future.")
    if day < subscription.term.starts_on:
        raise _refused(
            ErrorCode.DATE_BEFORE_BILLING_CYCLE,
            f"The current billing cycle began on {subscription.term.starts_on}. Choose that day or a later.",
        )
    return day


def _refused(code: ErrorCode, message: str) -> LifecycleError:
    return LifecycleError(code, message, "when", "date")
