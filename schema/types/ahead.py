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
    description="A reduction, a cancellation or a change of billing model that waits for the end of the "
    "term. Source: rules.md, The actions."
)
class ScheduledChange(Node):
    action: Action = strawberry.field(description="What will be done.")
    effective_on: date = strawberry.field(
        description="The first day on which it will hold: the day after the term. An extension moves it."
    )
    status: ScheduledStatus = strawberry.field(description="Whether it still waits.")
    summary: str = strawberry.field(description="In words, for the ribbon on the page.")
    reason: str | None = strawberry.field(
        description="Why, in the words of who asked for it; null where none were given."
    )
    add_on: AddOn | None = one(
        edges.scheduled_change_add_on,
        description="The add-on that is reduced or canceled; null where it is about something else.",
    )


@strawberry.type(description="What the next renewal will charge, as things stand.")
class RenewalForecast:
    on: date = strawberry.field(description="The day of it: the first of the next term.")
    term: Term = strawberry.field(description="The term that it opens.")

    @computed(
        graphql_type=list[ChargeLine],
        description="One for the plan, one for each add-on, one for each number.",
    )
    def lines(self: Any, _context: Context) -> Any:
        return [columns_of(line) for line in self.lines]

    @computed(graphql_type=Money, description="The sum of the lines' prices.")
    def price(self: Any, context: Context) -> Any:
        return price_of(context, sum_of(self.lines))

    @computed(
        description="The sum of the lines' costs; null for a viewer on the customer's side.",
        graphql_type=Money | None,
    )
    def cost(self: Any, context: Context) -> Any:
        return cost_of(context, sum_of(self.lines))
