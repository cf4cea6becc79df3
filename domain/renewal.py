"""The end of a term: cancellation, expiry, or scheduled changes and the next term. rules §7."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain import provisioning
from domain.charges import charge_all, purchase_lines
from domain.decision import ChangeSource, Decision
from domain.lifecycle import ENDED, Action, Status
from domain.lines import ChargeKind, Line, sum_of
from domain.money import ZERO, Amounts
from domain.periods import Term, first_term, term_after
from domain.provisioning import Provision
from domain.scheduling import ended
from domain.subscription import Scheduled, Subscription


@dataclass(frozen=True)
class Renewal:
    """The subscription in its next term, and the lines that this term charges."""

    subscription: Subscription
    lines: tuple[Line, ...]

    @property
    def term(self) -> Term:
        return self.subscription.term

    @property
    def on(self) -> date:
        return self.term.starts_on


def will_renew(subscription: Subscription) -> bool:
    """Whether another term follows: the subscription runs and renews, and no cancellation is scheduled."""
    return (
        subscription.status not in ENDED
        and subscription.status is not Status.PENDING_FOR_CANCEL
        and subscription.auto_renewal
        and subscription.pending(Action.CANCEL) is None
    )


def with_scheduled_changes(subscription: Subscription) -> Subscription:
    """The subscription after its scheduled reductions and its scheduled billing model."""
    for change in subscription.scheduled:
        subscription = _applied(subscription, change)
    return replace(subscription, scheduled=()) if subscription.scheduled else subscription


def next_renewal(subscription: Subscription) -> Renewal | None:
    """The next term and its lines; None if no term follows. Raises NOT_OFFERED.

    A trial converts: its first paid term sets the anchor day and is charged as a purchase.
    """
    if not will_renew(subscription):
        return None
    changed = with_scheduled_changes(subscription)
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
    """What the next renewal charges; zero if there is none."""
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
    return subscription.without_add_on(change.add_on_id)


def at_term_end(subscription: Subscription) -> Decision:
    """A scheduled cancellation ends the subscription. Without auto-renewal it expires. Otherwise the
    scheduled changes are applied and the next term is charged.

    Raises NOT_OFFERED if the plan, an add-on or a number has no price any more.
    """
    cancellation = subscription.pending(Action.CANCEL)
    if cancellation:
        applied = frozenset({cancellation.id})
        return _end(subscription, Action.CANCEL, Status.CANCELED, provisioning.cancel(), applied)
    renewal = next_renewal(subscription)
    if renewal is None:
        return _end(subscription, Action.EXPIRE, Status.EXPIRED, provisioning.expire(), frozenset())
    after = renewal.subscription
    verb = "Converted from trial" if subscription.is_trial else "Renewed"
    return Decision(
        action=Action.CONVERT_TRIAL if subscription.is_trial else Action.RENEW,
        effective_on=renewal.on,
        before=subscription,
        after=after,
        summary=f"{verb} for {renewal.term.starts_on} to {renewal.term.ends_on}.",
        lines=renewal.lines,
        provisioning=tuple(_provisioning(subscription, after)),
        source=ChangeSource.SCHEDULE,
        applied=frozenset(change.id for change in subscription.scheduled),
    )


def _end(
    subscription: Subscription,
    action: Action,
    status: Status,
    provision: Provision,
    applied: frozenset[UUID],
) -> Decision:
    day = subscription.term.ends_before
    return Decision(
        action=action,
        effective_on=day,
        before=subscription,
        after=ended(subscription, status, day),
        summary=f"{status.capitalize()} after {subscription.term.ends_on}.",
        provisioning=(provision,),
        applied=applied,
    )


def _provisioning(before: Subscription, after: Subscription) -> Iterator[Provision]:
    """The differences that a third party must know."""
    if before.is_trial:
        yield provisioning.convert_trial(after)
    if before.quantity != after.quantity:
        yield provisioning.set_quantity(after)
    kept = {add_on.id: add_on.quantity for add_on in after.add_ons}
    for add_on in before.add_ons:
        quantity = kept.get(add_on.id, 0)
        if quantity != add_on.quantity:
            yield provisioning.set_add_on(add_on.offer.code, quantity)
