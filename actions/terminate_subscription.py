"""Terminate at once, irreversibly, with a refund where the policy allows it. Source: rules, section 4.11."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.decision import Decision
from domain.lifecycle import Action, Status
from domain.refunds import refunds
from domain.scheduling import ended
from domain.subscription import Subscription
from models.store.subscription import load_subscription
from models.store.unit_of_work import Transaction


@dataclass(frozen=True)
class TerminateSubscription:
    subscription_id: UUID
    expected_version: int | None = None


async def terminate_subscription(tx: Transaction, command: TerminateSubscription) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, today: date) -> Decision:
    """Raises ALREADY_ENDED."""
    check_open(subscription, Action.TERMINATE, today)
    return Decision(
        action=Action.TERMINATE,
        effective_on=today,
        before=subscription,
        after=ended(subscription, Status.TERMINATED, today),
        summary="Terminated.",
        lines=refunds(subscription, today),
        provisioning=(provisioning.terminate(),),
    )
