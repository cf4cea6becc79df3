"""What happens when a term is over. Source: rules, section 7."""

from collections.abc import Iterator
from uuid import UUID

from domain import provisioning
from domain.decision import ChangeSource, Decision
from domain.lifecycle import Action, Status
from domain.provisioning import Provision
from domain.renewal import next_renewal
from domain.scheduling import ended
from domain.subscription import Subscription


def at_term_end(subscription: Subscription) -> Decision:
    """What the first instant after the term brings: a scheduled cancellation ends the subscription;
    without auto-renewal it expires; otherwise what is scheduled is applied and the next term charged.

    Raises NOT_OFFERED where something held has lost its price.
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
        provisioning=tuple(_changes(subscription, after)),
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


def _changes(before: Subscription, after: Subscription) -> Iterator[Provision]:
    """What a third party must know of a new term: only what differs."""
    if before.is_trial:
        yield provisioning.convert_trial(after)
    if before.quantity != after.quantity:
        yield provisioning.set_quantity(after)
    kept = {add_on.id: add_on.quantity for add_on in after.add_ons}
    for add_on in before.add_ons:
        quantity = kept.get(add_on.id, 0)
        if quantity != add_on.quantity:
            yield provisioning.set_add_on(add_on.offer.code, quantity)
