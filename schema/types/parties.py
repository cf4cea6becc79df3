"""Partners and customers, with their members, contracts and policies."""

from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from domain.policy import CancellationAdjustment, Policy, ProrationUnit, UpgradeBasis
from domain.subscription import ContractStatus
from models.store.unit_of_work import policy_of
from resolvers import edges
from resolvers.context import Context
from resolvers.loaders import Loaders
from schema.fields import Connection, Node, computed, connection, derived, itself
from schema.filters import invoice_connection, member_connection, subscription_connection
from schema.scalars import CurrencyCode
from schema.types.lazy import LazyInvoice, LazySubscription


@strawberry.type(
    description="How changes are charged and refunded. A customer's own values override the partner's, one "
    "by one. See rules §3."
)
class BillingPolicy:
    proration_unit: ProrationUnit = strawberry.field(
        description="How the fraction of a billing cycle is counted when a change is charged."
    )
    upgrade_basis: UpgradeBasis = strawberry.field(description="What an upgrade charges.")
    allow_refund: bool = strawberry.field(description="Whether a termination refunds anything.")
    refund_window_days: int = strawberry.field(
        description="Days after the purchase in which a termination refunds the full term, 0 to 3,650. The "
        "last day is inclusive."
    )
    cancellation_adjustment: CancellationAdjustment = strawberry.field(
        description="What a cancellation before the end of the term refunds."
    )


POLICY = tuple(Policy.__dataclass_fields__)
"""The columns of a policy, in the rows of partners and of customers."""


@strawberry.type(
    description="Sells to customers and buys from the platform. Partners never see each other's data."
)
class Partner(Node):
    name: str = strawberry.field(description="The display name.")
    currency: CurrencyCode = strawberry.field(
        description="The currency of all prices, costs and invoices. It never changes."
    )

    @computed(
        *POLICY,
        graphql_type=BillingPolicy,
        description="The partner's own values. Customers can override them.",
    )
    def policy(self: Any, _context: Context) -> Any:
        return policy_of(self.row)

    @computed(
        "clock",
        description="True: it has its own clock, and `advanceClock` moves it. False: it uses real time.",
    )
    def sandbox(self: Any, _context: Context) -> bool:
        return self.clock is not None


@strawberry.type(description="A person at a customer. Members can be assigned to subscriptions.")
class Member(Node):
    name: str = strawberry.field(description="The display name.")
    email: str = strawberry.field(description="Unique within the customer.")


@strawberry.type(
    description="An agreement between the partner and a customer. Subscriptions can be linked to it."
)
class Contract(Node):
    reference: str = strawberry.field(description='Readable and unique within the partner: "C-000042".')
    title: str = strawberry.field(description="The display name.")
    starts_on: date = strawberry.field(description="The first day on which the contract is in force.")
    ends_on: date | None = strawberry.field(
        description="The last day on which the contract is in force, inclusive. Null if open-ended."
    )
    status: ContractStatus = strawberry.field(
        description="A subscription can be linked only to an ACTIVE contract, from `startsOn` to `endsOn`."
    )


async def partner_of(loaders: Loaders, partner_id: UUID) -> Any:
    return await loaders.one(edges.PARTNER, partner_id)


@strawberry.type(description="When a customer is invoiced, and how changes are charged. See rules §6.")
class BillingOptions:
    bill_on_order_day: bool = strawberry.field(
        description="True: each order is invoiced immediately. False: orders wait on the PENDING invoice "
        "for the billing day."
    )
    billing_day: int = strawberry.field(
        description="Day of the month when the PENDING invoice is issued, 1 to 31. 29, 30 and 31 mean the "
        "last day of a shorter month."
    )

    @derived(
        "partner_id",
        partner_of,
        *POLICY,
        graphql_type=BillingPolicy,
        description="The effective policy: the customer's own values, otherwise the partner's.",
    )
    def policy(self: Any, partner: Any, _context: Context) -> Any:
        return policy_of(self.row, policy_of(partner.row) if partner else None)


@strawberry.type(description="An organization that buys from a partner.")
class Customer(Node):
    org_uuid: UUID = strawberry.field(
        description="The organization's key in other systems, unique within the partner. `changeOwnership` "
        "uses it to identify the new owner."
    )
    name: str = strawberry.field(description="The display name.")
    time_zone: str = strawberry.field(
        description='An IANA name such as "Asia/Singapore". The customer\'s days begin at midnight there. '
        "See rules §2."
    )
    members: Connection[Member] = member_connection(
        edges.customer_members, description="The people of the customer, by name."
    )
    subscriptions: Connection[LazySubscription] = subscription_connection(
        edges.customer_subscriptions,
        description="Subscriptions that it owns now, including ended ones. Default order: by reference.",
    )
    contracts: Connection[Contract] = connection(
        edges.customer_contracts, description="Contracts in every status, by reference."
    )
    invoices: Connection[LazyInvoice] = invoice_connection(
        edges.customer_invoices, description="Its invoices, newest first."
    )

    billing: BillingOptions = itself(
        description="When the customer is invoiced, and how changes are charged."
    )

    @computed("id", description="The partner's currency. The customer pays in it.")
    def currency(self: Any, context: Context) -> CurrencyCode:
        return CurrencyCode(context.currency)
