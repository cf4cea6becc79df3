"""What mutations and previews answer."""

from datetime import date
from typing import Any

import strawberry

from domain.errors import LifecycleError
from domain.lifecycle import Status
from resolvers import edges
from resolvers.context import Context
from resolvers.edges import Entity
from resolvers.lifecycle import Outcome, Preview
from schema.fields import computed, made
from schema.types.errors import UserError, user_error
from schema.types.ledger import HistoryRecord, Invoice
from schema.types.money import ChargeLine, Money, columns_of, cost_of, price_of
from schema.types.subscription import CustomerSubscription, ScheduledChange, Term


@strawberry.type(description="What a change charges, gives back, schedules and provisions.")
class Quote:
    effective_on: date
    status_after: Status
    scheduled_for: date | None
    provisioning: list[str]

    term_after: Term = strawberry.field(description="The subscription's term as it would stand afterwards.")

    @computed(graphql_type=list[ChargeLine])
    def lines(self: Any, _context: Context) -> Any:
        return [columns_of(line) for line in self.lines]

    @computed(description="The sum of the lines' prices.", graphql_type=Money)
    def price(self: Any, context: Context) -> Any:
        return price_of(context, self.amount)

    @computed(
        description="The sum of the lines' costs; null on the customer's side.", graphql_type=Money | None
    )
    def cost(self: Any, context: Context) -> Any:
        return cost_of(context, self.amount)

    @computed(
        description="What each renewal charges before the change; zero where none comes.", graphql_type=Money
    )
    def renewal_price_before(self: Any, context: Context) -> Any:
        return price_of(context, self.renewal_before)

    @computed(
        description="What each renewal charges after the change; zero where none comes.", graphql_type=Money
    )
    def renewal_price_after(self: Any, context: Context) -> Any:
        return price_of(context, self.renewal_after)


@strawberry.type
class ProrationPreview:
    quote: Quote | None = strawberry.field(
        description="Null where the change could not be made; then `userErrors` says why."
    )
    token: str | None = strawberry.field(
        description="Sent with the mutation, it makes the mutation charge exactly this or "
        "fail with QUOTE_STALE."
    )
    user_errors: list[UserError]


def previewed(preview: Preview) -> ProrationPreview:
    quote: Any = preview.quote
    return ProrationPreview(quote=quote, token=preview.token, user_errors=[])


def preview_refused(error: LifecycleError) -> ProrationPreview:
    return ProrationPreview(quote=None, token=None, user_errors=[user_error(error)])


def _row(entity: Entity, key: str) -> Any:
    """A row that the outcome names; null where it names none, or where there is no outcome."""
    return made(entity, lambda payload: getattr(payload.outcome, key, None))


@strawberry.type(
    description="Every lifecycle mutation answers in this one shape, so one client fragment serves them all."
)
class SubscriptionPayload:
    outcome: strawberry.Private[Outcome | None]
    user_errors: list[UserError]

    @computed(graphql_type=Quote | None, description="What was charged and done: the quote, carried out.")
    def quote(self: Any, _context: Context) -> Any:
        return self.outcome.quote if self.outcome else None

    subscription: CustomerSubscription | None = _row(edges.SUBSCRIPTION, "subscription_id")
    record: HistoryRecord | None = _row(edges.HISTORY, "record_id")
    scheduled_change: ScheduledChange | None = _row(edges.SCHEDULED_CHANGE, "scheduled_change_id")
    invoice: Invoice | None = _row(edges.INVOICE, "invoice_id")


def refused(error: LifecycleError) -> SubscriptionPayload:
    return SubscriptionPayload(outcome=None, user_errors=[user_error(error)])
