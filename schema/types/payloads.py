"""What mutations and previews answer."""

from datetime import date
from typing import Any

import strawberry

from domain.errors import LifecycleError
from domain.lifecycle import Status
from resolvers import edges
from resolvers.context import Info
from resolvers.lifecycle import Outcome, Preview
from schema.types.errors import UserError, user_error
from schema.types.ledger import HistoryRecord, Invoice
from schema.types.money import ChargeLine, Money, cost_of, price_of
from schema.types.subscription import CustomerSubscription, ScheduledChange, Term


@strawberry.type(description="What a change charges, gives back, schedules and provisions.")
class Quote:
    effective_on: date
    lines: list[ChargeLine]
    status_after: Status
    scheduled_for: date | None
    provisioning: list[str]

    @strawberry.field(description="The sum of the lines' prices.")
    def price(self: Any, info: Info) -> Money:
        return price_of(info, self.amount)

    @strawberry.field(description="The sum of the lines' costs; null on the customer's side.")
    def cost(self: Any, info: Info) -> Money | None:
        return cost_of(info, self.amount)

    @strawberry.field(graphql_type=Term, description="The subscription's term as it would stand afterwards.")
    def term_after(self: Any) -> Any:
        return self.term_after

    @strawberry.field(description="What each renewal charges before the change; zero where none comes.")
    def renewal_price_before(self: Any, info: Info) -> Money:
        return price_of(info, self.renewal_before)

    @strawberry.field(description="What each renewal charges after the change; zero where none comes.")
    def renewal_price_after(self: Any, info: Info) -> Money:
        return price_of(info, self.renewal_after)


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


@strawberry.type(
    description="Every lifecycle mutation answers in this one shape, so one client fragment serves them all."
)
class SubscriptionPayload:
    outcome: strawberry.Private[Outcome | None]
    user_errors: list[UserError]

    @strawberry.field(
        graphql_type=Quote | None, description="What was charged and done: the quote, carried out."
    )
    def quote(self) -> Any:
        return self.outcome.quote if self.outcome else None

    @strawberry.field(graphql_type=CustomerSubscription | None)
    async def subscription(self, info: Info) -> Any:
        key = self.outcome.subscription_id if self.outcome else None
        return await info.context.loaders.one(edges.SUBSCRIPTION, key) if key else None

    @strawberry.field(graphql_type=HistoryRecord | None)
    async def record(self, info: Info) -> Any:
        key = self.outcome.record_id if self.outcome else None
        return await info.context.loaders.one(edges.HISTORY, key) if key else None

    @strawberry.field(graphql_type=ScheduledChange | None)
    async def scheduled_change(self, info: Info) -> Any:
        key = self.outcome.scheduled_change_id if self.outcome else None
        return await info.context.loaders.one(edges.SCHEDULED_CHANGE, key) if key else None

    @strawberry.field(graphql_type=Invoice | None)
    async def invoice(self, info: Info) -> Any:
        key = self.outcome.invoice_id if self.outcome else None
        return await info.context.loaders.one(edges.INVOICE, key) if key else None


def refused(error: LifecycleError) -> SubscriptionPayload:
    return SubscriptionPayload(outcome=None, user_errors=[user_error(error)])
