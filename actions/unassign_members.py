"""Unassign members from the subscription. Source: rules §4.2."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.subscription import Subscription
from models.store.locking import load_subscription
from models.store.unit_of_work import Reading


@dataclass(frozen=True)
class UnassignMembers:
    subscription_id: UUID
    member_ids: tuple[UUID, ...]
    expected_version: int | None = None


async def unassign_members(tx: Reading, command: UnassignMembers) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, command: UnassignMembers, today: date) -> Decision:
    """Raises NOTHING_TO_CHANGE if none of the members is assigned."""
    check_open(subscription, Action.UNASSIGN_MEMBERS, today)
    removed = {key: name for key, name in subscription.assignees.items() if key in command.member_ids}
    if not removed:
        raise LifecycleError(ErrorCode.NOTHING_TO_CHANGE, "None of these members is assigned.", "memberIds")
    left = {key: name for key, name in subscription.assignees.items() if key not in removed}
    return Decision(
        action=Action.UNASSIGN_MEMBERS,
        effective_on=today,
        before=subscription,
        after=replace(subscription, assignees=left),
        summary=f"Unassigned: {', '.join(removed.values())}.",
        provisioning=(provisioning.unassign_members(removed),),
    )
