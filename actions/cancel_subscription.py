"""Cancel: at once, on a past day of the term, or at its end. Source: rules §4.12, §5."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.decision import Decision
from domain.lifecycle import Action, Status
from domain.refunds import adjustments
from domain.scheduling import ended
from domain.subscription import Scheduled, Subscription
from domain.timing import When, effective_day
from models.engine import new_id
from models.store.subscription import load_subscription
from models.store.unit_of_work import Transaction


@dataclass(frozen=True)
class CancelSubscription:
    subscription_id: UUID
    when: When
    reason: str | None = None
    expected_version: int | None = None


async def cancel_subscription(tx: Transaction, command: CancelSubscription) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone), new_id)


def decide(
    subscription: Subscription, command: CancelSubscription, today: date, new_id: Callable[[], UUID]
) -> Decision:
    """Raises what the status table refuses, ALREADY_SCHEDULED, and for the day."""
    check_open(subscription, Action.CANCEL, today)
    day = effective_day(command.when, subscription, Action.CANCEL, today)
    if day is None:
        return _schedule(subscription, command, new_id())
    return Decision(
        action=Action.CANCEL,
        effective_on=day,
        before=subscription,
        after=ended(subscription, Status.CANCELED, day),
        summary="Canceled.",
        lines=adjustments(subscription, subscription.charges, day),
        provisioning=(provisioning.cancel(),),
    )


def _schedule(subscription: Subscription, command: CancelSubscription, change_id: UUID) -> Decision:
    ends_before = subscription.term.ends_before
    change = Scheduled(
        id=change_id,
        action=Action.CANCEL,
        effective_on=ends_before,
        summary=f"Canceled at the end of the term, {subscription.term.ends_on}.",
        reason=command.reason,
    )
    return Decision(
        action=Action.CANCEL,
        effective_on=ends_before,
        before=subscription,
        after=replace(
            subscription,
            status=Status.PENDING_FOR_CANCEL,
            scheduled=(*subscription.scheduled, change),
        ),
        summary=f"Scheduled: {change.summary}",
    )
