"""The subscription and what hangs on it."""

from datetime import date, datetime, timedelta
from typing import Any

import strawberry
from strawberry.scalars import JSON

from domain.availability import availability
from domain.charges import cycle_amounts
from domain.decision import ChangeSource
from domain.errors import LifecycleError
from domain.lifecycle import Action, Status
from domain.lines import Line, sum_of
from domain.periods import BillingCycle
from domain.renewal import next_renewal
from domain.state import AddOnStatus, ScheduledStatus
from models import tables as t
from resolvers import edges
from resolvers.connections import page_result
from resolvers.context import Info
from resolvers.loaders import Selection
from resolvers.paging import page_of
from schema.fields import Connection, Node, connection, last_day, many, one
from schema.permissions import not_for_role
from schema.types.catalogue import Plan
from schema.types.errors import UserError, user_error
from schema.types.ledger import HistoryRecord, Invoice, ProvisioningAction
from schema.types.money import ChargeLine, Money, cost_of, price_of
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

    @strawberry.field(graphql_type=list[ChargeLine])
    def lines(self: Any) -> tuple[Line, ...]:
        lines: tuple[Line, ...] = self.lines
        return lines

    @strawberry.field
    def price(self: Any, info: Info) -> Money:
        return price_of(info, sum_of(self.lines))

    @strawberry.field(description="Null for a viewer on the customer's side.")
    def cost(self: Any, info: Info) -> Money | None:
        return cost_of(info, sum_of(self.lines))


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

    @strawberry.field(
        description="Why what was due at the term's end could not be done; it is tried again every few "
        "minutes. Null where nothing failed, and on the customer's side."
    )
    def due_error(self: Any, info: Info) -> str | None:
        words: str | None = self.row.due_error
        return words if info.context.principal.sees_costs else None

    @strawberry.field
    def billing_model(self: Any) -> BillingModel:
        return BillingModel(cycle=self.cycle, multiplier=self.multiplier)

    @strawberry.field
    def term(self: Any) -> Term:
        ends_on = self.term_ends_before - timedelta(days=1)
        return Term(number=self.term_number, starts_on=self.term_starts_on, ends_on=ends_on)

    @strawberry.field(description="What one term costs the customer as things stand.")
    async def price(self: Any, info: Info) -> Money:
        standing = await info.context.loaders.standing(self.row.id)
        return price_of(info, cycle_amounts(standing.subscription))

    @strawberry.field(
        description="What one term costs the partner; null for a viewer on the customer's side."
    )
    async def cost(self: Any, info: Info) -> Money | None:
        standing = await info.context.loaders.standing(self.row.id)
        return cost_of(info, cycle_amounts(standing.subscription))

    @strawberry.field(graphql_type=list[AddOn], metadata={"edge": edges.subscription_add_ons})
    async def add_ons(self: Any, info: Info, status: AddOnStatus | None = None) -> Any:
        filters = () if status is None else (t.add_on.c.status == status,)
        edge = edges.subscription_add_ons
        return await info.context.loaders.rows(
            Selection(edge, edge.order, filters=filters, filter_key=status), self.row.id
        )

    @strawberry.field(
        description="Every action, whether it may be taken now, and if not, why: "
        "what a page needs to enable its buttons."
    )
    async def actions(self: Any, info: Info) -> list[ActionAvailability]:
        standing = await info.context.loaders.standing(self.row.id)
        role = info.context.principal.role
        return [
            _available(action, not_for_role(action, role) or error)
            for action, error in availability(standing.subscription, standing.today)
        ]

    @strawberry.field(
        graphql_type=RenewalForecast | None,
        description="What the next renewal will charge, scheduled changes applied; "
        "null where none will come.",
    )
    async def next_renewal(self: Any, info: Info) -> Any:
        standing = await info.context.loaders.standing(self.row.id)
        return next_renewal(standing.subscription)

    @strawberry.field(graphql_type=Connection[HistoryRecord])
    async def history(
        self: Any,
        info: Info,
        actions: list[Action] | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Any:
        page = page_of(first, after, last, before)
        filters = () if actions is None else (t.history.c.action.in_(actions),)
        edge = edges.subscription_history
        return await page_result(info, Selection(edge, edge.order, page, filters, repr(actions)), self)


@strawberry.type
class PhoneNumber(Node):
    e164: str
    sku_code: str
    subscription: CustomerSubscription | None = one(edges.number_subscription)
