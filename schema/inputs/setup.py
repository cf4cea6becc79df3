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
    description="What is left out stays as it is. For a new partner: CALENDAR_MONTH, "
    "TARGET_PLAN, refunds allowed within 14 days, DAILY. For a new customer: the "
    "partner's. Source: rules.md, Proration."
)
class BillingPolicyInput:
    proration_unit: ProrationUnit | None = strawberry.field(
        default=None, description="How the part of a cycle is counted that a change pays for."
    )
    upgrade_basis: UpgradeBasis | None = strawberry.field(
        default=None, description="What an upgrade charges."
    )
    allow_refund: bool | None = strawberry.field(
        default=None, description="Whether terminating gives anything back."
    )
    refund_window_days: int | None = strawberry.field(
        default=None,
        description="Days after the purchase, the last one included, in which terminating gives "
        "back all of the term; 0 to 3,650.",
    )
    cancellation_adjustment: CancellationAdjustment | None = strawberry.field(
        default=None, description="What cancelling before the end of a term gives back."
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
    name: str = strawberry.field(description="As people read it; 1 to 200 characters.")
    currency: CurrencyCode = strawberry.field(description="Of all its prices, costs and invoices, for good.")
    policy: BillingPolicyInput | None = strawberry.field(
        default=None, description="How money follows a change; the defaults where left out."
    )
    clock: datetime | None = strawberry.field(
        default=None,
        description="Makes a sandbox whose time starts at this instant; without it the partner "
        "lives in real time.",
    )

    def command(self) -> CreatePartner:
        return CreatePartner(
            self.name, self.currency, self.policy.changes() if self.policy else None, self.clock
        )


@strawberry.input(description="A new customer of the partner.")
class CreateCustomerInput:
    name: str = strawberry.field(description="As people read it; 1 to 200 characters.")
    time_zone: str = strawberry.field(
        description='An IANA name: "Asia/Singapore". Its days begin there, for good.'
    )
    org_uuid: UUID | None = strawberry.field(
        default=None,
        description="The organization's key in other systems, unique for the partner; a new one "
        "where left out.",
    )
    bill_on_order_day: bool = strawberry.field(
        default=True, description="True: each order is invoiced at once. False: it waits for the billing day."
    )
    billing_day: int = strawberry.field(
        default=1,
        description="Day of the month, 1 to 31; 29, 30 and 31 mean the last day where a month is shorter.",
    )
    policy: BillingPolicyInput | None = strawberry.field(
        default=None, description="Its own values; what is left out is the partner's."
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


@strawberry.input(description="What to change about a customer; what is left out stays as it is.")
class UpdateCustomerInput:
    id: strawberry.ID = strawberry.field(description="The global id of what to change: a `Customer`.")
    name: str | None = strawberry.field(default=None, description="As people read it; 1 to 200 characters.")
    bill_on_order_day: bool | None = strawberry.field(
        default=None,
        description="True: each order is invoiced at once. False: it waits for the billing day. A "
        "PENDING invoice keeps its day.",
    )
    billing_day: int | None = strawberry.field(
        default=None,
        description="Day of the month, 1 to 31; 29, 30 and 31 mean the last day where a month is "
        "shorter. It moves the PENDING invoice, unless that is due.",
    )
    policy: BillingPolicyInput | None = strawberry.field(
        default=None, description="Its own values from now on; what is left out stays as it is."
    )

    def command(self) -> UpdateCustomer:
        return UpdateCustomer(
            input_key(self.id, "Customer", "id"),
            self.name,
            self.bill_on_order_day,
            self.billing_day,
            self.policy.changes() if self.policy else None,
        )


@strawberry.input(description="A new person at a customer.")
class CreateMemberInput:
    customer_id: strawberry.ID = strawberry.field(description="Where: the global id of a `Customer`.")
    name: str = strawberry.field(description="As people read it; 1 to 200 characters.")
    email: str = strawberry.field(description="Unique within the customer; at most 254 characters.")

    def command(self) -> CreateMember:
        return CreateMember(input_key(self.customer_id, "Customer", "customerId"), self.name, self.email)


@strawberry.input(description="A new contract of a customer's.")
class CreateContractInput:
    customer_id: strawberry.ID = strawberry.field(description="Whose: the global id of a `Customer`.")
    title: str = strawberry.field(description="As people read it; 1 to 200 characters.")
    starts_on: date = strawberry.field(description="The first day on which it is in force.")
    ends_on: date | None = strawberry.field(
        default=None,
        description="The last day on which it is in force, inclusive, and not before the first; "
        "open-ended where left out.",
    )
    status: ContractStatus = strawberry.field(
        default=ContractStatus.ACTIVE, description="Only an ACTIVE contract can be linked."
    )

    def command(self) -> CreateContract:
        customer_id = input_key(self.customer_id, "Customer", "customerId")
        return CreateContract(customer_id, self.title, self.starts_on, self.ends_on, self.status)


@strawberry.input(description="Puts a contract into force, or out of it.")
class SetContractStatusInput:
    id: strawberry.ID = strawberry.field(description="The global id of what to change: a `Contract`.")
    status: ContractStatus = strawberry.field(
        description="Only an ACTIVE contract can be linked; what is linked already stays so."
    )

    def command(self) -> SetContractStatus:
        return SetContractStatus(input_key(self.id, "Contract", "id"), self.status)


@strawberry.input(description="How far a sandbox's clock moves.")
class AdvanceClockInput:
    to: datetime = strawberry.field(
        description="Where the clock shall stand: an instant later than where it stands now, else "
        "INVALID_VALUE."
    )
