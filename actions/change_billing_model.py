"""Change how often the subscription is billed, from its next renewal on. Source: rules §4.7."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.availability import check_open
from domain.charges import check_offered
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.periods import BillingModel
from domain.subscription import Scheduled, Subscription
from models.engine import new_id
from models.store.locking import load_subscription
from models.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ChangeBillingModel:
    subscription_id: UUID
    model: BillingModel
    reason: str | None = None
    expected_version: int | None = None


async def change_billing_model(tx: UnitOfWork, command: ChangeBillingModel) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone), new_id)


def decide(
    subscription: Subscription, command: ChangeBillingModel, today: date, new_id: Callable[[], UUID]
) -> Decision:
    """A second request replaces the first. Raises NOTHING_TO_CHANGE, NOT_OFFERED."""
    check_open(subscription, Action.CHANGE_BILLING_MODEL, today)
    pending = subscription.pending(Action.CHANGE_BILLING_MODEL)
    next_model = pending.model if pending else subscription.model
    if command.model == next_model:
        message = f"It will be billed {command.model} already."
        raise LifecycleError(ErrorCode.NOTHING_TO_CHANGE, message, "cycle")
    others = tuple(change for change in subscription.scheduled if change is not pending)
    change = Scheduled(
        id=new_id(),
        action=Action.CHANGE_BILLING_MODEL,
        effective_on=subscription.term.ends_before,
        summary=f"Billing changes from {subscription.model} to {command.model}.",
        reason=command.reason,
        model=command.model,
    )
    # Back to the current model: the scheduled change is revoked, and no new one is needed.
    new = () if command.model == subscription.model else (change,)
    after = replace(subscription, scheduled=(*others, *new))
    check_offered(after, "cycle")
    return Decision(
        action=Action.CHANGE_BILLING_MODEL,
        effective_on=change.effective_on,
        before=subscription,
        after=after,
        summary=f"Scheduled: {change.summary}" if new else f"Billing stays {command.model}.",
    )
