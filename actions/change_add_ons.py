"""Change the quantities of add-ons, new ones included. Source: rules §4.5, §4.14, §5.

Increases take effect at once and are charged for the rest of the term; reductions are not refunded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.add_ons import reduce_now, schedule_reduction
from domain.availability import check_open
from domain.charges import add_on_item, check_offered, rest_of_term_line
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action
from domain.lines import ChargeKind, Line
from domain.quantities import check_distinct, check_quantity
from domain.subscription import AddOn, Subscription
from domain.timing import NOW, When, effective_day
from models.engine import new_id
from models.store.subscription import load_subscription
from models.store.unit_of_work import Transaction


@dataclass(frozen=True)
class ChangeAddOns:
    """Quantities by code as they shall stand; 0 cancels. `when` is for reductions."""

    subscription_id: UUID
    quantities: tuple[tuple[str, int], ...]
    when: When = NOW
    reason: str | None = None
    expected_version: int | None = None


async def change_add_ons(tx: Transaction, command: ChangeAddOns) -> Decision:
    subscription = await load_subscription(tx, command.subscription_id, command.expected_version)
    return decide(subscription, command, tx.today(subscription.customer.time_zone), new_id)


def decide(
    subscription: Subscription, command: ChangeAddOns, today: date, new_id: Callable[[], UUID]
) -> Decision:
    """Raises INVALID_QUANTITY, NOTHING_TO_CHANGE, NOT_OFFERED, ALREADY_SCHEDULED, and for the day."""
    check_open(subscription, Action.CHANGE_ADD_ONS, today)
    check_distinct((code for code, _ in command.quantities), "addOns")
    for _, quantity in command.quantities:
        check_quantity(quantity, "addOns", "quantity", least=0)
    held = {add_on.offer.code: add_on for add_on in subscription.add_ons}
    increases, reductions = [], []
    for code, quantity in command.quantities:
        present = held[code].quantity if code in held else 0
        if quantity > present:
            add_on = held.get(code) or AddOn(new_id(), subscription.plan.add_on(code), 0)
            increases.append((add_on, quantity))
        elif quantity < present:
            reductions.append((held[code], quantity))
    if not increases and not reductions:
        raise LifecycleError(
            ErrorCode.NOTHING_TO_CHANGE, "The add-ons have these quantities already.", "addOns"
        )
    day = effective_day(command.when, subscription, Action.CHANGE_ADD_ONS, today) if reductions else today
    after, lines = _increased(subscription, increases, today)
    for add_on, quantity in reductions:
        if day is None:
            change_id = new_id()
            after = schedule_reduction(
                after, Action.CHANGE_ADD_ONS, change_id, add_on, quantity, command.reason
            )
        else:
            after = reduce_now(after, add_on, quantity)
    check_offered(after, "addOns")
    now = increases + (reductions if day else [])
    words = "; ".join(f"{a.offer.name} from {a.quantity} to {q}" for a, q in increases + reductions)
    return Decision(
        action=Action.CHANGE_ADD_ONS,
        effective_on=today if increases else day or subscription.term.ends_before,
        before=subscription,
        after=after,
        summary=f"{'Add-ons changed' if now else 'Scheduled: add-ons reduced'}: {words}.",
        lines=lines,
        provisioning=tuple(provisioning.set_add_on(a.offer.code, q) for a, q in now),
        add_ons_reduced_on=day,
    )


def _increased(
    subscription: Subscription, increases: list[tuple[AddOn, int]], today: date
) -> tuple[Subscription, tuple[Line, ...]]:
    """The subscription with more add-ons, and what that costs; nothing in a trial."""
    lines, after = [], subscription
    for add_on, quantity in increases:
        after = after.with_add_on(replace(add_on, quantity=quantity))
        if not subscription.is_trial:
            more, item = quantity - add_on.quantity, add_on_item(add_on)
            lines.append(rest_of_term_line(subscription, ChargeKind.ADD_ON, item, add_on.offer, more, today))
    return after, tuple(lines)
