"""The root type of queries."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.errors import LifecycleError
from domain.principal import Role
from models import tables as t
from resolvers import edges
from resolvers.context import Context
from resolvers.ids import key_of, parse_global_id
from resolvers.run import preview
from resolvers.selection import Selection, by_column, by_key
from schema.cost import ACTION_COST
from schema.fields import Connection, Node, called, connection, derived, lookup, lookups, principal
from schema.filters import (
    customer_connection,
    invoice_connection,
    number_connection,
    subscription_connection,
)
from schema.inputs.preview import SubscriptionChange
from schema.types.catalogue import Product
from schema.types.ledger import Invoice
from schema.types.parties import Customer, Partner, partner_of
from schema.types.payloads import ProrationPreview, preview_refused, previewed
from schema.types.subscription import CustomerSubscription, PhoneNumber
from schema.types.webhooks import WebhookEndpoint


@strawberry.input(one_of=True, description="Identifies a customer. Set exactly one.")
class CustomerKey:
    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="The global id.")
    org_uuid: strawberry.Maybe[UUID] = strawberry.field(
        description="The organization's key in other systems."
    )


@strawberry.input(one_of=True, description="Identifies a subscription. Set exactly one.")
class SubscriptionKey:
    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="The global id.")
    reference: strawberry.Maybe[str] = strawberry.field(
        description='The readable reference, such as "S-000042".'
    )


@strawberry.type(description="The user that the token identifies.")
class Viewer:
    role: Role = strawberry.field(description="What the viewer may do. See docs/guide/roles.md.")
    name: str = strawberry.field(description="The name that the history shows as `actor`.")

    partner: Partner | None = lookup(
        lambda context: by_key(edges.PARTNER, context.principal.partner_id),
        description="The viewer's partner. Null for the platform operator.",
    )
    customer: Customer | None = lookup(
        lambda context: by_key(edges.CUSTOMER, context.principal.customer_id),
        description="The viewer's organization. Null unless the viewer is on the customer's side.",
    )

    @derived(
        "partner_id",
        partner_of,
        description="The current time for actions: the sandbox's clock, or real time.",
    )
    def now(self: Any, partner: Any, context: Context) -> datetime:
        return (partner.clock if partner else None) or context.clock()


def _customer(
    _context: Context,
    by: Annotated[CustomerKey, strawberry.argument(description="The customer's id or organization.")],
) -> Selection | None:
    if by.id:
        return by_key(edges.CUSTOMER, key_of(by.id.value, "Customer"))
    return by_column(t.customer.c.org_uuid, edges.CUSTOMER, by.org_uuid.value if by.org_uuid else None)


def _subscription(
    _context: Context,
    by: Annotated[SubscriptionKey, strawberry.argument(description="The subscription's id or reference.")],
) -> Selection | None:
    if by.id:
        return by_key(edges.SUBSCRIPTION, key_of(by.id.value, "CustomerSubscription"))
    reference = by.reference.value if by.reference else None
    return by_column(t.subscription.c.reference, edges.SUBSCRIPTION, reference)


def _reference(id: str) -> tuple[edges.Entity | None, UUID]:
    """The entity and the key of a global id; None for an unknown type. Raises BAD_USER_INPUT."""
    typename, key = parse_global_id(id)
    return edges.NODES.get(typename), key


def _references(
    ids: Annotated[
        list[strawberry.ID],
        strawberry.argument(
            description="Global ids from this API. Any other text fails with BAD_USER_INPUT."
        ),
    ],
) -> list[tuple[edges.Entity | None, UUID]]:
    return [_reference(id) for id in ids]


def _node(
    _context: Context,
    id: Annotated[
        strawberry.ID,
        strawberry.argument(
            description="A global id from this API. Any other text fails with BAD_USER_INPUT."
        ),
    ],
) -> Selection | None:
    entity, key = _reference(id)
    return by_key(entity, key) if entity else None


async def _preview(
    context: Context,
    change: Annotated[SubscriptionChange, strawberry.argument(description="One action with its input.")],
    on: Annotated[
        date | None,
        strawberry.argument(
            description="The day of the change, in the customer's time zone. Default: today."
        ),
    ] = None,
) -> ProrationPreview:
    row, data = change.action()
    try:
        return previewed(await preview(context, row.shell, data, on))
    except LifecycleError as error:
        return preview_refused(error)


@strawberry.type(
    description="Reads, without any change. An object that the viewer may not see is answered like one "
    "that does not exist."
)
class Query:
    customers: Connection[Customer] = customer_connection(
        edges.customers, description="All customers that the viewer may see. Default order: by name."
    )
    subscriptions: Connection[CustomerSubscription] = subscription_connection(
        edges.subscriptions,
        description="All subscriptions that the viewer may see, including ended ones. Default order: by "
        "reference.",
    )
    products: Connection[Product] = connection(
        edges.products, description="The products of the partner, by code."
    )
    invoices: Connection[Invoice] = invoice_connection(
        edges.invoices, description="All invoices that the viewer may see, newest first."
    )
    webhook_endpoints: Connection[WebhookEndpoint] = connection(
        edges.webhook_endpoints,
        "The webhook endpoints of the partner, oldest first. Empty for viewers on the customer's side.",
    )

    available_numbers: Connection[PhoneNumber] = number_connection(
        edges.available_numbers,
        "Numbers in stock, ready to add or swap into a subscription. Sorted by `e164`.",
    )
    node: Node | None = lookup(
        _node,
        description="The object with this global id. Null if none is found or visible to the viewer. See "
        "Relay's object identification.",
    )
    customer: Customer | None = lookup(
        _customer, description="One customer. Null if none is found or visible to the viewer."
    )
    subscription: CustomerSubscription | None = lookup(
        _subscription, description="One subscription. Null if none is found or visible to the viewer."
    )
    nodes: Any = lookups(
        _references,
        list[Node | None],
        "The objects with these global ids, in the same order. Null for each that is not found or visible "
        "to the viewer.",
    )
    viewer: Viewer = principal("The user of this request, with their role and current time.")
    preview_proration: ProrationPreview = called(
        _preview,
        "Shows what a change would cost, refund, schedule and provision, without making it. Takes the "
        "input of the mutation. Send the `token` with the mutation: it charges exactly this quote or "
        "fails with QUOTE_STALE. See rules §9.",
        cost=ACTION_COST,
    )
