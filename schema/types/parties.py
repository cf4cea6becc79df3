"""Partners, customers, and what belongs to customers."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from domain.contracts import ContractStatus
from domain.policy import CancellationAdjustment, Policy, ProrationUnit, UpgradeBasis
from models.store.unit_of_work import policy_of
from resolvers import edges
from resolvers.context import Context
from resolvers.loaders import Loaders
from schema.connections import invoice_connection, member_connection, subscription_connection
from schema.fields import Connection, Node, computed, connection, derived, itself
from schema.scalars import CurrencyCode

if TYPE_CHECKING:
    from schema.types.ledger import Invoice
    from schema.types.subscription import CustomerSubscription


@strawberry.type(
    description="How money follows a change. Set for the partner; a customer's own values "
    "override it, one by one. Source: rules.md, Proration and The actions."
)
class BillingPolicy:
    proration_unit: ProrationUnit = strawberry.field(
        description="How the part of a cycle is counted that a change pays for."
    )
    upgrade_basis: UpgradeBasis = strawberry.field(description="What an upgrade charges.")
    allow_refund: bool = strawberry.field(description="Whether terminating gives anything back.")
    refund_window_days: int = strawberry.field(
        description="Days after the purchase, the last one included, in which terminating gives "
        "back all of the term; 0 to 3,650."
    )
    cancellation_adjustment: CancellationAdjustment = strawberry.field(
        description="What cancelling before the end of a term gives back."
    )


POLICY = tuple(Policy.__dataclass_fields__)
"""The columns that may hold a policy."""


@strawberry.type(
    description="Who sells to customers, and buys from the platform. Nothing of one partner "
    "is seen by another."
)
class Partner(Node):
    name: str = strawberry.field(description="As people read it.")
    currency: CurrencyCode = strawberry.field(
        description="Of all its prices, costs and invoices. It never changes."
    )

    @computed(
        *POLICY,
        graphql_type=BillingPolicy,
        description="The partner's own, for customers that override nothing.",
    )
    def policy(self: Any, _context: Context) -> Any:
        return policy_of(self.row)

    @computed(
        "clock",
        description="True: it has a clock of its own, which `advanceClock` moves. False: it lives "
        "in real time.",
    )
    def sandbox(self: Any, _context: Context) -> bool:
        return self.clock is not None


@strawberry.type(description="A person at a customer, who can be assigned to its subscriptions.")
class Member(Node):
    name: str = strawberry.field(description="As people read it.")
    email: str = strawberry.field(description="Unique within the customer.")


@strawberry.type(
    description="An agreement between the partner and a customer, that subscriptions can be linked with."
)
class Contract(Node):
    reference: str = strawberry.field(description='Human-readable and unique for the partner: "C-000042".')
    title: str = strawberry.field(description="As people read it.")
    starts_on: date = strawberry.field(description="The first day on which it is in force.")
    ends_on: date | None = strawberry.field(
        description="The last day on which it is in force, inclusive; null while it is open-ended."
    )
    status: ContractStatus = strawberry.field(
        description="A subscription is linked only with a contract that is ACTIVE, on a day "
        "between its first and its last."
    )


async def partner_of(loaders: Loaders, partner_id: UUID) -> Any:
    return await loaders.one(edges.PARTNER, partner_id)


@strawberry.type(
    description="When a customer is invoiced, and how money follows a change: the article's "
    "Account Billing Options. Source: rules.md, Invoices."
)
class BillingOptions:
    bill_on_order_day: bool = strawberry.field(
        description="True: each order is invoiced at once. "
        "False: it waits on the PENDING invoice until the billing day."
    )
    billing_day: int = strawberry.field(
        description="Day of the month on which the PENDING invoice is issued, 1 to 31; 29, 30 and "
        "31 mean the last day where a month is shorter."
    )

    @derived(
        "partner_id",
        partner_of,
        *POLICY,
        graphql_type=BillingPolicy,
        description="The policy that holds for the customer: its own values, and the partner's for the rest.",
    )
    def policy(self: Any, partner: Any, _context: Context) -> Any:
        return policy_of(self.row, policy_of(partner.row) if partner else None)


@strawberry.type(description="An organization that a partner sells to.")
class Customer(Node):
    org_uuid: UUID = strawberry.field(
        description="The organization's key in other systems; unique for the partner. A change of "
        "ownership names the new owner by it."
    )
    name: str = strawberry.field(description="As people read it.")
    time_zone: str = strawberry.field(
        description='An IANA name, "Asia/Singapore": where its days begin. Source: rules.md, '
        "Days, terms, anchors."
    )
    members: Connection[Member] = member_connection(
        edges.customer_members, description="Its people, by name."
    )
    subscriptions: Connection[
        Annotated["CustomerSubscription", strawberry.lazy("schema.types.subscription")]
    ] = subscription_connection(
        edges.customer_subscriptions,
        description="What it owns now, ended ones included; by reference where no order is given.",
    )
    contracts: Connection[Contract] = connection(
        edges.customer_contracts, description="Its contracts of every status, by reference."
    )
    invoices: Connection[Annotated["Invoice", strawberry.lazy("schema.types.ledger")]] = invoice_connection(
        edges.customer_invoices, description="Its invoices, the newest first."
    )

    billing: BillingOptions = itself(description="When it is invoiced, and how money follows a change.")

    @computed("id", description="The partner's, in which it pays.")
    def currency(self: Any, context: Context) -> CurrencyCode:
        return CurrencyCode(context.currency)
