"""What happened, what it cost, and who was told."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry.scalars import JSON

from domain.lifecycle import Action
from domain.money import Amounts
from models.tables.ledger import InvoiceStatus, ProvisioningStatus
from resolvers import edges
from resolvers.context import Info
from resolvers.errors import forbidden
from schema.fields import Node, many, one
from schema.types.endpoints import ProvisioningDelivery
from schema.types.money import ChargeLine, Money, cost_of, line_of_row, price_of
from schema.types.parties import Customer

if TYPE_CHECKING:
    from schema.types.subscription import CustomerSubscription


@strawberry.type(description="One field that an action changed. Null: there was, or is, none.")
class FieldChange:
    field: str
    before: str | None
    after: str | None


@strawberry.type(description="One action that was taken: by whom, why, what it changed and what it cost.")
class HistoryRecord(Node):
    action: Action
    at: datetime
    effective_on: date
    actor: str
    reason: str | None
    summary: str
    lines: list[ChargeLine] = many(edges.history_lines, line_of_row)

    @strawberry.field(
        graphql_type=Annotated["CustomerSubscription", strawberry.lazy("schema.types.subscription")],
        description="An owner of before, who still sees its own records, is refused with FORBIDDEN.",
    )
    async def subscription(self: Any, info: Info) -> Any:
        found = await info.context.loaders.one(edges.SUBSCRIPTION, self.row.subscription_id)
        if found is None:
            raise forbidden("The subscription belongs to another customer now.")
        return found

    @strawberry.field(description="What changed: one row a field.")
    def changes(self: Any) -> list[FieldChange]:
        return [FieldChange(**change) for change in self.row.changes]


@strawberry.type
class Invoice(Node):
    number: str | None = strawberry.field(description="Given when issued.")
    status: InvoiceStatus
    customer: Customer = one(edges.invoice_customer)
    issued_on: date | None
    due_to_issue_on: date | None = strawberry.field(description="When a PENDING invoice will be issued.")
    lines: list[ChargeLine] = many(edges.invoice_lines, line_of_row)

    @strawberry.field(description="The sum of the lines' prices.")
    def price(self: Any, info: Info) -> Money:
        return price_of(info, Amounts(self.row.price, self.row.cost))

    @strawberry.field(description="The sum of the lines' costs; null on the customer's side.")
    def cost(self: Any, info: Info) -> Money | None:
        return cost_of(info, Amounts(self.row.price, self.row.cost))


@strawberry.type(
    description="Something that third parties are told: delivered at least once, in order, to each endpoint "
    "that wants it. FAILED if a delivery has failed for good, else PENDING if one is, else DELIVERED."
)
class ProvisioningAction(Node):
    kind: str
    status: ProvisioningStatus
    attempts: int = strawberry.field(description="The most that an endpoint needed.")
    created_at: datetime
    delivered_at: datetime | None = strawberry.field(description="When the last endpoint had it.")
    last_error: str | None
    payload: JSON
    deliveries: list[ProvisioningDelivery] = many(
        edges.provisioning_deliveries, description="To which endpoints; empty on the customer's side."
    )
