"""The changes of a history record, one row per field. Replaying all rows gives the current state."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.subscription import Subscription

_Values = Mapping[str, object]
_Part = tuple[Callable[[Subscription], _Values], tuple[str, ...]]


@dataclass(frozen=True)
class FieldChange:
    """Values as text; None if there was, or is, none."""

    field: str
    before: str | None
    after: str | None


def field_changes(before: Subscription | None, after: Subscription) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order of `field_values`. A new subscription has all its fields."""
    if before is None:
        return tuple(FieldChange(name, None, text) for name, text in field_values(after).items())
    parts = _parts_touched(before, after)
    old, new = _texts(before, parts), _texts(after, parts)
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        FieldChange(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    )


def field_values(subscription: Subscription) -> dict[str, str]:
    """The values of the subscription as text, by field name; absent values have no entry."""
    return _texts(subscription, _PARTS)


def _parts_touched(before: Subscription, after: Subscription) -> list[_Part]:
    """The parts that may differ: an attribute that they read is not the same object."""
    touched = {name for name in _ATTRIBUTES if getattr(before, name) is not getattr(after, name)}
    return [part for part in _PARTS if not touched.isdisjoint(part[1])]


def _texts(subscription: Subscription, parts: Iterable[_Part]) -> dict[str, str]:
    values = {name: value for read, _ in parts for name, value in read(subscription).items()}
    return {name: str(value) for name, value in values.items() if value is not None}


def _target(subscription: Subscription, add_on_id: object) -> str:
    return next((f".{a.offer.code}" for a in subscription.add_ons if a.id == add_on_id), "")


def _term(s: Subscription) -> _Values:
    return {"term.number": s.term.number, "term.startsOn": s.term.starts_on, "term.endsOn": s.term.ends_on}


def _trial(s: Subscription) -> _Values:
    return {"trialEndsOn": s.trial_ends_before - timedelta(days=1) if s.trial_ends_before else None}


def _add_ons(s: Subscription) -> _Values:
    quantities = {f"addOns.{a.offer.code}.quantity": a.quantity for a in s.add_ons}
    return quantities | {f"addOns.{a.offer.code}.status": a.status for a in s.add_ons}


def _scheduled(s: Subscription) -> _Values:
    return {f"scheduled.{c.action}{_target(s, c.add_on_id)}": c.summary for c in s.scheduled}


# How each part is read, in order, and the attributes that it reads.
_PARTS: tuple[_Part, ...] = (
    (lambda s: {"status": s.status}, ("status",)),
    (lambda s: {"customer": s.customer.name, "orgUuid": s.customer.org_uuid}, ("customer",)),
    (lambda s: {"plan": s.plan.code}, ("plan",)),
    (lambda s: {"quantity": s.quantity}, ("quantity",)),
    (lambda s: {"billingModel": s.model}, ("model",)),
    (lambda s: {"autoRenewal": str(s.auto_renewal).lower()}, ("auto_renewal",)),
    (lambda s: {"purchasedOn": s.purchased_on}, ("purchased_on",)),
    (lambda s: {"anchorDay": s.anchor_day}, ("anchor_day",)),
    (_term, ("term",)),
    (_trial, ("trial_ends_before",)),
    (lambda s: {"endedOn": s.ended_on}, ("ended_on",)),
    (lambda s: {"contract": s.contract.reference if s.contract else None}, ("contract",)),
    (_add_ons, ("add_ons",)),
    (lambda s: {f"numbers.{n.e164}": n.sku.code for n in s.numbers}, ("numbers",)),
    (lambda s: {f"assignees.{member_id}": name for member_id, name in s.assignees.items()}, ("assignees",)),
    (lambda s: {f"settings.{k}": json.dumps(v) for k, v in s.settings.items()}, ("settings",)),
    (_scheduled, ("scheduled", "add_ons")),
)
_ATTRIBUTES = frozenset(name for _, names in _PARTS for name in names)
