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
from resolvers.context import Context
from resolvers.edges import Edge
from resolvers.fields import LastDay
from resolvers.loaders import Loaders, Selection, among
from resolvers.paging import page_of
from resolvers.states import SubscriptionSnapshot
from schema.arguments import After, Before, First, Last
from schema.fields import Connection, Node, computed, connection, derived, last_day, many, one, paged, parts
from schema.permissions import not_for_role
from schema.types.add_ons import AddOn, add_ons_of
from schema.types.ahead import RenewalForecast, ScheduledChange
from schema.types.catalogue import Plan
from schema.types.errors import UserError, user_error
from schema.types.ledger import HistoryRecord, Invoice, ProvisioningAction
from schema.types.money import Money, cost_of, price_of
from schema.types.parties import Contract, Customer, Member
from schema.types.terms import BillingModel, Term


@strawberry.type(description="Whether the viewer may take an action now, for any input. See rules §4.")
class ActionAvailability:
    action: Action = strawberry.field(description="The action. CREATE and actions of time are never listed.")
    allowed: bool = strawberry.field(
        description="True: the viewer may try it. The input can still be refused."
    )
    reason: UserError | None = strawberry.field(
        description="Why the action is not allowed. Null if `allowed` is true."
    )


def _available(action: Action, error: LifecycleError | None) -> ActionAvailability:
    return ActionAvailability(action=action, allowed=not error, reason=user_error(error) if error else None)


async def snapshot_of(loaders: Loaders, subscription_id: UUID) -> SubscriptionSnapshot:
    """The whole state, for what is computed from it."""
    return await loaders.snapshot(subscription_id)


def history_of(edge: Edge) -> Callable[..., Selection]:
    def select(
        actions: Annotated[
            list[Action] | None,
            strawberry.argument(description="Only records of these actions. Default: all."),
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
    description="A subscription of a customer. Not named `Subscription`, because that is GraphQL's root "
    "type for live updates."
)
class CustomerSubscription(Node):
    reference: str = strawberry.field(description='Readable and unique within the partner: "S-000042".')
    status: Status = strawberry.field(description="Decides which actions are possible.")
    customer: Customer = one(edges.subscription_customer, description="The owner.")
    plan: Plan = one(edges.subscription_plan, description="The current plan.")
    quantity: int = strawberry.field(
        description="Licences, 1 to 1,000,000. Each licence allows one assigned member."
    )
    auto_renewal: bool = strawberry.field(
        description="True: another term follows. False: it expires at the end of the term."
    )
    purchased_on: date = strawberry.field(
        description="The first day of the first paid term, or of the trial. The refund window starts here."
    )
    trial_ends_on: date | None = last_day(
        "trial_ends_before", "The last day of the trial, inclusive. Null without a trial."
    )
    ended_on: date | None = strawberry.field(
        description="The day when it was canceled, terminated or expired. Null while it runs."
    )
    numbers: Connection["PhoneNumber"] = connection(
        edges.subscription_numbers,
        description="The phone numbers that it holds, by `e164`.",
    )
    assignees: Connection[Member] = connection(
        edges.subscription_assignees,
        description="Members who may use it, by name. At most one per licence.",
    )
    contract: Contract | None = one(
        edges.subscription_contract,
        description="The linked contract. Null if none.",
    )
    settings: JSON = strawberry.field(
        description="A JSON object with the customer's values, at most 16 KiB. It starts with the plan's "
        "defaults. See rules §4.16."
    )
    scheduled_changes: list[ScheduledChange] = many(
        edges.subscription_scheduled_changes,
        description="Changes that wait for the end of the term, oldest first. Revocable until then.",
    )
    invoices: Connection[Invoice] = connection(
        edges.subscription_invoices, description="Invoices with a line for it, newest first."
    )
    provisioning: Connection[ProvisioningAction] = connection(
        edges.subscription_provisioning,
        description="Messages to third parties about it, newest first.",
    )
    version: int = strawberry.field(
        description="Increases by one with every change. Send it back as `expectedVersion` to avoid "
        "changing stale data."
    )

    billing_model: BillingModel = parts(
        BillingModel, {"cycle": "cycle", "multiplier": "multiplier"}, description="How often it is billed."
    )
    term: Term = parts(
        Term,
        {"number": "term_number", "starts_on": "term_starts_on", "ends_on": LastDay("term_ends_before")},
        description="The current term, or the last one.",
    )
    add_ons: list[AddOn] = many(
        edges.subscription_add_ons,
        "Add-ons by code, including CANCELED ones.",
        add_ons_of(edges.subscription_add_ons),
    )
    history: Connection[HistoryRecord] = paged(
        edges.subscription_history,
        history_of(edges.subscription_history),
        description="Everything that happened to it, newest first. A previous owner sees only the records "
        "of its own time. See rules §4.10.",
    )

    @computed(
        "due_error",
        description="Why the work due at the end of the term failed. It is retried every few minutes. Null "
        "if nothing failed, and for viewers on the customer's side.",
    )
    def due_error(self: Any, context: Context) -> str | None:
        words: str | None = self.due_error
        return words if context.principal.sees_costs else None

    @derived(
        "id",
        snapshot_of,
        description="What the customer pays for one billing cycle, with all add-ons and numbers.",
        graphql_type=Money,
    )
    def price(self: Any, snapshot: SubscriptionSnapshot, context: Context) -> Any:
        return price_of(context, cycle_amounts(snapshot.subscription))

    @derived(
        "id",
        snapshot_of,
        description="What the partner pays for one billing cycle. Null for viewers on the customer's side.",
        graphql_type=Money | None,
    )
    def cost(self: Any, snapshot: SubscriptionSnapshot, context: Context) -> Any:
        return cost_of(context, cycle_amounts(snapshot.subscription))

    @derived(
        "id",
        snapshot_of,
        description="Every action, whether it is allowed now, and why not. For the buttons of a page.",
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
        description="What the next renewal will charge, including scheduled changes. Null if it will not "
        "renew.",
        graphql_type=RenewalForecast | None,
    )
    def next_renewal(self: Any, snapshot: SubscriptionSnapshot, _context: Context) -> Any:
        return next_renewal(snapshot.subscription)


@strawberry.type(description="A phone number of the partner, in stock or held by one subscription.")
class PhoneNumber(Node):
    e164: str = strawberry.field(
        description='A plus sign and 2 to 15 digits: "+6531234567". Unique within the partner.'
    )
    sku_code: str = strawberry.field(description="The kind of the number: a `Sku.code`.")
    subscription: CustomerSubscription | None = one(
        edges.number_subscription, description="The holder. Null while in stock."
    )
