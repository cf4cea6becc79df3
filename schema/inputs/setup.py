"""Inputs of the mutations that set a partner up."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from actions.setup.add_numbers import AddNumbers
from actions.setup.create_contract import CreateContract
from actions.setup.create_customer import CreateCustomer
from actions.setup.create_member import CreateMember
from actions.setup.create_partner import CreatePartner
from actions.setup.plans import AddOnInput as AddOnCommand
from actions.setup.plans import PlanInput as PlanCommand
from actions.setup.policy import PolicyChanges
from actions.setup.prices import PriceInput as PriceCommand
from actions.setup.save_product import SaveProduct
from actions.setup.save_sku import SaveSku
from actions.setup.set_contract_status import SetContractStatus
from actions.setup.update_customer import UpdateCustomer
from actions.setup.update_policy import UpdatePolicy
from domain.contracts import ContractStatus
from domain.periods import BillingCycle
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from schema.inputs.ids import input_key
from schema.scalars import CurrencyCode


@strawberry.input(
    description="What is left out stays as it is; for a new partner, the defaults: CALENDAR_MONTH, "
    "TARGET_PLAN, refunds allowed within 14 days, DAILY."
)
class BillingPolicyInput:
    proration_unit: ProrationUnit | None = None
    upgrade_basis: UpgradeBasis | None = None
    allow_refund: bool | None = None
    refund_window_days: int | None = None
    cancellation_adjustment: CancellationAdjustment | None = None

    def changes(self) -> PolicyChanges:
        return PolicyChanges(
            self.proration_unit,
            self.upgrade_basis,
            self.allow_refund,
            self.refund_window_days,
            self.cancellation_adjustment,
        )

    def command(self) -> UpdatePolicy:
        return UpdatePolicy(self.changes())


@strawberry.input(
    description="`clock` makes a sandbox whose time starts there; without it the partner lives in real time."
)
class CreatePartnerInput:
    name: str
    currency: CurrencyCode
    policy: BillingPolicyInput | None = None
    clock: datetime | None = None

    def command(self) -> CreatePartner:
        return CreatePartner(
            self.name, self.currency, self.policy.changes() if self.policy else None, self.clock
        )


@strawberry.input
class PriceInput:
    cycle: BillingCycle
    price: Decimal
    cost: Decimal


def _prices(prices: list[PriceInput]) -> tuple[PriceCommand, ...]:
    return tuple(PriceCommand(price.cycle, price.price, price.cost) for price in prices)


@strawberry.input
class AddOnOfferInput:
    code: str
    name: str
    prices: list[PriceInput]


@strawberry.input
class PlanInput:
    code: str
    name: str
    rank: int
    prices: list[PriceInput]
    default_settings: JSON | None = None
    add_ons: list[AddOnOfferInput] | None = None

    def command(self) -> PlanCommand:
        add_ons = tuple(AddOnCommand(a.code, a.name, _prices(a.prices)) for a in self.add_ons or ())
        return PlanCommand(
            self.code, self.name, self.rank, _prices(self.prices), self.default_settings, add_ons
        )


@strawberry.input
class ProductInput:
    code: str
    name: str
    plans: list[PlanInput]

    def command(self) -> SaveProduct:
        return SaveProduct(self.code, self.name, tuple(plan.command() for plan in self.plans))


@strawberry.input
class SkuInput:
    code: str
    name: str
    prices: list[PriceInput]

    def command(self) -> SaveSku:
        return SaveSku(self.code, self.name, _prices(self.prices))


@strawberry.input
class AddNumbersInput:
    sku_code: str
    e164: list[str]

    def command(self) -> AddNumbers:
        return AddNumbers(self.sku_code, tuple(self.e164))


@strawberry.input
class CreateCustomerInput:
    name: str
    time_zone: str = strawberry.field(description='An IANA name: "Asia/Singapore".')
    org_uuid: UUID | None = None
    bill_on_order_day: bool = True
    billing_day: int = 1
    policy: BillingPolicyInput | None = None

    def command(self) -> CreateCustomer:
        return CreateCustomer(
            self.name,
            self.time_zone,
            self.org_uuid,
            self.bill_on_order_day,
            self.billing_day,
            self.policy.changes() if self.policy else None,
        )


@strawberry.input
class UpdateCustomerInput:
    id: strawberry.ID
    name: str | None = None
    bill_on_order_day: bool | None = None
    billing_day: int | None = None
    policy: BillingPolicyInput | None = None

    def command(self) -> UpdateCustomer:
        return UpdateCustomer(
            input_key(self.id, "Customer", "id"),
            self.name,
            self.bill_on_order_day,
            self.billing_day,
            self.policy.changes() if self.policy else None,
        )


@strawberry.input
class CreateMemberInput:
    customer_id: strawberry.ID
    name: str
    email: str

    def command(self) -> CreateMember:
        return CreateMember(input_key(self.customer_id, "Customer", "customerId"), self.name, self.email)


@strawberry.input
class CreateContractInput:
    customer_id: strawberry.ID
    title: str
    starts_on: date
    ends_on: date | None = None
    status: ContractStatus = ContractStatus.ACTIVE

    def command(self) -> CreateContract:
        customer_id = input_key(self.customer_id, "Customer", "customerId")
        return CreateContract(customer_id, self.title, self.starts_on, self.ends_on, self.status)


@strawberry.input
class SetContractStatusInput:
    id: strawberry.ID
    status: ContractStatus

    def command(self) -> SetContractStatus:
        return SetContractStatus(input_key(self.id, "Contract", "id"), self.status)


@strawberry.input
class AdvanceClockInput:
    to: datetime
