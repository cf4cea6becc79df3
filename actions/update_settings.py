"""Update the subscription's settings: keys are merged, a null removes one. Source: rules §4.16."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.settings import merged, same
from domain.subscription import Subscription
from models.store.subscription import load_subscription
from models.store.unit_of_work import Transaction


@dataclass(frozen=True)
class UpdateSettings:
    subscription_id: UUID
    settings: Any
    expected_version: int | None = None


async def update_settings(tx: Transaction, command: UpdateSettings) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone))


def decide(subscription: Subscription, command: UpdateSettings, today: date) -> Decision:
    """Raises INVALID_VALUE for what is no object or too large, NOTHING_TO_CHANGE."""
    check_open(subscription, Action.UPDATE_SETTINGS, today)
    settings = merged(subscription.settings, command.settings)
    if same(settings, subscription.settings):
        raise LifecycleError(
            ErrorCode.NOTHING_TO_CHANGE, "The settings have these values already.", "settings"
        )
    after = replace(subscription, settings=settings)
    return Decision(
        action=Action.UPDATE_SETTINGS,
        effective_on=today,
        before=subscription,
        after=after,
        summary=f"Settings updated: {', '.join(sorted(command.settings))}.",
        provisioning=(provisioning.update_settings(after),),
    )
