"""The subscription and what hangs on it."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain.availability import availability
from domain.charges import cycle_amounts
from domain.errors import LifecycleError
from domain.lifecycle import Action, Status
from domain.renewal import next_renewal
from models import tables as t
from resolvers import edges
from resolvers import fields as kinds
from resolvers.context import Context
from resolvers.edges import Edge
from resolvers.loaders import Loaders, SubscriptionSnapshot
from resolvers.paging import page_of
from resolvers.selection import Selection, among
from schema.fields import (
    After,
    Before,
    Connection,
    First,
    Last,
    Node,
    computed,
    connection,
    derived,
    last_day,
    many,
    one,
    paged,
    parts,
)
from schema.permissions import not_for_role
from schema.types.add_ons import AddOn, add_ons_of
from schema.types.ahead import RenewalForecast, ScheduledChange
from schema.types.catalogue import Plan
from schema.types.errors import UserError, user_error
from schema.types.ledger import HistoryRecord, Invoice, ProvisioningAction
from schema.types.money import Money, cost_of, price_of
from schema.types.parties import Contract, Customer, Member
from schema.types.terms import BillingModel, Term


@strawberry.type(description="Whether the viewer may take an action now, whatever its input.")
class ActionAvailability:
    action: Action = strawberry.field(
        description="The action that is meant; CREATE and what only time does are never listed."
    )
    allowed: bool = strawberry.field(
        description="True: it may be tried; what it is given can still make it be refused."
    )
    reason: UserError | None = strawberry.field(description="Why not; null where `allowed` is true.")


def _available(action: Action, error: LifecycleError | None) -> ActionAvailability:
    return ActionAvailability(action=action, allowed=not error, reason=user_error(error) if error else None)


async def snapshot_of(loaders: Loaders, subscription_id: UUID) -> SubscriptionSnapshot:
    """The whole state, for what is computed from it."""
    return await loaders.snapshot(subscription_id)


def history_of(edge: Edge) -> Callable[..., Selection]:
    def select(
        actions: Annotated[
            list[Action] | None,
            strawberry.argument(description="Only records of these actions; all where left out."),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
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
    status: Status = strawberry.field(
        description="What it is in its life; it decides which actions are possible."
    )
    customer: Customer = one(edges.subscription_customer, description="Its owner.")
    plan: Plan = one(edges.subscription_plan, description="What it is subscribed to.")
    quantity: int = strawberry.field(description="Licences: 1 to 1,000,000. As many members may be assigned.")
    auto_renewal: bool = strawberry.field(
        description="True: another term follows. False: it expires when the term is over."
    )
    purchased_on: date = strawberry.field(
        description="The first day of the first paid term, from which the refund window counts; "
        "of a trial, its first day."
    )
    trial_ends_on: date | None = last_day(
        "trial_ends_before", "The trial's last day, inclusive; null where there was none."
    )
    ended_on: date | None = strawberry.field(
        description="The day on which it was canceled or terminated, or from which it is over; "
        "null while it runs."
    )
    numbers: Connection["PhoneNumber"] = connection(
        edges.subscription_numbers,
        description="The phone numbers that it holds, by `e164`.",
    )
    assignees: Connection[Member] = connection(
        edges.subscription_assignees,
        description="The customer's members who may use it, at most one for each licence; by name.",
    )
    contract: Contract | None = one(
        edges.subscription_contract,
        description="The contract that it is linked with; null where there is none.",
    )
    settings: JSON = strawberry.field(
        description="A JSON object of the customer's own; at most 16 KiB. It begins with the plan's defaults."
    )
    scheduled_changes: list[ScheduledChange] = many(
        edges.subscription_scheduled_changes,
        description="Changes that wait for the end of the term, each revocable until then; the oldest first.",
    )
    invoices: Connection[Invoice] = connection(
        edges.subscription_invoices, description="Invoices that have a line for it, the newest first."
    )
    provisioning: Connection[ProvisioningAction] = connection(
        edges.subscription_provisioning,
        description="What third parties were told about it, the newest first.",
    )
    version: int = strawberry.field(
        description="Rises by one with every change; send it back as `expectedVersion` to refuse "
        "a change of stale data."
    )

    billing_model: BillingModel = parts(
        BillingModel, {"cycle": "cycle", "multiplier": "multiplier"}, description="How often it is billed."
    )
    term: Term = parts(
        Term,
        {
            "number": "term_number",
            "starts_on": "term_starts_on",
            "ends_on": kinds.Column("term_ends_before", kinds.last_day),
        },
        description="The running term, or the last one.",
    )
    add_ons: list[AddOn] = many(
        edges.subscription_add_ons,
        "What it has besides the plan, by code; CANCELED ones included.",
        add_ons_of(edges.subscription_add_ons),
    )
    history: Connection[HistoryRecord] = paged(
        edges.subscription_history,
        history_of(edges.subscription_history),
        description="What was done to it, the newest first. Who owned it for a time sees the "
        "records of that time.",
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
        "id",
        snapshot_of,
        description="What one billing cycle of all it has costs the customer as things stand.",
        graphql_type=Money,
    )
    def price(self: Any, snapshot: SubscriptionSnapshot, context: Context) -> Any:
        return price_of(context, cycle_amounts(snapshot.subscription))

    @derived(
        "id",
        snapshot_of,
        description="What the same costs the partner; null for a viewer on the customer's side.",
        graphql_type=Money | None,
    )
    def cost(self: Any, snapshot: SubscriptionSnapshot, context: Context) -> Any:
        return cost_of(context, cycle_amounts(snapshot.subscription))

    @derived(
        "id",
        snapshot_of,
        description="Every action, whether it may be taken now, and if not, why: "
        "what a page needs to enable its buttons.",
        graphql_type=list[ActionAvailability],
    )
    def actions(self: Any, snapshot: SubscriptionSnapshot, context: Context) -> Any:
        role = context.principal.role
        return [
            _available(action, not_for_role(action, role) or error)
            for action, error in availability(snapshot.subscription, snapshot.today)
        ]

    @derived(
        "id",
        snapshot_of,
        description="What the next renewal will charge, scheduled changes applied; "
        "null where none will come.",
        graphql_type=RenewalForecast | None,
    )
    def next_renewal(self: Any, snapshot: SubscriptionSnapshot, _context: Context) -> Any:
        return next_renewal(snapshot.subscription)


@strawberry.type(description="A phone number of the partner's, in stock or held by one subscription.")
class PhoneNumber(Node):
    e164: str = strawberry.field(
        description='With a plus sign and 2 to 15 digits: "+6531234567". Unique for the partner.'
    )
    sku_code: str = strawberry.field(description="Its kind, with the prices: `Sku.code`.")
    subscription: CustomerSubscription | None = one(
        edges.number_subscription, description="Who holds it; null while it is in stock."
    )
