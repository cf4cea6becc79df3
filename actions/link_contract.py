"""Link the subscription with one of its customer's contracts. Source: rules §4.3."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.availability import check_open
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError, required
from domain.lifecycle import Action
from domain.subscription import Contract, LinkedContract, Subscription
from models.store.locking import load_subscription
from models.store.lookups import load_contract
from models.store.unit_of_work import Reading


@dataclass(frozen=True)
class LinkContract:
    subscription_id: UUID
    contract_id: UUID
    expected_version: int | None = None


async def link_contract(tx: Reading, command: LinkContract) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    contract = await load_contract(tx, command.contract_id)
    return decide(subscription, contract, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, contract: Contract | None, today: date) -> Decision:
    """Replaces the linked contract, if any. Raises NOT_FOUND, CONTRACT_NOT_ACTIVE, NOTHING_TO_CHANGE."""
    check_open(subscription, Action.LINK_CONTRACT, today)
    contract = required(contract, "contract", "contractId")
    contract.check_linkable(subscription.customer.id, today)
    linked = LinkedContract(contract.id, contract.reference)
    if linked == subscription.contract:
        raise LifecycleError(
            ErrorCode.NOTHING_TO_CHANGE, f"{contract.reference} is linked already.", "contractId"
        )
    return Decision(
        action=Action.LINK_CONTRACT,
        effective_on=today,
        before=subscription,
        after=replace(subscription, contract=linked),
        summary=f"Linked with the contract {contract.reference}.",
    )
