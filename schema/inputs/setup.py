"""Inputs about partners, customers, members and contracts."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from actions.setup.create_contract import CreateContract
from actions.setup.create_customer import CreateCustomer
from actions.setup.create_member import CreateMember
from actions.setup.create_partner import CreatePartner
from actions.setup.set_contract_status import SetContractStatus
from actions.setup.update_customer import UpdateCustomer
from actions.setup.update_policy import UpdatePolicy
from actions.setup.validation import PolicyChanges
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from domain.subscription import ContractStatus
from schema.inputs.bases import input_key, optional, required
from schema.scalars import CurrencyCode


@strawberry.input(
    description="A policy to set. Omitted fields keep their value. New partners start with CALENDAR_MONTH, "
    "TARGET_PLAN, refunds within 14 days and DAILY. New customers use the partner's policy. See rules §3."
)
class BillingPolicyInput:
    proration_unit: ProrationUnit | None = optional(
        "How the fraction of a billing cycle is counted when a change is charged."
    )
    upgrade_basis: UpgradeBasis | None = optional("What an upgrade charges.")
    allow_refund: bool | None = optional("Whether a termination refunds anything.")
    refund_window_days: int | None = optional(
        "Days after the purchase in which a termination refunds the full term, 0 to 3,650. The "
        "last day is inclusive."
    )
    cancellation_adjustment: CancellationAdjustment | None = optional(
        "What a cancellation before the end of the term refunds."
    )

    def changes(self) -> PolicyChanges:
        return PolicyChanges(**vars(self))

    def command(self) -> UpdatePolicy:
        return UpdatePolicy(self.changes())


@strawberry.input(description="A new partner, in real time or as a sandbox.")
class CreatePartnerInput:
    name: str = required("The display name. 1 to 200 characters.")
    currency: CurrencyCode = required("The currency of all prices, costs and invoices. It never changes.")
    policy: BillingPolicyInput | None = optional(
        "How changes are charged and refunded. Default: the standard policy."
    )
    clock: datetime | None = optional(
        "Creates a sandbox whose time starts at this instant. Default: a partner in real time."
    )

    def command(self) -> CreatePartner:
        return CreatePartner(
            self.name, self.currency, self.policy.changes() if self.policy else None, self.clock
        )


@strawberry.input(description="A new customer of the partner.")
class CreateCustomerInput:
    name: str = required("The display name. 1 to 200 characters.")
    time_zone: str = required(
        'An IANA name such as "Asia/Singapore". The customer\'s days begin at midnight there. '
        "It never changes."
    )
    org_uuid: UUID | None = optional(
        "The organization's key in other systems, unique within the partner. Default: a new UUID."
    )
    bill_on_order_day: bool = optional(
        "True: each order is invoiced immediately. False: orders wait for the billing day.", default=True
    )
    billing_day: int = optional(
        "Day of the month, 1 to 31. 29, 30 and 31 mean the last day of a shorter month.", default=1
    )
    policy: BillingPolicyInput | None = optional(
        "The customer's own policy values. Omitted fields use the partner's values."
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
    id: strawberry.ID = required("The global id of the `Customer` to change.")
    name: str | None = optional("The display name. 1 to 200 characters.")
    bill_on_order_day: bool | None = optional(
        "True: each order is invoiced immediately. False: orders wait for the billing day. A "
        "PENDING invoice keeps its day."
    )
    billing_day: int | None = optional(
        "Day of the month, 1 to 31. 29, 30 and 31 mean the last day of a shorter month. A "
        "PENDING invoice moves to this day, unless it is already due."
    )
    policy: BillingPolicyInput | None = optional(
        "The customer's own policy values. Omitted fields keep their value."
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
    customer_id: strawberry.ID = required("The global id of the `Customer`.")
    name: str = required("The display name. 1 to 200 characters.")
    email: str = required("Unique within the customer. At most 254 characters.")

    def command(self) -> CreateMember:
        return CreateMember(input_key(self.customer_id, "Customer", "customerId"), self.name, self.email)


@strawberry.input(description="A new contract of a customer.")
class CreateContractInput:
    customer_id: strawberry.ID = required("The global id of the `Customer`.")
    title: str = required("The display name. 1 to 200 characters.")
    starts_on: date = required("The first day on which the contract is in force.")
    ends_on: date | None = optional(
        "The last day on which the contract is in force, inclusive. Not before `startsOn`. "
        "Default: open-ended."
    )
    status: ContractStatus = optional("Only an ACTIVE contract can be linked.", default=ContractStatus.ACTIVE)

    def command(self) -> CreateContract:
        customer_id = input_key(self.customer_id, "Customer", "customerId")
        return CreateContract(customer_id, self.title, self.starts_on, self.ends_on, self.status)


@strawberry.input(description="Changes whether a contract can be linked. See rules §4.3.")
class SetContractStatusInput:
    id: strawberry.ID = required("The global id of the `Contract` to change.")
    status: ContractStatus = required("Only an ACTIVE contract can be linked. Existing links stay.")

    def command(self) -> SetContractStatus:
        return SetContractStatus(input_key(self.id, "Contract", "id"), self.status)


@strawberry.input(description="The new time of a sandbox.")
class AdvanceClockInput:
    to: datetime = required(
        "The new time. It must be later than the current time of the sandbox, else INVALID_VALUE."
    )
