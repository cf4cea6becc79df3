"""Partners, customers, and what belongs to customers."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from actions.transaction import policy_of
from domain.contracts import ContractStatus
from domain.policy import CancellationAdjustment, Policy, ProrationUnit, UpgradeBasis
from resolvers import edges
from resolvers.context import Context
from resolvers.loaders import Loaders
from schema.fields import Connection, Node, computed, connection, derived, itself
from schema.filters import invoice_connection, member_connection, subscription_connection
from schema.scalars import CurrencyCode

if TYPE_CHECKING:
    from schema.types.ledger import Invoice
    from schema.types.subscription import CustomerSubscription


@strawberry.type(
    description="How money follows a change. Set for the partner; a customer's own value overrides it."
)
class BillingPolicy:
    proration_unit: ProrationUnit
    upgrade_basis: UpgradeBasis
    allow_refund: bool
    refund_window_days: int
    cancellation_adjustment: CancellationAdjustment


POLICY = tuple(Policy.__dataclass_fields__)
"""The columns that may hold a policy."""


@strawberry.type
class Partner(Node):
    name: str
    currency: CurrencyCode

    @computed(*POLICY, graphql_type=BillingPolicy)
    def policy(self: Any, _context: Context) -> Any:
        return policy_of(self.row)

    @computed("clock", description="A sandbox has a clock of its own that can be moved forward.")
    def sandbox(self: Any, _context: Context) -> bool:
        return self.clock is not None


@strawberry.type
class Member(Node):
    name: str
    email: str


@strawberry.type
class Contract(Node):
    reference: str
    title: str
    starts_on: date
    ends_on: date | None
    status: ContractStatus


async def partner_of(loaders: Loaders, partner_id: UUID) -> Any:
    return await loaders.one(edges.PARTNER, partner_id)


@strawberry.type(description="Account Billing Options.")
class BillingOptions:
    bill_on_order_day: bool = strawberry.field(
        description="True: each order is invoiced at once. "
        "False: it waits on the PENDING invoice until the billing day."
    )
    billing_day: int = strawberry.field(
        description="Day of the month on which the PENDING invoice is issued; "
        "29, 30 and 31 mean the last day where a month is shorter."
    )

    @derived("partner_id", partner_of, *POLICY, graphql_type=BillingPolicy)
    def policy(self: Any, partner: Any, _context: Context) -> Any:
        return policy_of(self.row, policy_of(partner.row) if partner else None)


@strawberry.type
class Customer(Node):
    org_uuid: UUID
    name: str
    time_zone: str
    members: Connection[Member] = member_connection(edges.customer_members)
    subscriptions: Connection[
        Annotated["CustomerSubscription", strawberry.lazy("schema.types.subscription")]
    ] = subscription_connection(edges.customer_subscriptions)
    contracts: Connection[Contract] = connection(edges.customer_contracts)
    invoices: Connection[Annotated["Invoice", strawberry.lazy("schema.types.ledger")]] = invoice_connection(
        edges.customer_invoices
    )

    billing: BillingOptions = itself()

    @computed("id")
    def currency(self: Any, context: Context) -> CurrencyCode:
        return CurrencyCode(context.currency)
