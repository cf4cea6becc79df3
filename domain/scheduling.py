"""Changes that wait for the term's end, and what becomes of them. Source: rules, section 5."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action, Status
from domain.subscription import AddOn, AddOnStatus, Scheduled, Subscription


def licences_to_come(subscription: Subscription) -> Scheduled | None:
    """The scheduled reduction of licences, of which there is one at most."""
    return subscription.pending(Action.CHANGE_QUANTITY)


def for_add_on(subscription: Subscription, add_on_id: UUID) -> Scheduled | None:
    """The scheduled reduction or cancellation of that add-on, of which there is one at most."""
    return next((s for s in subscription.scheduled if s.add_on_id == add_on_id), None)


def check_none(pending: Scheduled | None, *field: str) -> None:
    """Raises ALREADY_SCHEDULED: one pending change per target."""
    if pending:
        raise _already(pending, "Revoke it first.", *field)


def check_still_reduces(pending: Scheduled | None, quantity: int, *field: str) -> None:
    """Raises ALREADY_SCHEDULED where, at `quantity`, a scheduled reduction would no longer reduce."""
    if pending and quantity <= (pending.quantity or 0):
        raise _already(pending, "This change would make it pointless; revoke it first.", *field)


def restored(subscription: Subscription, change: Scheduled) -> Subscription:
    """The subscription as it was before that change was scheduled."""
    rest = replace(subscription, scheduled=tuple(s for s in subscription.scheduled if s.id != change.id))
    if change.action is Action.CANCEL:
        return replace(rest, status=Status.TRIAL if rest.is_trial else Status.ACTIVE)
    add_on = rest.add_on(change.add_on_id) if change.add_on_id else None
    return rest.with_add_on(going_on(add_on)) if add_on else rest


def all_restored(subscription: Subscription) -> Subscription:
    for change in subscription.scheduled:
        subscription = restored(subscription, change)
    return subscription


def ended(subscription: Subscription, status: Status, day: date) -> Subscription:
    """Over from that day on: what was scheduled is revoked, and its numbers go back into stock."""
    return replace(all_restored(subscription), status=status, ended_on=day, numbers=())


def going_on(add_on: AddOn) -> AddOn:
    return replace(add_on, status=AddOnStatus.ACTIVE, ends_before=None)


def ending(add_on: AddOn, ends_before: date) -> AddOn:
    return replace(add_on, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=ends_before)


def moved(subscription: Subscription, to: date) -> Subscription:
    """The same changes and endings, waiting for a later end of the term."""
    return replace(
        subscription,
        scheduled=tuple(replace(change, effective_on=to) for change in subscription.scheduled),
        add_ons=tuple(replace(a, ends_before=to) if a.ends_before else a for a in subscription.add_ons),
    )


def _already(pending: Scheduled, advice: str, *field: str) -> LifecycleError:
    return LifecycleError(
        ErrorCode.ALREADY_SCHEDULED,
        f"For {pending.effective_on} this is scheduled: {pending.summary} {advice}",
        *field,
    )
