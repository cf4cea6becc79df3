"""The file format, version 1: the header and every kind of record, with the bounds of their values."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from actions.setup.add_numbers import E164
from actions.setup.create_member import check_email
from actions.setup.validation import MAX_CODE, MAX_NAME, MAX_REFUND_WINDOW_DAYS, check_text
from domain.errors import LifecycleError
from domain.lifecycle import Action, Status
from domain.lines import ChargeKind, InvoiceStatus, ItemKind
from domain.periods import MAX_MULTIPLIER, BillingCycle, is_time_zone
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from domain.quantities import MAX_QUANTITY
from domain.settings import merged
from domain.subscription import ContractStatus

VERSION = 1
MAX_COUNT = 2**31 - 1  # the largest INTEGER of PostgreSQL
MAX_CHARGES = 10_000
"""Charges and reversals of one subscription; a history record's lines are numbered in 16 bits."""

Json = dict[str, Any]


class Record(BaseModel):
    """Names are those of the GraphQL contract; others are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel)

    def to_json(self) -> Json:
        """The record as an export writes it; what is absent has no key."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def _refused(message: str) -> PydanticCustomError:
    """A problem in our own words; pydantic would replace braces in the message."""
    return PydanticCustomError("refused", "{message}", {"message": message})


def _checked(check: Callable[[Any], None]) -> AfterValidator:
    """A check of an action: its refusal becomes a problem of the file."""

    def validate(value: Any) -> Any:
        try:
            check(value)
        except LifecycleError as error:
            raise _refused(error.message) from error
        return value

    return AfterValidator(validate)


def _text(what: str, longest: int) -> AfterValidator:
    return _checked(lambda text: check_text(what, text, longest))


def _time_zone(name: str) -> str:
    if not is_time_zone(name):
        raise _refused("Choose a time zone by its IANA name, such as Asia/Singapore.")
    return name


Code = Annotated[str, _text("A code", MAX_CODE)]
Name = Annotated[str, _text("A name", MAX_NAME)]
Reference = Annotated[str, _text("A reference", MAX_CODE)]
Email = Annotated[str, _checked(check_email)]
Text = Annotated[str, _text("A text", 1_000_000)]
E164Number = Annotated[str, StringConstraints(pattern=f"^{E164}$")]
Amount = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,20}(\.[0-9]{1,8})?$")]
"""Decimal digits, in the partner's currency: "370.00"."""
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2999, 12, 31))]
DayOfMonth = Annotated[int, Field(ge=1, le=31)]
Quantity = Annotated[int, Field(ge=1, le=MAX_QUANTITY)]
Count = Annotated[int, Field(ge=1, le=MAX_COUNT)]
CountFrom0 = Annotated[int, Field(ge=0, le=MAX_COUNT)]
Settings = Annotated[dict[str, Any], _checked(lambda settings: merged({}, settings) and None)]


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


class Offer(Record):
    """A SKU, or an add-on of a plan."""

    code: Code
    name: Name
    prices: list[Price]


class Plan(Record):
    code: Code
    name: Name
    rank: Annotated[int, Field(ge=-MAX_COUNT, le=MAX_COUNT)]
    prices: list[Price]
    default_settings: Settings = Field(default_factory=dict)
    add_ons: list[Offer] = Field(default_factory=list)


class Product(Record):
    code: Code
    name: Name
    plans: list[Plan]


class Number(Record):
    """A phone number in stock. The subscription that holds it names it."""

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
    """ISSUED elsewhere; or PENDING: then Tenure issues it on that day, and `number` only names it here."""

    number: Reference
    customer: UUID
    status: InvoiceStatus = InvoiceStatus.ISSUED
    issued_on: Day | None = None
    due_to_issue_on: Day | None = None


class BillingModel(Record):
    cycle: BillingCycle
    multiplier: Annotated[int, Field(ge=1, le=MAX_MULTIPLIER)] = 1


class Fraction(Record):
    numerator: CountFrom0
    denominator: Count


class Item(Record):
    """`code` is that of the plan or the add-on, or the phone number."""

    kind: ItemKind
    code: Code
    name: Name | None = None


class Sum(Record):
    """An amount for some days, and its calculation: unit x quantity x fraction.

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
    """A CREDIT, REFUND or ADJUSTMENT of a charge, with negative amounts."""

    kind: ChargeKind


class Charge(Sum):
    kind: ChargeKind | None = None
    item: Item | None = None
    cycle_months: Count | None = None
    reversals: list[Reversal] = Field(default_factory=list)


class Term(Record):
    number: CountFrom0
    starts_on: Day
    ends_on: Day
    anchor_day: DayOfMonth | None = None
    charges: list[Charge] = Field(default_factory=list)


class AddOn(Record):
    code: Code
    quantity: Quantity
    name: Name | None = None


class ScheduledChange(Record):
    """Waits for the end of the last term. `quantity` and `billing_model` are the new values."""

    action: Action
    add_on: Code | None = None
    quantity: Quantity | None = None
    billing_model: BillingModel | None = None
    summary: Text | None = None
    reason: Text | None = None


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


class Envelope(Record):
    """One record under the name of its kind: a line of JSON Lines."""

    product: Product | None = None
    sku: Offer | None = None
    number: Number | None = None
    customer: Customer | None = None
    member: Member | None = None
    contract: Contract | None = None
    invoice: Invoice | None = None
    subscription: Subscription | None = None


KINDS = tuple(Envelope.model_fields)
"""In the order in which an export writes them; a file may have its records in any order."""
