"""What is to come for a subscription."""

from datetime import date
from typing import Any

import strawberry

from domain.lifecycle import Action
from domain.lines import sum_of
from domain.subscription import ScheduledStatus
from resolvers import edges
from resolvers.context import Context
from schema.fields import Node, computed, one
from schema.types.add_ons import AddOn
from schema.types.money import ChargeLine, Money, columns_of, cost_of, price_of
from schema.types.terms import Term


@strawberry.type(
    description="A reduction, cancellation or change of billing model that waits for the end of the term. "
    "See rules §5."
)
class ScheduledChange(Node):
    action: Action = strawberry.field(description="The action to carry out.")
    effective_on: date = strawberry.field(
        description="The first day with the change: the day after the term. An extension moves it."
    )
    status: ScheduledStatus = strawberry.field(description="PENDING until it is applied or revoked.")
    summary: str = strawberry.field(description="A short sentence for people.")
    reason: str | None = strawberry.field(description="The reason in the request. Null if none.")
    add_on: AddOn | None = one(
        edges.scheduled_change_add_on,
        description="The add-on to reduce or cancel. Null for other changes.",
    )


@strawberry.type(description="What the next renewal will charge, as of now. See rules §7.")
class RenewalForecast:
    on: date = strawberry.field(description="The day of the renewal: the first day of the next term.")
    term: Term = strawberry.field(description="The next term.")

    @computed(
        graphql_type=list[ChargeLine],
        description="One line for the plan, one for each add-on and one for each number.",
    )
    def lines(self: Any, _context: Context) -> Any:
        return [columns_of(line) for line in self.lines]

    @computed(graphql_type=Money, description="The sum of the lines' prices.")
    def price(self: Any, context: Context) -> Any:
        return price_of(context, sum_of(self.lines))

    @computed(
        description="The sum of the lines' costs. Null for viewers on the customer's side.",
        graphql_type=Money | None,
    )
    def cost(self: Any, context: Context) -> Any:
        return cost_of(context, sum_of(self.lines))
