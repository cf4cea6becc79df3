"""Undo the link with a contract. Source: rules §4.3."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.availability import check_open
from domain.decision import Decision
from domain.lifecycle import Action
from domain.subscription import Subscription
from models.store.locking import load_subscription
from models.store.unit_of_work import Reading


@dataclass(frozen=True)
class UnlinkContract:
    subscription_id: UUID
    expected_version: int | None = None


async def unlink_contract(tx: Reading, command: UnlinkContract) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, today: date) -> Decision:
    """Raises NOTHING_TO_CHANGE if no contract is linked."""
    check_open(subscription, Action.UNLINK_CONTRACT, today)
    reference = subscription.contract.reference if subscription.contract else ""
    return Decision(
        action=Action.UNLINK_CONTRACT,
        effective_on=today,
        before=subscription,
        after=replace(subscription, contract=None),
        summary=f"Unlinked from the contract {reference}.",
    )
