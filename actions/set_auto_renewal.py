"""Unsubscribe and resubscribe: whether another term follows this one. Source: rules, section 4.8."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.availability import check_open
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.subscription import Subscription
from models.store.subscription import load_subscription
from models.store.unit_of_work import Transaction


@dataclass(frozen=True)
class SetAutoRenewal:
    subscription_id: UUID
    on: bool
    expected_version: int | None = None


async def set_auto_renewal(tx: Transaction, command: SetAutoRenewal) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, command: SetAutoRenewal, today: date) -> Decision:
    """Raises NOTHING_TO_CHANGE, and what the status table refuses."""
    check_open(subscription, Action.SET_AUTO_RENEWAL, today)
    if command.on == subscription.auto_renewal:
        state = "on" if command.on else "off"
        raise LifecycleError(ErrorCode.NOTHING_TO_CHANGE, f"Auto-renewal is {state} already.", "on")
    last_day = subscription.term.ends_on
    return Decision(
        action=Action.SET_AUTO_RENEWAL,
        effective_on=today,
        before=subscription,
        after=replace(subscription, auto_renewal=command.on),
        summary=f"Renews after {last_day}." if command.on else f"Expires after {last_day}.",
    )
