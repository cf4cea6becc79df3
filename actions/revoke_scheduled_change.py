"""Revoke a change that is still waiting for its day. Source: rules, section 4.15."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.availability import check_open
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.scheduling import restored
from domain.subscription import Subscription
from models.store.subscription import load_subscription_of_scheduled_change
from models.store.unit_of_work import Transaction


@dataclass(frozen=True)
class RevokeScheduledChange:
    scheduled_change_id: UUID


async def revoke_scheduled_change(tx: Transaction, command: RevokeScheduledChange) -> Decision:
    subscription = await load_subscription_of_scheduled_change(tx, command.scheduled_change_id)
    return decide(subscription, command, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, command: RevokeScheduledChange, today: date) -> Decision:
    """The subscription or add-on is as it was before. Raises NOTHING_TO_CHANGE for one not PENDING."""
    check_open(subscription, Action.REVOKE_SCHEDULED_CHANGE, today)
    change = next((s for s in subscription.scheduled if s.id == command.scheduled_change_id), None)
    if change is None:
        raise LifecycleError(
            ErrorCode.NOTHING_TO_CHANGE,
            "The change is no longer waiting: it was applied or revoked.",
            "scheduledChangeId",
        )
    return Decision(
        action=Action.REVOKE_SCHEDULED_CHANGE,
        effective_on=today,
        before=subscription,
        after=restored(subscription, change),
        summary=f"Revoked: {change.summary}",
    )
