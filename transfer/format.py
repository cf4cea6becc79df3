"""What a file may say, version 1: the header, what a partner sells, and to whom."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from actions.setup.validation import MAX_REFUND_WINDOW_DAYS
from domain.contracts import ContractStatus
from domain.invoices import InvoiceStatus
from domain.periods import BillingCycle, is_time_zone
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from transfer.texts import (
    MAX_COUNT,
    Amount,
    Code,
    Day,
    DayOfMonth,
    E164Number,
    Email,
    Name,
    Record,
    Reference,
    Settings,
    refused,
)

VERSION = 1


def _time_zone(name: str) -> str:
    if not is_time_zone(name):
        raise refused("Choose a time zone by its IANA name, such as Asia/Singapore.")
    return name


class Policy(Record):
    """What is left out is the default: for a customer, the partner's."""

    proration_unit: ProrationUnit | None = None
    upgrade_basis: UpgradeBasis | None = None
    allow_refund: bool | None = None
    refund_window_days: Annotated[int, Field(ge=0, le=MAX_REFUND_WINDOW_DAYS)] | None = None
    cancellation_adjustment: CancellationAdjustment | None = None


class Partner(Record):
    """`id` as the API gives it, or a UUID; all amounts of the file are in `currency`."""

    id: str | None = None
    name: Name | None = None
    currency: str
    clock: AwareDatetime | None = None
    policy: Policy | None = None


class Header(Record):
    """The first line of JSON Lines; in YAML, two keys beside the sections."""

    tenure: int
    partner: Partner


class Price(Record):
    cycle: BillingCycle
    price: Amount
    cost: Amount


class AddOnOffer(Record):
    code: Code
    name: Name
    prices: list[Price]


class Plan(Record):
    code: Code
    name: Name
    rank: Annotated[int, Field(ge=-MAX_COUNT, le=MAX_COUNT)]
    prices: list[Price]
    default_settings: Settings = Field(default_factory=dict)
    add_ons: list[AddOnOffer] = Field(default_factory=list)


class Product(Record):
    code: Code
    name: Name
    plans: list[Plan]


class Sku(Record):
    code: Code
    name: Name
    prices: list[Price]


class Number(Record):
    """A phone number in stock; the subscription that holds it names it."""

    e164: E164Number
    sku_code: Code


class Customer(Record):
    org_uuid: UUID
    name: Name
    time_zone: Annotated[str, AfterValidator(_time_zone)]
    bill_on_order_day: bool = True
    billing_day: DayOfMonth = 1
    policy: Policy | None = None


class Member(Record):
    """`customer` is the customer's orgUuid, here and below."""

    customer: UUID
    name: Name
    email: Email


class Contract(Record):
    reference: Reference
    customer: UUID
    title: Name
    starts_on: Day
    ends_on: Day | None = None
    status: ContractStatus = ContractStatus.ACTIVE


class Invoice(Record):
    """Made elsewhere, or PENDING: then Tenure issues it on that day, and `number` only names it here."""

    number: Reference
    customer: UUID
    status: InvoiceStatus = InvoiceStatus.ISSUED
    issued_on: Day | None = None
    due_to_issue_on: Day | None = None
