"""Payloads of lifecycle mutations and of previews."""

from datetime import date
from typing import Any

import strawberry

from domain.errors import LifecycleError
from domain.lifecycle import Status
from models.store.writer import Outcome
from resolvers import edges
from resolvers.context import Context
from resolvers.edges import Entity
from resolvers.run import Preview
from schema.fields import computed, payload_row
from schema.types.errors import Refusable, user_error
from schema.types.ledger import HistoryRecord, Invoice
from schema.types.money import ChargeLine, Money, Term, columns_of, cost_of, price_of
from schema.types.subscription import CustomerSubscription, ScheduledChange


@strawberry.type(description="What a change charges, refunds, schedules and provisions.")
class Quote:
    effective_on: date = strawberry.field(
        description="The first day with the change. For a scheduled change, the day after the term."
    )
    status_after: Status = strawberry.field(description="The status of the subscription after the change.")
    scheduled_for: date | None = strawberry.field(
        description="The first day of the scheduled change. Null if nothing is scheduled."
    )
    provisioning: list[str] = strawberry.field(
        description="The kinds of provisioning actions to send, in order, such as CHANGE_PLAN."
    )

    term_after: Term = strawberry.field(description="The term of the subscription after the change.")

    @computed(
        graphql_type=list[ChargeLine],
        description="Charges and refunds now. Empty if none.",
    )
    def lines(self: Any, _context: Context) -> Any:
        return [columns_of(line) for line in self.lines]

    @computed(description="The sum of the lines' prices. Negative for a refund.", graphql_type=Money)
    def price(self: Any, context: Context) -> Any:
        return price_of(context, self.amount)

    @computed(
        description="The sum of the lines' costs. Null for viewers on the customer's side.",
        graphql_type=Money | None,
    )
    def cost(self: Any, context: Context) -> Any:
        return cost_of(context, self.amount)

    @computed(
        description="The price of each renewal without the change. Zero if there is no renewal.",
        graphql_type=Money,
    )
    def renewal_price_before(self: Any, context: Context) -> Any:
        return price_of(context, self.renewal_before)

    @computed(
        description="The price of each renewal with the change. Zero if there is no renewal.",
        graphql_type=Money,
    )
    def renewal_price_after(self: Any, context: Context) -> Any:
        return price_of(context, self.renewal_after)


@strawberry.type(description="A quote, or why the change would be refused.")
class ProrationPreview(Refusable):
    quote: Quote | None = strawberry.field(
        description="Null if the change would be refused. Then `userErrors` explains why."
    )
    token: str | None = strawberry.field(
        description="Send it with the mutation as `quoteToken`. The mutation charges exactly this quote or "
        "fails with QUOTE_STALE. Null without a quote."
    )


def previewed(preview: Preview) -> ProrationPreview:
    quote: Any = preview.quote
    return ProrationPreview(quote=quote, token=preview.token, user_errors=[])


def preview_refused(error: LifecycleError) -> ProrationPreview:
    return ProrationPreview(quote=None, token=None, user_errors=[user_error(error)])


def _row(entity: Entity, key: str, description: str) -> Any:
    """The row with that id in the outcome; null without an id or an outcome."""
    return payload_row(entity, description, lambda payload: getattr(payload.outcome, key, None))


@strawberry.type(description="The result of every lifecycle mutation. One client fragment works for all.")
class SubscriptionPayload(Refusable):
    outcome: strawberry.Private[Outcome | None]

    @computed(
        graphql_type=Quote | None,
        description="What was charged and done. Null if the action is refused.",
    )
    def quote(self: Any, _context: Context) -> Any:
        return self.outcome.quote if self.outcome else None

    subscription: CustomerSubscription | None = _row(
        edges.SUBSCRIPTION,
        "subscription_id",
        "The subscription after the action. Null if the action is refused, or if the viewer no longer owns "
        "the subscription.",
    )
    record: HistoryRecord | None = _row(
        edges.HISTORY,
        "record_id",
        "The new history record. `subscriptionChanged` sends the same record. Null if the action is refused.",
    )
    scheduled_change: ScheduledChange | None = _row(
        edges.SCHEDULED_CHANGE,
        "scheduled_change_id",
        "The change scheduled for the end of the term. Null if the action is immediate.",
    )
    invoice: Invoice | None = _row(
        edges.INVOICE,
        "invoice_id",
        "The invoice with the new lines, ISSUED or PENDING. Null if nothing is charged or refunded.",
    )


def refused(error: LifecycleError) -> SubscriptionPayload:
    return SubscriptionPayload(outcome=None, user_errors=[user_error(error)])
