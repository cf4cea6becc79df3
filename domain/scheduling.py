"""When a change takes effect, and changes that are scheduled for the end of the term. rules §5, §4.14."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import AT_PERIOD_END_WHEN_PENDING, Action, Status
from domain.subscription import AddOn, AddOnStatus, Scheduled, Subscription


class CancellationTime(StrEnum):
    IMMEDIATE = "IMMEDIATE"
    SPECIFIC_DATE = "SPECIFIC_DATE"
    END_OF_BILLING_PERIOD = "END_OF_BILLING_PERIOD"


@dataclass(frozen=True)
class When:
    """`day` goes only with SPECIFIC_DATE: a day of the current term, not after today."""

    at: CancellationTime = CancellationTime.IMMEDIATE
    day: date | None = None


NOW = When()


def effective_day(when: When, subscription: Subscription, action: Action, today: date) -> date | None:
    """The day on which the change takes effect; None if it waits for the end of the term.

    Raises DATE_IN_FUTURE, DATE_BEFORE_BILLING_CYCLE, INVALID_VALUE, and the code of
    AT_PERIOD_END_WHEN_PENDING.
    """
    if (when.day is not None) is not (when.at is CancellationTime.SPECIFIC_DATE):
        raise _invalid_date(ErrorCode.INVALID_VALUE, "Give a date with SPECIFIC_DATE, and with nothing else.")
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
        raise _invalid_date(ErrorCode.DATE_IN_FUTURE, "Choose a date that is not in the future.")
    if day < subscription.term.starts_on:
        raise _invalid_date(
            ErrorCode.DATE_BEFORE_BILLING_CYCLE,
            f"The current billing cycle began on {subscription.term.starts_on}. Choose that day or a later.",
        )
    return day


def pending_licences(subscription: Subscription) -> Scheduled | None:
    """The scheduled reduction of licences. There is at most one."""
    return subscription.pending(Action.CHANGE_QUANTITY)


def pending_for_add_on(subscription: Subscription, add_on_id: UUID) -> Scheduled | None:
    """The scheduled reduction or cancellation of that add-on. There is at most one."""
    return next((s for s in subscription.scheduled if s.add_on_id == add_on_id), None)


def check_not_scheduled(pending: Scheduled | None, *field: str) -> None:
    """Raises ALREADY_SCHEDULED: a target has at most one pending change."""
    if pending:
        raise _already_scheduled(pending, "Revoke it first.", *field)


def check_still_reduces(pending: Scheduled | None, quantity: int, *field: str) -> None:
    """Raises ALREADY_SCHEDULED if the scheduled change would no longer reduce anything at `quantity`."""
    if pending and quantity <= (pending.quantity or 0):
        raise _already_scheduled(pending, "This change would make it pointless; revoke it first.", *field)


def reduce_now(subscription: Subscription, add_on: AddOn, quantity: int) -> Subscription:
    """The subscription with `quantity` of the add-on; 0 removes it. Raises ALREADY_SCHEDULED."""
    check_still_reduces(pending_for_add_on(subscription, add_on.id), quantity)
    if quantity:
        return subscription.with_add_on(replace(add_on, quantity=quantity))
    return subscription.without_add_on(add_on.id)


def schedule_reduction(
    subscription: Subscription,
    action: Action,
    change_id: UUID,
    add_on: AddOn,
    quantity: int,
    reason: str | None,
) -> Subscription:
    """The subscription with the reduction scheduled for the end of the term. Raises ALREADY_SCHEDULED."""
    check_not_scheduled(pending_for_add_on(subscription, add_on.id), "when", "at")
    ends_before = subscription.term.ends_before
    name = add_on.offer.name
    change = Scheduled(
        id=change_id,
        action=action,
        effective_on=ends_before,
        summary=f"{name} reduced from {add_on.quantity} to {quantity}." if quantity else f"{name} canceled.",
        reason=reason,
        add_on_id=add_on.id,
        quantity=quantity,
    )
    after = subscription if quantity else subscription.with_add_on(ending(add_on, ends_before))
    return replace(after, scheduled=(*after.scheduled, change))


def revoked(subscription: Subscription, change: Scheduled) -> Subscription:
    """The subscription without that change, as if it had never been scheduled. rules §4.15."""
    rest = replace(subscription, scheduled=tuple(s for s in subscription.scheduled if s.id != change.id))
    if change.action is Action.CANCEL:
        return replace(rest, status=Status.TRIAL if rest.is_trial else Status.ACTIVE)
    add_on = rest.add_on(change.add_on_id) if change.add_on_id else None
    return rest.with_add_on(_without_end(add_on)) if add_on else rest


def all_revoked(subscription: Subscription) -> Subscription:
    for change in subscription.scheduled:
        subscription = revoked(subscription, change)
    return subscription


def ended(subscription: Subscription, status: Status, day: date) -> Subscription:
    """The subscription ended on that day: scheduled changes are revoked, its numbers are free again."""
    return replace(all_revoked(subscription), status=status, ended_on=day, numbers=())


def _without_end(add_on: AddOn) -> AddOn:
    return replace(add_on, status=AddOnStatus.ACTIVE, ends_before=None)


def ending(add_on: AddOn, ends_before: date) -> AddOn:
    return replace(add_on, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=ends_before)


def postponed(subscription: Subscription, to: date) -> Subscription:
    """The subscription with its scheduled changes and endings postponed to a later end of the term."""
    return replace(
        subscription,
        scheduled=tuple(replace(change, effective_on=to) for change in subscription.scheduled),
        add_ons=tuple(replace(a, ends_before=to) if a.ends_before else a for a in subscription.add_ons),
    )


def _invalid_date(code: ErrorCode, message: str) -> LifecycleError:
    return LifecycleError(code, message, "when", "date")


def _already_scheduled(pending: Scheduled, advice: str, *field: str) -> LifecycleError:
    return LifecycleError(
        ErrorCode.ALREADY_SCHEDULED,
        f"For {pending.effective_on} this is scheduled: {pending.summary} {advice}",
        *field,
    )
