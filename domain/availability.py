"""Every action, whether it may be taken now, and if not, why: from the table that the actions obey."""

from collections.abc import Iterator
from datetime import date

from domain.errors import LifecycleError
from domain.lifecycle import ALLOWED, Action
from domain.state import Subscription, check_open


def availability(subscription: Subscription, today: date) -> Iterator[tuple[Action, LifecycleError | None]]:
    """Each action of the status table with None, or with the refusal that taking it would meet."""
    for action in ALLOWED:
        yield action, _refusal(subscription, action, today)


def _refusal(subscription: Subscription, action: Action, today: date) -> LifecycleError | None:
    try:
        check_open(subscription, action, today)
    except LifecycleError as error:
        return error
    return None
