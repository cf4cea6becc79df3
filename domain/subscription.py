"""A subscription: everything that a decision about it may depend on, frozen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.catalogue import Offer, Plan
from domain.errors import ErrorCode, LifecycleError, not_found, required
from domain.lifecycle import Action, Status
from domain.lines import Charge
from domain.periods import BillingModel, Term
from domain.policy import Policy


@dataclass(frozen=True)
class Customer:
    """The owner and how it is billed. In `policy` the customer's own values replace the partner's."""

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
    """`ends_before` is the first day without it; None if it has no end."""

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


@dataclass(frozen=True)
class NumberPool:
    """Numbers by id, each with whether it is free. At most one subscription holds a number.

    `sees_held` is false for a viewer who sees only free numbers. For them a held number, which may be
    another customer's, must look like a number that does not exist. rules §4.6.
    """

    numbers: Mapping[UUID, tuple[Number, bool]]
    sees_held: bool = True

    def take(self, ids: Iterable[UUID], field: str) -> tuple[Number, ...]:
        """The numbers in the order of `ids`. Raises NOT_FOUND, NUMBER_NOT_AVAILABLE."""
        taken: list[Number] = []
        for number_id in ids:
            if number_id not in self.numbers and not self.sees_held:
                raise LifecycleError(
                    ErrorCode.NUMBER_NOT_AVAILABLE, "This phone number is not available.", field
                )
            number, free = required(self.numbers.get(number_id), "phone number", field)
            if not free or number in taken:
                raise LifecycleError(
                    ErrorCode.NUMBER_NOT_AVAILABLE, f"{number.e164} is not available.", field
                )
            taken.append(number)
        return tuple(taken)


class ScheduledStatus(StrEnum):
    PENDING = "PENDING"
    APPLIED = "APPLIED"
    REVOKED = "REVOKED"


@dataclass(frozen=True)
class Scheduled:
    """A change that waits for the end of the term, on the day `effective_on`.

    `add_on_id` is the target of CHANGE_ADD_ONS and CANCEL_ADD_ON. `quantity` is the new quantity of
    CHANGE_QUANTITY and CHANGE_ADD_ONS, `model` the new one of CHANGE_BILLING_MODEL.
    """

    id: UUID
    action: Action
    effective_on: date
    summary: str
    reason: str | None = None
    add_on_id: UUID | None = None
    quantity: int | None = None
    model: BillingModel | None = None


class ContractStatus(StrEnum):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


@dataclass(frozen=True)
class Contract:
    """A contract of a customer. `ends_on` is the last day, inclusive; None if open-ended. rules §4.3."""

    id: UUID
    reference: str
    customer_id: UUID
    status: ContractStatus
    starts_on: date
    ends_on: date | None

    def check_linkable(self, customer_id: UUID, today: date) -> None:
        """Raises NOT_FOUND for another customer's contract, CONTRACT_NOT_ACTIVE if not in force."""
        if self.customer_id != customer_id:
            raise not_found("contract", "contractId")
        begun = self.starts_on <= today
        over = self.ends_on is not None and self.ends_on < today
        if self.status is not ContractStatus.ACTIVE or not begun or over:
            raise LifecycleError(
                ErrorCode.CONTRACT_NOT_ACTIVE,
                f"The contract {self.reference} is not active on {today}.",
                "contractId",
            )


@dataclass(frozen=True)
class LinkedContract:
    id: UUID
    reference: str


@dataclass(frozen=True)
class Subscription:
    """`scheduled` holds only PENDING changes, `add_ons` only those not CANCELED, `charges` the current
    term's charge lines, `assignees` the members' names by id. `anchor_day` is 1-31; the months of the
    next term are counted with it.
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
        """Whether the running term is the free term 0, also in the status PENDING_FOR_CANCEL."""
        return self.term.number == 0

    def add_on(self, add_on_id: UUID) -> AddOn | None:
        return next((add_on for add_on in self.add_ons if add_on.id == add_on_id), None)

    def pending(self, action: Action, add_on_id: UUID | None = None) -> Scheduled | None:
        """The pending change of that kind to that target. There is at most one."""
        return next((s for s in self.scheduled if (s.action, s.add_on_id) == (action, add_on_id)), None)

    def without_add_on(self, add_on_id: UUID) -> "Subscription":
        return replace(self, add_ons=tuple(a for a in self.add_ons if a.id != add_on_id))

    def with_add_on(self, changed: AddOn) -> "Subscription":
        """The subscription with this add-on, which replaces an add-on of the same id."""
        if not self.add_on(changed.id):
            return replace(self, add_ons=(*self.add_ons, changed))
        add_ons = tuple(changed if add_on.id == changed.id else add_on for add_on in self.add_ons)
        return replace(self, add_ons=add_ons)
