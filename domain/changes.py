"""What changed, one row a field: for the history. Replaying the rows gives the present state."""

import json
from dataclasses import dataclass
from datetime import timedelta

from domain.state import Subscription


@dataclass(frozen=True)
class FieldChange:
    """Values as text; None where there was, or is, none."""

    field: str
    before: str | None
    after: str | None


def field_changes(before: Subscription | None, after: Subscription) -> tuple[FieldChange, ...]:
    """Every field that differs, in the order of `image`; all that is set, for a new subscription."""
    old, new = image(before) if before else {}, image(after)
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        FieldChange(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    )


def image(subscription: Subscription) -> dict[str, str]:
    """The subscription as texts by field name; what is absent has no entry."""
    trial, ended = subscription.trial_ends_before, subscription.ended_on
    values: dict[str, object] = {
        "status": subscription.status,
        "customer": subscription.customer.name,
        "orgUuid": subscription.customer.org_uuid,
        "plan": subscription.plan.code,
        "quantity": subscription.quantity,
        "billingModel": subscription.model,
        "autoRenewal": str(subscription.auto_renewal).lower(),
        "purchasedOn": subscription.purchased_on,
        "anchorDay": subscription.anchor_day,
        "term.number": subscription.term.number,
        "term.startsOn": subscription.term.starts_on,
        "term.endsOn": subscription.term.ends_on,
        "trialEndsOn": trial - timedelta(days=1) if trial else None,
        "endedOn": ended,
        "contract": subscription.contract.reference if subscription.contract else None,
    }
    values |= {f"addOns.{a.offer.code}.quantity": a.quantity for a in subscription.add_ons}
    values |= {f"addOns.{a.offer.code}.status": a.status for a in subscription.add_ons}
    values |= {f"numbers.{n.e164}": n.sku.code for n in subscription.numbers}
    values |= {f"assignees.{member_id}": name for member_id, name in subscription.assignees.items()}
    values |= {f"settings.{key}": json.dumps(value) for key, value in subscription.settings.items()}
    values |= {
        f"scheduled.{s.action}{_target(subscription, s.add_on_id)}": s.summary for s in subscription.scheduled
    }
    return {name: str(value) for name, value in values.items() if value is not None}


def _target(subscription: Subscription, add_on_id: object) -> str:
    return next((f".{a.offer.code}" for a in subscription.add_ons if a.id == add_on_id), "")
