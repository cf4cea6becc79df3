"""Take members off the subscription. Source: rules §4.2."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.subscription import Subscription
from models.store.subscription import load_subscription
from models.store.unit_of_work import Transaction


@dataclass(frozen=True)
class UnassignMembers:
    subscription_id: UUID
    member_ids: tuple[UUID, ...]
    expected_version: int | None = None


async def unassign_members(tx: Transaction, command: UnassignMembers) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, command: UnassignMembers, today: date) -> Decision:
    """Raises NOTHING_TO_CHANGE where none of them is assigned."""
    check_open(subscription, Action.UNASSIGN_MEMBERS, today)
    gone = {key: name for key, name in subscription.assignees.items() if key in command.member_ids}
    if not gone:
        raise LifecycleError(ErrorCode.NOTHING_TO_CHANGE, "None of these members is assigned.", "memberIds")
    left = {key: name for key, name in subscription.assignees.items() if key not in gone}
    return Decision(
        action=Action.UNASSIGN_MEMBERS,
        effective_on=today,
        before=subscription,
        after=replace(subscription, assignees=left),
        summary=f"Unassigned: {', '.join(gone.values())}.",
        provisioning=(provisioning.unassign_members(gone),),
    )
