"""A subscription as it stands: all that a decision about it may depend on, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.catalogue import Offer, Plan
from domain.lifecycle import Action, Status
from domain.lines import Charge
from domain.periods import BillingModel, Term
from domain.policy import Policy


@dataclass(frozen=True)
class Customer:
    """The owner, and how it is billed. `policy` has the customer's own values laid over the partner's."""

    id: UUID
    org_uuid: UUID
    name: str
    time_zone: str
    bill_on_order_day: bool
    billing_day: int
    policy: Policy


class AddOnStatus(StrEnum):
    ACTIVE = "ACTIVE"
    PENDING_FOR_CANCEL = "PENDING_FOR_CANCEL"
    CANCELED = "CANCELED"


@dataclass(frozen=True)
class AddOn:
    """`ends_before` is the first day without it; None while it goes on."""

    id: UUID
    offer: Offer
    quantity: int
    status: AddOnStatus = AddOnStatus.ACTIVE
    ends_before: date | None = None


@dataclass(frozen=True)
class Number:
    id: UUID
    e164: str
    sku: Offer


class ScheduledStatus(StrEnum):
    PENDING = "PENDING"
    APPLIED = "APPLIED"
    REVOKED = "REVOKED"


@dataclass(frozen=True)
class Scheduled:
    """A change that waits for the end of the term.

    `add_on_id` names its target where that is an add-on. `quantity` is the quantity to come of
    CHANGE_QUANTITY and CHANGE_ADD_ONS, `model` that of CHANGE_BILLING_MODEL.
    """

    id: UUID
    action: Action
    effective_on: date
    summary: str
    reason: str | None = None
    add_on_id: UUID | None = None
    quantity: int | None = None
    model: BillingModel | None = None


@dataclass(frozen=True)
class LinkedContract:
    id: UUID
    reference: str


@dataclass(frozen=True)
class Subscription:
    """`scheduled` holds PENDING changes alone, `add_ons` those not CANCELED, `charges` the current
    term's charge lines, `assignees` member ids with their names. `trial_ends_before` and
    `ended_on` are None where there is none; `anchor_day` is 1-31 and counts the next term's months.
    """

    id: UUID
    reference: str
    customer: Customer
    plan: Plan
    status: Status
    quantity: int
    model: BillingModel
    auto_renewal: bool
    purchased_on: date
    anchor_day: int
    term: Term
    trial_ends_before: date | None = None
    ended_on: date | None = None
    contract: LinkedContract | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    add_ons: tuple[AddOn, ...] = ()
    numbers: tuple[Number, ...] = ()
    assignees: Mapping[UUID, str] = field(default_factory=dict)
    scheduled: tuple[Scheduled, ...] = ()
    charges: tuple[Charge, ...] = ()

    @property
    def is_trial(self) -> bool:
        """Whether the running term is the free term 0, also where it is pending for cancel."""
        return self.term.number == 0

    def add_on(self, add_on_id: UUID) -> AddOn | None:
        return next((add_on for add_on in self.add_ons if add_on.id == add_on_id), None)

    def pending(self, action: Action, add_on_id: UUID | None = None) -> Scheduled | None:
        """The pending change of that kind to that target, of which there is one at most."""
        return next((s for s in self.scheduled if (s.action, s.add_on_id) == (action, add_on_id)), None)

    def with_add_on(self, changed: AddOn) -> "Subscription":
        """The same subscription with that add-on in place of the one with its id, or added."""
        if not self.add_on(changed.id):
            return replace(self, add_ons=(*self.add_ons, changed))
        add_ons = tuple(changed if add_on.id == changed.id else add_on for add_on in self.add_ons)
        return replace(self, add_ons=add_ons)
