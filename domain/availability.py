"""Which actions are possible now, and why not. The actions begin with the same checks. rules §4."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import ALLOWED, Action, check_allowed
from domain.periods import Term
from domain.scheduling import pending_licences
from domain.subscription import Subscription


def licences(subscription: Subscription) -> int:
    """How many members may be assigned, after a scheduled reduction. rules §4.2."""
    pending = pending_licences(subscription)
    return subscription.quantity if pending is None else pending.quantity or 0


def _licence_left(subscription: Subscription) -> bool:
    return len(subscription.assignees) < licences(subscription)


# What the subscription must have for an action: a check, and the refusal if it fails.
_NEEDS: Mapping[Action, tuple[Callable[[Subscription], object], ErrorCode, str]] = {
    Action.ASSIGN_MEMBERS: (
        _licence_left,
        ErrorCode.NO_LICENCE_LEFT,
        "All licences are assigned. Unassign a member, or add licences, first.",
    ),
    Action.UNASSIGN_MEMBERS: (
        lambda subscription: subscription.assignees,
        ErrorCode.NOTHING_TO_CHANGE,
        "No member is assigned.",
    ),
    Action.UNLINK_CONTRACT: (
        lambda subscription: subscription.contract,
        ErrorCode.NOTHING_TO_CHANGE,
        "No contract is linked.",
    ),
    Action.CANCEL_ADD_ON: (
        lambda subscription: subscription.add_ons,
        ErrorCode.NOTHING_TO_CHANGE,
        "There is no add-on to cancel.",
    ),
    Action.REVOKE_SCHEDULED_CHANGE: (
        lambda subscription: subscription.scheduled,
        ErrorCode.NOTHING_TO_CHANGE,
        "Nothing is scheduled.",
    ),
}


def check_open(subscription: Subscription, action: Action, today: date) -> None:
    """Raises the refusals that do not depend on the input: the code of the status table,
    NOT_ALLOWED_IN_STATUS outside the running term, NO_LICENCE_LEFT, NOTHING_TO_CHANGE.
    """
    check_allowed(action, subscription.status)
    if not subscription.term.contains(today):
        raise LifecycleError(ErrorCode.NOT_ALLOWED_IN_STATUS, _outside(subscription.term, today))
    if need := _NEEDS.get(action):
        is_met, code, message = need
        if not is_met(subscription):
            raise LifecycleError(code, message)


def _outside(term: Term, today: date) -> str:
    """Why the day is refused. A new owner's zone may be behind: there the term has not begun yet."""
    if today < term.starts_on:
        return f"{today} lies before the running term: where the owner is, it begins on {term.starts_on}."
    return (
        f"{today} lies outside the running term, which ends on {term.ends_on}. "
        "If that day has come, its renewal is under way: try again in a moment."
    )


def availability(subscription: Subscription, today: date) -> Iterator[tuple[Action, LifecycleError | None]]:
    """Each action of the status table, with its refusal or None."""
    for action in ALLOWED:
        yield action, _refusal(subscription, action, today)


def _refusal(subscription: Subscription, action: Action, today: date) -> LifecycleError | None:
    try:
        check_open(subscription, action, today)
    except LifecycleError as error:
        return error
    return None
