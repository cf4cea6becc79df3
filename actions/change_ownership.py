"""Give the subscription to another customer of the same partner. Source: rules §4.1.

What is the owner's own (settings, assignees, contract, what was scheduled) is reset; numbers, add-ons,
term and anchor stay, and no money moves.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.decision import ChangeSource, Decision
from domain.errors import ErrorCode, LifecycleError, required
from domain.lifecycle import Action
from domain.scheduling import all_restored
from domain.subscription import Customer, Subscription
from models.store.lookups import load_customer_by_org
from models.store.subscription import load_subscription
from models.store.unit_of_work import Transaction


@dataclass(frozen=True)
class ChangeOwnership:
    subscription_id: UUID
    new_owner_org_uuid: UUID
    expected_version: int | None = None


async def change_ownership(tx: Transaction, command: ChangeOwnership) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    customer = await load_customer_by_org(tx, command.new_owner_org_uuid)
    return decide(subscription, customer, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, customer: Customer | None, today: date) -> Decision:
    """`customer` is to be the new owner. Raises NOT_FOUND, SAME_OWNER, and what the status refuses."""
    check_open(subscription, Action.CHANGE_OWNERSHIP, today)
    new_owner = required(customer, "customer", "newOwnerOrgUuid")
    if new_owner.id == subscription.customer.id:
        raise LifecycleError(
            ErrorCode.SAME_OWNER, f"{new_owner.name} owns the subscription already.", "newOwnerOrgUuid"
        )
    after = replace(
        all_restored(subscription),
        customer=new_owner,
        settings=subscription.plan.default_settings,
        assignees={},
        contract=None,
    )
    return Decision(
        action=Action.CHANGE_OWNERSHIP,
        effective_on=today,
        before=subscription,
        after=after,
        summary=f"Transferred to {new_owner.name}.",
        provisioning=(provisioning.transfer(subscription, after), provisioning.reset_settings(after)),
        source=ChangeSource.TRANSFER,
    )
