"""Assign members of the customer, one to a licence. Source: rules, section 4.2."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open, licences
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError, required
from domain.lifecycle import Action
from domain.subscription import Subscription
from models.store.lookups import load_members
from models.store.subscription import load_subscription
from models.store.unit_of_work import Transaction


@dataclass(frozen=True)
class AssignMembers:
    subscription_id: UUID
    member_ids: tuple[UUID, ...]
    expected_version: int | None = None


async def assign_members(tx: Transaction, command: AssignMembers) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    members = await load_members(tx, subscription.customer.id, command.member_ids)
    return decide(subscription, command, members, tx.today(subscription.customer.time_zone))


def decide(
    subscription: Subscription, command: AssignMembers, members: Mapping[UUID, str], today: date
) -> Decision:
    """`members` are names by id. Raises NOT_FOUND, NO_LICENCE_LEFT, NOTHING_TO_CHANGE."""
    check_open(subscription, Action.ASSIGN_MEMBERS, today)
    for member_id in command.member_ids:
        required(members.get(member_id), "member", "memberIds")
    new = {key: name for key, name in members.items() if key not in subscription.assignees}
    if not new:
        raise LifecycleError(ErrorCode.NOTHING_TO_CHANGE, "These members are assigned already.", "memberIds")
    left = licences(subscription) - len(subscription.assignees)
    if len(new) > left:
        raise LifecycleError(
            ErrorCode.NO_LICENCE_LEFT,
            f"Members to assign: {len(new)}. Licences left: {max(left, 0)}.",
            "memberIds",
        )
    return Decision(
        action=Action.ASSIGN_MEMBERS,
        effective_on=today,
        before=subscription,
        after=replace(subscription, assignees={**subscription.assignees, **new}),
        summary=f"Assigned: {', '.join(new.values())}.",
        provisioning=(provisioning.assign_members(new),),
    )
