"""Change the number of licences. Source: rules §4.13, §5.

An increase takes effect at once and is charged for the rest of the term; a reduction is not refunded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.charges import plan_item, rest_of_term_line
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.lines import ChargeKind
from domain.quantities import check_quantity
from domain.scheduling import (
    NOW,
    When,
    check_not_scheduled,
    check_still_reduces,
    effective_day,
    pending_licences,
)
from domain.subscription import Scheduled, Subscription
from models.engine import new_id
from models.store.locking import load_subscription
from models.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ChangeQuantity:
    """`quantity` is the new number; `when` is for reductions."""

    subscription_id: UUID
    quantity: int
    when: When = NOW
    reason: str | None = None
    expected_version: int | None = None


async def change_quantity(tx: UnitOfWork, command: ChangeQuantity) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone), new_id)


def decide(
    subscription: Subscription, command: ChangeQuantity, today: date, new_id: Callable[[], UUID]
) -> Decision:
    """Raises INVALID_QUANTITY, NOTHING_TO_CHANGE, NO_LICENCE_LEFT, ALREADY_SCHEDULED, and the errors of
    `effective_day`.
    """
    check_open(subscription, Action.CHANGE_QUANTITY, today)
    check_quantity(command.quantity, "quantity")
    if command.quantity == subscription.quantity:
        raise LifecycleError(
            ErrorCode.NOTHING_TO_CHANGE, f"There are {command.quantity} licences already.", "quantity"
        )
    if command.quantity > subscription.quantity:
        return _increase(subscription, command.quantity, today)
    day = effective_day(command.when, subscription, Action.CHANGE_QUANTITY, today)
    _check_assigned(subscription, command.quantity)
    if day is None:
        return _schedule(subscription, command, new_id())
    check_still_reduces(pending_licences(subscription), command.quantity, "quantity")
    return _changed(subscription, command.quantity, day)


def _increase(subscription: Subscription, quantity: int, today: date) -> Decision:
    decision = _changed(subscription, quantity, today)
    if subscription.is_trial:
        return decision
    more = quantity - subscription.quantity
    line = rest_of_term_line(
        subscription, ChargeKind.QUANTITY, plan_item(subscription.plan), subscription.plan, more, today
    )
    return replace(decision, lines=(line,))


def _changed(subscription: Subscription, quantity: int, day: date) -> Decision:
    after = replace(subscription, quantity=quantity)
    return Decision(
        action=Action.CHANGE_QUANTITY,
        effective_on=day,
        before=subscription,
        after=after,
        summary=_summary(subscription, quantity),
        provisioning=(provisioning.set_quantity(after),),
    )


def _schedule(subscription: Subscription, command: ChangeQuantity, change_id: UUID) -> Decision:
    check_not_scheduled(pending_licences(subscription), "when", "at")
    change = Scheduled(
        id=change_id,
        action=Action.CHANGE_QUANTITY,
        effective_on=subscription.term.ends_before,
        summary=_summary(subscription, command.quantity),
        reason=command.reason,
        quantity=command.quantity,
    )
    return Decision(
        action=Action.CHANGE_QUANTITY,
        effective_on=change.effective_on,
        before=subscription,
        after=replace(subscription, scheduled=(*subscription.scheduled, change)),
        summary=f"Scheduled: {change.summary}",
    )


def _check_assigned(subscription: Subscription, quantity: int) -> None:
    assigned = len(subscription.assignees)
    if quantity < assigned:
        raise LifecycleError(
            ErrorCode.NO_LICENCE_LEFT,
            f"{assigned} members are assigned. Unassign {assigned - quantity} of them first.",
            "quantity",
        )


def _summary(subscription: Subscription, quantity: int) -> str:
    verb = "increased" if quantity > subscription.quantity else "reduced"
    return f"Licences {verb} from {subscription.quantity} to {quantity}."
