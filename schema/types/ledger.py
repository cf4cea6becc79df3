"""What happened, what it cost, and who was told."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry.scalars import JSON

from domain.invoices import InvoiceStatus
from domain.lifecycle import Action
from domain.provisioning import ProvisioningStatus
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
    field: str = strawberry.field(
        description="Which, by its name in the API, with dots for what lies inside: `plan`, `term.endsOn`."
    )
    before: str | None = strawberry.field(description="The value as text; null where there was none.")
    after: str | None = strawberry.field(description="The value as text; null where there is none.")


@strawberry.type(description="One action that was taken: by whom, why, what it changed and what it cost.")
class HistoryRecord(Node):
    action: Action = strawberry.field(description="What was done.")
    at: datetime = strawberry.field(
        description="When it was done, by the partner's clock; what time brings is dated as on its day."
    )
    effective_on: date = strawberry.field(
        description="The first day on which the change holds, in the customer's time zone; a past "
        "day for SPECIFIC_DATE."
    )
    actor: str = strawberry.field(
        description="Who did it: the name in the token, or `system` for what time brought."
    )
    reason: str | None = strawberry.field(
        description="Why, in the words of who did it; null where none were given."
    )
    summary: str = strawberry.field(description="What happened, in one sentence for people.")
    lines: list[ChargeLine] = many(
        edges.history_lines, description="What it charged and gave back; empty where no money moved."
    )
    subscription: Annotated["CustomerSubscription", strawberry.lazy("schema.types.subscription")] = one(
        edges.history_subscription,
        "What it was done to. An owner of before, who still sees its own records, is refused with FORBIDDEN.",
        missing=lambda: forbidden("The subscription belongs to another customer now."),
    )

    @computed("changes", description="What changed, one entry a field; for CREATE, all that was set.")
    def changes(self: Any, _context: Context) -> list[FieldChange]:
        return [FieldChange(**change) for change in self.changes]


@strawberry.type(description="What a customer owes the partner, or gets back. Source: rules.md, Invoices.")
class Invoice(Node):
    number: str | None = strawberry.field(
        description='Given when issued, without gaps within a partner: "INV-000042". Null while PENDING.'
    )
    status: InvoiceStatus = strawberry.field(description="Whether it may still grow.")
    customer: Customer = one(edges.invoice_customer, description="Who pays.")
    issued_on: date | None = strawberry.field(
        description="The day of issue, in the customer's time zone; null while PENDING."
    )
    due_to_issue_on: date | None = strawberry.field(
        description="The billing day on which it will be issued; null once it is ISSUED."
    )
    lines: list[ChargeLine] = many(
        edges.invoice_lines, description="All that was charged and given back on it, in the order of time."
    )
    price: Money = amount(
        "price", "The sum of the lines' prices; negative where more is given back than charged."
    )
    cost: Money | None = amount(
        "cost", "The sum of the lines' costs; null for a viewer on the customer's side.", secret=True
    )


@strawberry.type(
    description="Something that third parties are told: delivered at least once, in order, to each endpoint "
    "that wants it. FAILED if a delivery has failed for good, else PENDING if one is, else DELIVERED."
)
class ProvisioningAction(Node):
    kind: str = strawberry.field(
        description="What to do, such as CHANGE_PLAN; a webhook's `type`. The list may grow."
    )
    status: ProvisioningStatus = strawberry.field(description="How far it is, over all endpoints.")
    attempts: int = strawberry.field(description="Requests that the endpoint sent most needed, 0 to 10.")
    created_at: datetime = strawberry.field(
        description="When the action that caused it was taken, by the partner's clock."
    )
    delivered_at: datetime | None = strawberry.field(
        description="When the last endpoint had it; null while one has not."
    )
    last_error: str | None = strawberry.field(
        description="In words, what went wrong at the endpoints where it is not delivered; null "
        "where nothing did, at most 1,000 characters."
    )
    payload: JSON = strawberry.field(
        description="The webhook's `data`: a JSON object whose keys depend on `kind`. It never holds a cost."
    )
    deliveries: list[ProvisioningDelivery] = many(
        edges.provisioning_deliveries,
        description="One for each endpoint that is told; empty for a viewer on the customer's side.",
    )
