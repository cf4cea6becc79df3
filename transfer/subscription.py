"""What a file may say about a subscription: how it stands, its terms, and what was charged for them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.lifecycle import Action, Status
from domain.lines import ChargeKind, ItemKind
from domain.periods import BillingCycle
from transfer.texts import (
    MAX_COUNT,
    Amount,
    Code,
    Count,
    Day,
    DayOfMonth,
    E164Number,
    Email,
    Multiplier,
    Name,
    Quantity,
    Record,
    Reference,
    Settings,
    Words,
)

MAX_CHARGES = 10_000
"""Charges and reversals of one subscription; a history record's lines are numbered in 16 bits."""


class BillingModel(Record):
    cycle: BillingCycle
    multiplier: Multiplier = 1


class Fraction(Record):
    numerator: Annotated[int, Field(ge=0, le=MAX_COUNT)]
    denominator: Count


class Item(Record):
    """`code` is that of the plan or the add-on, or the number's digits."""

    kind: ItemKind
    code: Code
    name: Name | None = None


class Sum(Record):
    """An amount for some days, and how it was worked out: unit x quantity x fraction.

    Unit, quantity and fraction are given together, or not at all: then the amount is its own unit.
    """

    price: Amount
    cost: Amount
    starts_on: Day | None = None
    ends_on: Day | None = None
    anchor_day: DayOfMonth | None = None
    quantity: Quantity | None = None
    fraction: Fraction | None = None
    unit_price: Amount | None = None
    unit_cost: Amount | None = None
    invoice: Reference | None = None


class Reversal(Sum):
    """Money given back of a charge: a CREDIT, REFUND or ADJUSTMENT, with negative amounts."""

    kind: ChargeKind


class Charge(Sum):
    kind: ChargeKind | None = None
    item: Item | None = None
    cycle_months: Count | None = None
    reversals: list[Reversal] = Field(default_factory=list)


class Term(Record):
    number: Annotated[int, Field(ge=0, le=MAX_COUNT)]
    starts_on: Day
    ends_on: Day
    anchor_day: DayOfMonth | None = None
    charges: list[Charge] = Field(default_factory=list)


class AddOn(Record):
    code: Code
    quantity: Quantity
    name: Name | None = None


class ScheduledChange(Record):
    """Waits for the end of the last term. `quantity` and `billingModel` are what is to come."""

    action: Action
    add_on: Code | None = None
    quantity: Quantity | None = None
    billing_model: BillingModel | None = None
    summary: Words | None = None
    reason: Words | None = None


class Subscription(Record):
    reference: Reference
    customer: UUID
    plan_code: Code
    status: Status = Status.ACTIVE
    quantity: Quantity = 1
    billing_model: BillingModel
    auto_renewal: bool = True
    purchased_on: Day
    anchor_day: DayOfMonth | None = None
    trial_ends_on: Day | None = None
    ended_on: Day | None = None
    contract: Reference | None = None
    settings: Settings | None = None
    add_ons: list[AddOn] = Field(default_factory=list)
    numbers: list[E164Number] = Field(default_factory=list)
    assignees: list[Email] = Field(default_factory=list)
    scheduled_changes: list[ScheduledChange] = Field(default_factory=list)
    terms: Annotated[list[Term], Field(min_length=1)]
