"""Inputs of the mutations that set a partner up."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from actions.setup.create_contract import CreateContract
from actions.setup.create_customer import CreateCustomer
from actions.setup.create_member import CreateMember
from actions.setup.create_partner import CreatePartner
from actions.setup.policy import PolicyChanges
from actions.setup.set_contract_status import SetContractStatus
from actions.setup.update_customer import UpdateCustomer
from actions.setup.update_policy import UpdatePolicy
from domain.contracts import ContractStatus
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from schema.inputs.ids import input_key
from schema.scalars import CurrencyCode


@strawberry.input(
    description="A policy to set. Omitted fields keep their value. New partners start with CALENDAR_MONTH, "
    "TARGET_PLAN, refunds within 14 days and DAILY. New customers use the partner's policy. See rules §3."
)
class BillingPolicyInput:
    proration_unit: ProrationUnit | None = strawberry.field(
        default=None, description="How the fraction of a billing cycle is counted when a change is charged."
    )
    upgrade_basis: UpgradeBasis | None = strawberry.field(
        default=None, description="What an upgrade charges."
    )
    allow_refund: bool | None = strawberry.field(
        default=None, description="Whether a termination refunds anything."
    )
    refund_window_days: int | None = strawberry.field(
        default=None,
        description="Days after the purchase in which a termination refunds the full term, 0 to 3,650. The "
        "last day is inclusive.",
    )
    cancellation_adjustment: CancellationAdjustment | None = strawberry.field(
        default=None, description="What a cancellation before the end of the term refunds."
    )

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


@strawberry.input(description="A new partner, in real time or as a sandbox.")
class CreatePartnerInput:
    name: str = strawberry.field(description="The display name. 1 to 200 characters.")
    currency: CurrencyCode = strawberry.field(
        description="The currency of all prices, costs and invoices. It never changes."
    )
    policy: BillingPolicyInput | None = strawberry.field(
        default=None, description="How changes are charged and refunded. Default: the standard policy."
    )
    clock: datetime | None = strawberry.field(
        default=None,
        description="Creates a sandbox whose time starts at this instant. Default: a partner in real time.",
    )

    def command(self) -> CreatePartner:
        return CreatePartner(
            self.name, self.currency, self.policy.changes() if self.policy else None, self.clock
        )


@strawberry.input(description="A new customer of the partner.")
class CreateCustomerInput:
    name: str = strawberry.field(description="The display name. 1 to 200 characters.")
    time_zone: str = strawberry.field(
        description='An IANA name such as "Asia/Singapore". The customer\'s days begin at midnight there. '
        "It never changes."
    )
    org_uuid: UUID | None = strawberry.field(
        default=None,
        description="The organization's key in other systems, unique within the partner. Default: a new "
        "UUID.",
    )
    bill_on_order_day: bool = strawberry.field(
        default=True,
        description="True: each order is invoiced immediately. False: orders wait for the billing day.",
    )
    billing_day: int = strawberry.field(
        default=1,
        description="Day of the month, 1 to 31. 29, 30 and 31 mean the last day of a shorter month.",
    )
    policy: BillingPolicyInput | None = strawberry.field(
        default=None, description="The customer's own policy values. Omitted fields use the partner's values."
    )

    def command(self) -> CreateCustomer:
        return CreateCustomer(
            self.name,
            self.time_zone,
            self.org_uuid,
            self.bill_on_order_day,
            self.billing_day,
            self.policy.changes() if self.policy else None,
        )


@strawberry.input(description="Changes to a customer. Omitted fields keep their value.")
class UpdateCustomerInput:
    id: strawberry.ID = strawberry.field(description="The global id of the `Customer` to change.")
    name: str | None = strawberry.field(default=None, description="The display name. 1 to 200 characters.")
    bill_on_order_day: bool | None = strawberry.field(
        default=None,
        description="True: each order is invoiced immediately. False: orders wait for the billing day. A "
        "PENDING invoice keeps its day.",
    )
    billing_day: int | None = strawberry.field(
        default=None,
        description="Day of the month, 1 to 31. 29, 30 and 31 mean the last day of a shorter month. A "
        "PENDING invoice moves to this day, unless it is already due.",
    )
    policy: BillingPolicyInput | None = strawberry.field(
        default=None, description="The customer's own policy values. Omitted fields keep their value."
    )

    def command(self) -> UpdateCustomer:
        return UpdateCustomer(
            input_key(self.id, "Customer", "id"),
            self.name,
            self.bill_on_order_day,
            self.billing_day,
            self.policy.changes() if self.policy else None,
        )


@strawberry.input(description="A new member of a customer.")
class CreateMemberInput:
    customer_id: strawberry.ID = strawberry.field(description="The global id of the `Customer`.")
    name: str = strawberry.field(description="The display name. 1 to 200 characters.")
    email: str = strawberry.field(description="Unique within the customer. At most 254 characters.")

    def command(self) -> CreateMember:
        return CreateMember(input_key(self.customer_id, "Customer", "customerId"), self.name, self.email)


@strawberry.input(description="A new contract of a customer.")
class CreateContractInput:
    customer_id: strawberry.ID = strawberry.field(description="The global id of the `Customer`.")
    title: str = strawberry.field(description="The display name. 1 to 200 characters.")
    starts_on: date = strawberry.field(description="The first day on which the contract is in force.")
    ends_on: date | None = strawberry.field(
        default=None,
        description="The last day on which the contract is in force, inclusive. Not before `startsOn`. "
        "Default: open-ended.",
    )
    status: ContractStatus = strawberry.field(
        default=ContractStatus.ACTIVE, description="Only an ACTIVE contract can be linked."
    )

    def command(self) -> CreateContract:
        customer_id = input_key(self.customer_id, "Customer", "customerId")
        return CreateContract(customer_id, self.title, self.starts_on, self.ends_on, self.status)


@strawberry.input(description="Changes whether a contract can be linked. See rules §4.3.")
class SetContractStatusInput:
    id: strawberry.ID = strawberry.field(description="The global id of the `Contract` to change.")
    status: ContractStatus = strawberry.field(
        description="Only an ACTIVE contract can be linked. Existing links stay."
    )

    def command(self) -> SetContractStatus:
        return SetContractStatus(input_key(self.id, "Contract", "id"), self.status)


@strawberry.input(description="The new time of a sandbox.")
class AdvanceClockInput:
    to: datetime = strawberry.field(
        description="The new time. It must be later than the current time of the sandbox, else INVALID_VALUE."
    )
