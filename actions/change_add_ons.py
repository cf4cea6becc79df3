"""Change the quantities of add-ons, new ones included. Source: rules §4.5, §4.14, §5.

Increases take effect at once and are charged for the rest of the term; reductions are not refunded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.availability import check_open
from domain.charges import add_on_item, check_offered, rest_of_term_line
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.lines import ChargeKind, Line
from domain.quantities import check_distinct, check_quantity
from domain.scheduling import NOW, When, effective_day, reduce_now, schedule_reduction
from domain.subscription import AddOn, Subscription
from models.engine import new_id
from models.store.locking import load_subscription
from models.store.unit_of_work import UnitOfWork

Changes = list[tuple[AddOn, int]]
"""Add-ons as they are, with their new quantities."""


@dataclass(frozen=True)
class ChangeAddOns:
    """`quantities` are the new ones by code; 0 cancels. `when` is for reductions."""

    subscription_id: UUID
    quantities: tuple[tuple[str, int], ...]
    when: When = NOW
    reason: str | None = None
    expected_version: int | None = None


async def change_add_ons(tx: UnitOfWork, command: ChangeAddOns) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone), new_id)


def decide(
    subscription: Subscription, command: ChangeAddOns, today: date, new_id: Callable[[], UUID]
) -> Decision:
    """Raises INVALID_QUANTITY, NOTHING_TO_CHANGE, NOT_OFFERED, ALREADY_SCHEDULED, and the errors of
    `effective_day`.
    """
    check_open(subscription, Action.CHANGE_ADD_ONS, today)
    increases, reductions = _changes(subscription, command, new_id)
    day = effective_day(command.when, subscription, Action.CHANGE_ADD_ONS, today) if reductions else today
    after, lines = _increased(subscription, increases, today)
    for add_on, quantity in reductions:
        if day is None:
            after = schedule_reduction(
                after, Action.CHANGE_ADD_ONS, new_id(), add_on, quantity, command.reason
            )
        else:
            after = reduce_now(after, add_on, quantity)
    check_offered(after, "addOns")
    now = increases + (reductions if day else [])
    changes = "; ".join(f"{a.offer.name} from {a.quantity} to {q}" for a, q in increases + reductions)
    return Decision(
        action=Action.CHANGE_ADD_ONS,
        effective_on=today if increases else day or subscription.term.ends_before,
        before=subscription,
        after=after,
        summary=f"{'Add-ons changed' if now else 'Scheduled: add-ons reduced'}: {changes}.",
        lines=lines,
        provisioning=tuple(provisioning.set_add_on(a.offer.code, q) for a, q in now),
        add_ons_reduced_on=day,
    )


def _changes(
    subscription: Subscription, command: ChangeAddOns, new_id: Callable[[], UUID]
) -> tuple[Changes, Changes]:
    """The increases and the reductions."""
    check_distinct((code for code, _ in command.quantities), "addOns")
    for _, quantity in command.quantities:
        check_quantity(quantity, "addOns", "quantity", least=0)
    existing = {add_on.offer.code: add_on for add_on in subscription.add_ons}
    increases, reductions = Changes(), Changes()
    for code, quantity in command.quantities:
        current = existing[code].quantity if code in existing else 0
        if quantity > current:
            add_on = existing.get(code) or AddOn(new_id(), subscription.plan.add_on(code), 0)
            increases.append((add_on, quantity))
        elif quantity < current:
            reductions.append((existing[code], quantity))
    if not increases and not reductions:
        raise LifecycleError(
            ErrorCode.NOTHING_TO_CHANGE, "The add-ons have these quantities already.", "addOns"
        )
    return increases, reductions


def _increased(
    subscription: Subscription, increases: Changes, today: date
) -> tuple[Subscription, tuple[Line, ...]]:
    """The subscription with the increases, and their lines; a trial has none."""
    lines, after = [], subscription
    for add_on, quantity in increases:
        after = after.with_add_on(replace(add_on, quantity=quantity))
        if not subscription.is_trial:
            more, item = quantity - add_on.quantity, add_on_item(add_on)
            lines.append(rest_of_term_line(subscription, ChargeKind.ADD_ON, item, add_on.offer, more, today))
    return after, tuple(lines)
