"""The subscription and what hangs on it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain.availability import availability
from domain.charges import cycle_amounts
from domain.decision import ChangeSource
from domain.errors import LifecycleError
from domain.lifecycle import Action, Status
from domain.lines import sum_of
from domain.periods import BillingCycle
from domain.renewal import next_renewal
from domain.state import AddOnStatus, ScheduledStatus
from models import tables as t
from resolvers import edges
from resolvers.answers import LastDay
from resolvers.context import Context
from resolvers.edges import Edge
from resolvers.loaders import Loaders, Selection, among
from resolvers.paging import page_of
from resolvers.states import Standing
from schema.fields import Connection, Node, computed, connection, derived, last_day, many, one, paged, parts
from schema.permissions import not_for_role
from schema.types.catalogue import Plan
from schema.types.errors import UserError, user_error
from schema.types.ledger import HistoryRecord, Invoice, ProvisioningAction
from schema.types.money import ChargeLine, Money, columns_of, cost_of, price_of
from schema.types.parties import Contract, Customer, Member


@strawberry.type
class BillingModel:
    cycle: BillingCycle
    multiplier: int


@strawberry.type(description="Whole days, both ends included: the article's '16 Nov 2020 - 15 Nov 2021'.")
class Term:
    number: int
    starts_on: date
    ends_on: date


@strawberry.type
class AddOnRecord:
    at: datetime
    effective_on: date
    quantity_before: int
    quantity_after: int
    source: ChangeSource
    reason: str | None


@strawberry.type
class AddOn(Node):
    code: str
    name: str
    quantity: int
    status: AddOnStatus
    ends_on: date | None = last_day("ends_before", "The last day with the add-on; null while it goes on.")
    changes: list[AddOnRecord] = many(
        edges.add_on_changes,
        description="The add-on's orders and quantity changes, with their dates and where each came from.",
    )


@strawberry.type
class ScheduledChange(Node):
    action: Action
    effective_on: date
    status: ScheduledStatus
    summary: str = strawberry.field(description="In words, for the ribbon on the page.")
    reason: str | None
    add_on: AddOn | None = one(edges.scheduled_change_add_on)


@strawberry.type
class ActionAvailability:
    action: Action
    allowed: bool
    reason: UserError | None


def _available(action: Action, error: LifecycleError | None) -> ActionAvailability:
    return ActionAvailability(action=action, allowed=not error, reason=user_error(error) if error else None)


@strawberry.type(description="What a renewal will charge.")
class RenewalForecast:
    on: date
    term: Term

    @computed(graphql_type=list[ChargeLine])
    def lines(self: Any, _context: Context) -> Any:
        return [columns_of(line) for line in self.lines]

    @computed(graphql_type=Money)
    def price(self: Any, context: Context) -> Any:
        return price_of(context, sum_of(self.lines))

    @computed(description="Null for a viewer on the customer's side.", graphql_type=Money | None)
    def cost(self: Any, context: Context) -> Any:
        return cost_of(context, sum_of(self.lines))


async def standing_of(loaders: Loaders, subscription_id: UUID) -> Standing:
    """The whole state, for what is computed from it."""
    return await loaders.standing(subscription_id)


def add_ons_of(edge: Edge) -> Callable[..., Selection]:
    def select(status: AddOnStatus | None = None) -> Selection:
        filters = () if status is None else (t.add_on.c.status == status,)
        return Selection(edge, edge.order, filters=filters, filter_key=status)

    return select


def history_of(edge: Edge) -> Callable[..., Selection]:
    def select(
        actions: list[Action] | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Selection:
        filters = () if actions is None else (among(t.history.c.action, actions),)
        return Selection(edge, edge.order, page_of(first, after, last, before), filters, repr(actions))

    return select


@strawberry.type(
    description="A customer's subscription. The type is not named `Subscription`: that is GraphQL's name for "
    "the root of live updates, and normalised client caches take every object of that name for the root."
)
class CustomerSubscription(Node):
    reference: str = strawberry.field(description='Human-readable and unique for the partner: "S-000042".')
    status: Status
    customer: Customer = one(edges.subscription_customer)
    plan: Plan = one(edges.subscription_plan)
    quantity: int = strawberry.field(description="Licences.")
    auto_renewal: bool
    purchased_on: date
    trial_ends_on: date | None = last_day("trial_ends_before", "The trial's last day.")
    ended_on: date | None
    numbers: Connection["PhoneNumber"] = connection(edges.subscription_numbers)
    assignees: Connection[Member] = connection(edges.subscription_assignees)
    contract: Contract | None = one(edges.subscription_contract)
    settings: JSON
    scheduled_changes: list[ScheduledChange] = many(
        edges.subscription_scheduled_changes,
        description="Changes waiting for their date, each revocable until then.",
    )
    invoices: Connection[Invoice] = connection(edges.subscription_invoices)
    provisioning: Connection[ProvisioningAction] = connection(edges.subscription_provisioning)
    version: int = strawberry.field(
        description="Rises by one with every change; send it back as `expectedVersion` to refuse "
        "a change of stale data."
    )

    billing_model: BillingModel = parts(BillingModel, {"cycle": "cycle", "multiplier": "multiplier"})
    term: Term = parts(
        Term,
        {"number": "term_number", "starts_on": "term_starts_on", "ends_on": LastDay("term_ends_before")},
    )
    add_ons: list[AddOn] = many(edges.subscription_add_ons, add_ons_of(edges.subscription_add_ons))
    history: Connection[HistoryRecord] = paged(
        edges.subscription_history, history_of(edges.subscription_history)
    )

    @computed(
        "due_error",
        description="Why what was due at the term's end could not be done; it is tried again every few "
        "minutes. Null where nothing failed, and on the customer's side.",
    )
    def due_error(self: Any, context: Context) -> str | None:
        words: str | None = self.due_error
        return words if context.principal.sees_costs else None

    @derived(
        "id", standing_of, description="What one term costs the customer as things stand.", graphql_type=Money
    )
    def price(self: Any, standing: Standing, context: Context) -> Any:
        return price_of(context, cycle_amounts(standing.subscription))

    @derived(
        "id",
        standing_of,
        description="What one term costs the partner; null for a viewer on the customer's side.",
        graphql_type=Money | None,
    )
    def cost(self: Any, standing: Standing, context: Context) -> Any:
        return cost_of(context, cycle_amounts(standing.subscription))

    @derived(
        "id",
        standing_of,
        description="Every action, whether it may be taken now, and if not, why: "
        "what a page needs to enable its buttons.",
        graphql_type=list[ActionAvailability],
    )
    def actions(self: Any, standing: Standing, context: Context) -> Any:
        role = context.principal.role
        return [
            _available(action, not_for_role(action, role) or error)
            for action, error in availability(standing.subscription, standing.today)
        ]

    @derived(
        "id",
        standing_of,
        description="What the next renewal will charge, scheduled changes applied; "
        "null where none will come.",
        graphql_type=RenewalForecast | None,
    )
    def next_renewal(self: Any, standing: Standing, _context: Context) -> Any:
        return next_renewal(standing.subscription)


@strawberry.type
class PhoneNumber(Node):
    e164: str
    sku_code: str
    subscription: CustomerSubscription | None = one(edges.number_subscription)
