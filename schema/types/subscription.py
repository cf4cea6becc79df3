"""The subscription: its add-ons, what is scheduled, its next renewal and its phone numbers."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from domain.availability import availability
from domain.charges import cycle_amounts
from domain.decision import ChangeSource
from domain.errors import LifecycleError
from domain.lifecycle import Action, Status
from domain.lines import sum_of
from domain.renewal import next_renewal
from domain.subscription import AddOnStatus, ScheduledStatus
from models import tables as t
from resolvers import edges
from resolvers import fields as kinds
from resolvers.context import Context
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
from schema.types.catalogue import Plan
from schema.types.errors import UserError, user_error
from schema.types.ledger import HistoryRecord, Invoice
from schema.types.money import BillingModel, ChargeLine, Money, Term, columns_of, cost_of, price_of
from schema.types.parties import Contract, Customer, Member
from schema.types.webhooks import ProvisioningAction


@strawberry.type(description="An order or a change of an add-on's quantity.")
class AddOnRecord:
    at: datetime = strawberry.field(description="The time of the record, by the partner's clock.")
    effective_on: date = strawberry.field(description="The first day with the new quantity.")
    quantity_before: int = strawberry.field(description="Units before the change. 0 for a new add-on.")
    quantity_after: int = strawberry.field(
        description="Units after the change. 0 if the add-on was canceled."
    )
    source: ChangeSource = strawberry.field(description="The kind of change.")
    reason: str | None = strawberry.field(description="The reason that the actor gave. Null if none.")


@strawberry.type(description="An extra item of a subscription, with its quantity. See rules §4.5.")
class AddOn(Node):
    code: str = strawberry.field(description="The `AddOnOffer.code` of the plan.")
    name: str = strawberry.field(description="The display name, also on invoices.")
    quantity: int = strawberry.field(description="Units, 1 or more. 0 when CANCELED.")
    status: AddOnStatus = strawberry.field(description="Whether the add-on continues after the term.")
    ends_on: date | None = last_day(
        "ends_before", "The last day with the add-on, inclusive. Null while it continues."
    )
    changes: list[AddOnRecord] = many(
        edges.add_on_changes,
        description="Orders and changes of the quantity, oldest first.",
    )


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


def _add_ons(
    status: Annotated[
        AddOnStatus | None,
        strawberry.argument(description="Only add-ons with this status. Default: all."),
    ] = None,
) -> Selection:
    edge = edges.subscription_add_ons
    filters = () if status is None else (t.add_on.c.status == status,)
    return Selection(edge, edge.order, filters=filters, filter_key=status)


def _history(
    actions: Annotated[
        list[Action] | None, strawberry.argument(description="Only records of these actions. Default: all.")
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Selection:
    edge = edges.subscription_history
    filters = () if actions is None else (among(t.history.c.action, actions),)
    return Selection(edge, edge.order, page_of(first, after, last, before), filters, repr(actions))


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
        {
            "number": "term_number",
            "starts_on": "term_starts_on",
            "ends_on": kinds.Column("term_ends_before", kinds.last_day),
        },
        description="The current term, or the last one.",
    )
    add_ons: list[AddOn] = many(
        edges.subscription_add_ons,
        "Add-ons by code, including CANCELED ones.",
        _add_ons,
    )
    history: Connection[HistoryRecord] = paged(
        edges.subscription_history,
        _history,
        description="Everything that happened to it, newest first. A previous owner sees only the records "
        "of its own time. See rules §4.10.",
    )

    @computed(
        "due_error",
        description="Why the work due at the end of the term failed. It is retried every few minutes. Null "
        "if nothing failed, and for viewers on the customer's side.",
    )
    def due_error(self: Any, context: Context) -> str | None:
        message: str | None = self.due_error
        return message if context.principal.sees_costs else None

    @derived(
        "id",
        Loaders.snapshot,
        description="What the customer pays for one billing cycle, with all add-ons and numbers.",
        graphql_type=Money,
    )
    def price(self: Any, snapshot: SubscriptionSnapshot, context: Context) -> Any:
        return price_of(context, cycle_amounts(snapshot.subscription))

    @derived(
        "id",
        Loaders.snapshot,
        description="What the partner pays for one billing cycle. Null for viewers on the customer's side.",
        graphql_type=Money | None,
    )
    def cost(self: Any, snapshot: SubscriptionSnapshot, context: Context) -> Any:
        return cost_of(context, cycle_amounts(snapshot.subscription))

    @derived(
        "id",
        Loaders.snapshot,
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
        Loaders.snapshot,
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
