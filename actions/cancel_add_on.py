"""Cancel an add-on. Source: rules §4.14, §4.12, §5.

A cancellation at once or on a past day gives back a part of the add-on's charges, as the policy says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.lines import Charge, ItemKind
from domain.refunds import adjustments
from domain.scheduling import When, effective_day, reduce_now, schedule_reduction
from domain.subscription import AddOn, Subscription
from models.engine import new_id
from models.store.locking import load_subscription_of_add_on
from models.store.unit_of_work import Reading


@dataclass(frozen=True)
class CancelAddOn:
    add_on_id: UUID
    when: When
    reason: str | None = None
    expected_version: int | None = None


async def cancel_add_on(tx: Reading, command: CancelAddOn) -> Decision:
    subscription = await load_subscription_of_add_on(tx, command.add_on_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone), new_id)


def decide(
    subscription: Subscription, command: CancelAddOn, today: date, new_id: Callable[[], UUID]
) -> Decision:
    """Raises NOTHING_TO_CHANGE for a canceled add-on, ALREADY_SCHEDULED, and `effective_day`'s errors."""
    check_open(subscription, Action.CANCEL_ADD_ON, today)
    add_on = subscription.add_on(command.add_on_id)
    if add_on is None:
        raise LifecycleError(ErrorCode.NOTHING_TO_CHANGE, "The add-on is canceled already.", "addOnId")
    day = effective_day(command.when, subscription, Action.CANCEL_ADD_ON, today)
    if day is None:
        return Decision(
            action=Action.CANCEL_ADD_ON,
            effective_on=subscription.term.ends_before,
            before=subscription,
            after=schedule_reduction(subscription, Action.CANCEL_ADD_ON, new_id(), add_on, 0, command.reason),
            summary=f"Scheduled: {add_on.offer.name} canceled.",
        )
    return Decision(
        action=Action.CANCEL_ADD_ON,
        effective_on=day,
        before=subscription,
        after=reduce_now(subscription, add_on, 0),
        summary=f"{add_on.offer.name} canceled.",
        lines=adjustments(subscription, _charges_of(subscription, add_on), day),
        provisioning=(provisioning.set_add_on(add_on.offer.code, 0),),
    )


def _charges_of(subscription: Subscription, add_on: AddOn) -> tuple[Charge, ...]:
    return tuple(
        charged
        for charged in subscription.charges
        if (charged.line.item.kind, charged.line.item.code) == (ItemKind.ADD_ON, add_on.offer.code)
    )
