"""What the end of a term will bring, scheduled changes applied. Source: rules, section 7."""

from dataclasses import dataclass, replace
from datetime import date

from domain.charges import charge_all, purchase_lines
from domain.lifecycle import ENDED, Action, Status
from domain.lines import ChargeKind, Line, sum_of
from domain.money import ZERO, Amounts
from domain.periods import Term, first_term, term_after
from domain.subscription import Scheduled, Subscription


@dataclass(frozen=True)
class Renewal:
    """The next term as it will be opened on its first day, and the lines it will charge."""

    subscription: Subscription
    lines: tuple[Line, ...]

    @property
    def term(self) -> Term:
        return self.subscription.term

    @property
    def on(self) -> date:
        return self.term.starts_on


def will_renew(subscription: Subscription) -> bool:
    """Whether another term follows: not when ended, cancelled for the term's end, or not renewing."""
    return (
        subscription.status not in ENDED
        and subscription.status is not Status.PENDING_FOR_CANCEL
        and subscription.auto_renewal
        and subscription.pending(Action.CANCEL) is None
    )


def with_scheduled(subscription: Subscription) -> Subscription:
    """The subscription with its pending reductions and its pending billing model carried out."""
    for change in subscription.scheduled:
        subscription = _applied(subscription, change)
    return replace(subscription, scheduled=()) if subscription.scheduled else subscription


def next_renewal(subscription: Subscription) -> Renewal | None:
    """The next term and its lines; None where none will come. Raises NOT_OFFERED.

    A trial converts: its first paid term sets the anchor day and is charged as a purchase.
    """
    if not will_renew(subscription):
        return None
    changed = with_scheduled(subscription)
    starts_on = subscription.term.ends_before
    if subscription.is_trial:
        converted = replace(
            changed,
            status=Status.ACTIVE,
            purchased_on=starts_on,
            anchor_day=starts_on.day,
            term=first_term(starts_on, changed.model),
        )
        return Renewal(converted, purchase_lines(converted))
    term = term_after(starts_on, changed.model, changed.anchor_day, subscription.term.number + 1)
    renewed = replace(changed, term=term)
    return Renewal(renewed, charge_all(renewed, ChargeKind.RENEWAL, term, renewed.model))


def renewal_amounts(subscription: Subscription) -> Amounts:
    """What each renewal charges; zero where none will come."""
    renewal = next_renewal(subscription)
    return sum_of(renewal.lines) if renewal else ZERO


def _applied(subscription: Subscription, change: Scheduled) -> Subscription:
    if change.model is not None:
        return replace(subscription, model=change.model)
    if change.add_on_id is None:
        return subscription if change.quantity is None else replace(subscription, quantity=change.quantity)
    if change.quantity:
        add_on = subscription.add_on(change.add_on_id)
        return subscription.with_add_on(replace(add_on, quantity=change.quantity)) if add_on else subscription
    kept = tuple(add_on for add_on in subscription.add_ons if add_on.id != change.add_on_id)
    return replace(subscription, add_ons=kept)
