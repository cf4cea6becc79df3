"""What lifecycle mutations and previews answer."""

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
from schema.fields import computed, made
from schema.types.errors import Refusable, user_error
from schema.types.ledger import HistoryRecord, Invoice
from schema.types.money import ChargeLine, Money, Term, columns_of, cost_of, price_of
from schema.types.subscription import CustomerSubscription, ScheduledChange


@strawberry.type(description="What a change charges, gives back, schedules and provisions.")
class Quote:
    effective_on: date = strawberry.field(
        description="The first day on which the change holds; where it is only scheduled, "
        "the day after the term's last."
    )
    status_after: Status = strawberry.field(description="The subscription's status afterwards.")
    scheduled_for: date | None = strawberry.field(
        description="The first day of what is scheduled for the end of the term; null where nothing is."
    )
    provisioning: list[str] = strawberry.field(
        description="The kinds of provisioning actions that go out, in order, such as CHANGE_PLAN."
    )

    term_after: Term = strawberry.field(description="The subscription's term as it would stand afterwards.")

    @computed(
        graphql_type=list[ChargeLine],
        description="What is charged and given back now; empty where no money moves.",
    )
    def lines(self: Any, _context: Context) -> Any:
        return [columns_of(line) for line in self.lines]

    @computed(description="The sum of the lines' prices; negative gives money back.", graphql_type=Money)
    def price(self: Any, context: Context) -> Any:
        return price_of(context, self.amount)

    @computed(
        description="The sum of the lines' costs; null for a viewer on the customer's side.",
        graphql_type=Money | None,
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


@strawberry.type(description="What `previewProration` answers: a quote, or why the change would be refused.")
class ProrationPreview(Refusable):
    quote: Quote | None = strawberry.field(
        description="Null where the change could not be made; then `userErrors` says why."
    )
    token: str | None = strawberry.field(
        description="Sent with the mutation as `quoteToken`, it makes the mutation charge exactly "
        "this or fail with QUOTE_STALE. Null where `quote` is."
    )


def previewed(preview: Preview) -> ProrationPreview:
    quote: Any = preview.quote
    return ProrationPreview(quote=quote, token=preview.token, user_errors=[])


def preview_refused(error: LifecycleError) -> ProrationPreview:
    return ProrationPreview(quote=None, token=None, user_errors=[user_error(error)])


def _row(entity: Entity, key: str, description: str) -> Any:
    """The row with that id in the outcome; null without an id or an outcome."""
    return made(entity, description, lambda payload: getattr(payload.outcome, key, None))


@strawberry.type(
    description="Every lifecycle mutation answers in this one shape, so one client fragment serves them all."
)
class SubscriptionPayload(Refusable):
    outcome: strawberry.Private[Outcome | None]

    @computed(
        graphql_type=Quote | None,
        description="What was charged and done: the quote, carried out. Null where the action was refused.",
    )
    def quote(self: Any, _context: Context) -> Any:
        return self.outcome.quote if self.outcome else None

    subscription: CustomerSubscription | None = _row(
        edges.SUBSCRIPTION,
        "subscription_id",
        "As it stands after the action; null where that was refused, or where the viewer has given it away.",
    )
    record: HistoryRecord | None = _row(
        edges.HISTORY,
        "record_id",
        "The new history record, the same that `subscriptionChanged` sends; null where the action was "
        "refused.",
    )
    scheduled_change: ScheduledChange | None = _row(
        edges.SCHEDULED_CHANGE,
        "scheduled_change_id",
        "What the action scheduled for the end of the term; null where it took effect at once.",
    )
    invoice: Invoice | None = _row(
        edges.INVOICE,
        "invoice_id",
        "The invoice that the lines are on, ISSUED or PENDING; null where no money moved.",
    )


def refused(error: LifecycleError) -> SubscriptionPayload:
    return SubscriptionPayload(outcome=None, user_errors=[user_error(error)])
