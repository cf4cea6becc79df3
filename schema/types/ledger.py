"""The history of subscriptions and the invoices of customers."""

from datetime import date, datetime
from typing import Any

import strawberry

from domain.lifecycle import Action
from domain.lines import InvoiceStatus
from resolvers import edges
from resolvers.context import Context
from resolvers.errors import forbidden
from schema.fields import Node, amount, computed, many, one
from schema.types.lazy import LazySubscription
from schema.types.money import ChargeLine, Money
from schema.types.parties import Customer


@strawberry.type(description="One changed field, with the values before and after.")
class FieldChange:
    field: str = strawberry.field(
        description="The name of the field in this API, with dots for nested fields: `plan`, `term.endsOn`."
    )
    before: str | None = strawberry.field(
        description="The value as text. Null if there was no value before the change."
    )
    after: str | None = strawberry.field(
        description="The value as text. Null if there is no value after the change."
    )


@strawberry.type(
    description="One action: who took it, why, what it changed and what it charged. See rules §4.10."
)
class HistoryRecord(Node):
    action: Action = strawberry.field(description="The kind of action.")
    at: datetime = strawberry.field(
        description="The time of the action, by the partner's clock. For what time does, the time when it "
        "was due."
    )
    effective_on: date = strawberry.field(
        description="The first day with the change, in the customer's time zone. A past day with "
        "SPECIFIC_DATE."
    )
    actor: str = strawberry.field(description="The name in the token. `system` for what time does.")
    reason: str | None = strawberry.field(description="The reason that the actor gave. Null if none.")
    summary: str = strawberry.field(description="One sentence for people.")
    lines: list[ChargeLine] = many(
        edges.history_lines, description="Charges and refunds of the action. Empty if none."
    )
    subscription: LazySubscription = one(
        edges.history_subscription,
        "The subscription. FORBIDDEN for a previous owner, who sees only its own records.",
        missing=lambda: forbidden("The subscription belongs to another customer now."),
    )

    @computed("changes", description="What changed, one entry per field. For CREATE, all initial values.")
    def changes(self: Any, _context: Context) -> list[FieldChange]:
        return [FieldChange(**change) for change in self.changes]


@strawberry.type(description="What a customer owes the partner, or receives back. See rules §6.")
class Invoice(Node):
    number: str | None = strawberry.field(
        description='Assigned on issue, without gaps within the partner: "INV-000042". Null while PENDING.'
    )
    status: InvoiceStatus = strawberry.field(description="Whether it is open or final.")
    customer: Customer = one(edges.invoice_customer, description="The customer who pays.")
    issued_on: date | None = strawberry.field(
        description="The day of issue, in the customer's time zone. Null while PENDING."
    )
    due_to_issue_on: date | None = strawberry.field(
        description="The billing day on which it will be issued. Null when ISSUED."
    )
    lines: list[ChargeLine] = many(
        edges.invoice_lines, description="All charges and refunds on the invoice, oldest first."
    )
    price: Money = amount("price", "The sum of the lines' prices. Negative if refunds exceed charges.")
    cost: Money | None = amount(
        "cost", "The sum of the lines' costs. Null for viewers on the customer's side.", secret=True
    )
