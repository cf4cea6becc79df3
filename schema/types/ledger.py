"""What happened, what it cost, and who was told."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry.scalars import JSON

from domain.lifecycle import Action
from models.tables.ledger import InvoiceStatus, ProvisioningStatus
from resolvers import edges
from resolvers.context import Context
from resolvers.errors import forbidden
from schema.fields import Node, amount, computed, many, one
from schema.types.endpoints import ProvisioningDelivery
from schema.types.money import ChargeLine, Money
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
    lines: list[ChargeLine] = many(edges.history_lines)
    subscription: Annotated["CustomerSubscription", strawberry.lazy("schema.types.subscription")] = one(
        edges.history_subscription,
        "An owner of before, who still sees its own records, is refused with FORBIDDEN.",
        missing=lambda: forbidden("The subscription belongs to another customer now."),
    )

    @computed("changes", description="What changed: one row a field.")
    def changes(self: Any, _context: Context) -> list[FieldChange]:
        return [FieldChange(**change) for change in self.changes]


@strawberry.type
class Invoice(Node):
    number: str | None = strawberry.field(description="Given when issued.")
    status: InvoiceStatus
    customer: Customer = one(edges.invoice_customer)
    issued_on: date | None
    due_to_issue_on: date | None = strawberry.field(description="When a PENDING invoice will be issued.")
    lines: list[ChargeLine] = many(edges.invoice_lines)
    price: Money = amount("price", "The sum of the lines' prices.")
    cost: Money | None = amount(
        "cost", "The sum of the lines' costs; null on the customer's side.", secret=True
    )


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
