"""Reducing an add-on: down to 0 it is canceled. Source: rules, sections 4.5, 4.14 and 5."""

from dataclasses import replace
from uuid import UUID

from domain.lifecycle import Action
from domain.scheduling import check_none, check_still_reduces, ending, for_add_on
from domain.subscription import AddOn, Scheduled, Subscription


def reduce_now(subscription: Subscription, add_on: AddOn, quantity: int) -> Subscription:
    """The subscription with less of the add-on, or without it. Raises ALREADY_SCHEDULED."""
    check_still_reduces(for_add_on(subscription, add_on.id), quantity)
    if quantity:
        return subscription.with_add_on(replace(add_on, quantity=quantity))
    return replace(subscription, add_ons=tuple(a for a in subscription.add_ons if a.id != add_on.id))


def schedule_reduction(
    subscription: Subscription,
    action: Action,
    change_id: UUID,
    add_on: AddOn,
    quantity: int,
    reason: str | None,
) -> Subscription:
    """The subscription with the reduction waiting for the term's end. Raises ALREADY_SCHEDULED."""
    check_none(for_add_on(subscription, add_on.id), "when", "at")
    ends_before = subscription.term.ends_before
    name = add_on.offer.name
    change = Scheduled(
        id=change_id,
        action=action,
        effective_on=ends_before,
        summary=f"{name} reduced from {add_on.quantity} to {quantity}." if quantity else f"{name} canceled.",
        reason=reason,
        add_on_id=add_on.id,
        quantity=quantity,
    )
    after = subscription if quantity else subscription.with_add_on(ending(add_on, ends_before))
    return replace(after, scheduled=(*after.scheduled, change))
