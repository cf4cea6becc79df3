"""The root of reading."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.errors import LifecycleError
from models import tables as t
from resolvers import edges
from resolvers.auth import Role
from resolvers.context import Context
from resolvers.ids import key_of, parse_global_id
from resolvers.lifecycle import preview
from resolvers.loaders import Selection, by_column, by_key
from schema.cost import ACTION_COST
from schema.fields import Connection, Node, called, connection, derived, found, found_all, viewing
from schema.filters import (
    customer_connection,
    invoice_connection,
    number_connection,
    subscription_connection,
)
from schema.inputs.preview import SubscriptionChange
from schema.types.catalogue import Product
from schema.types.endpoints import WebhookEndpoint
from schema.types.ledger import Invoice
from schema.types.parties import Customer, Partner, partner_of
from schema.types.payloads import ProrationPreview, preview_refused, previewed
from schema.types.subscription import CustomerSubscription, PhoneNumber


@strawberry.input(one_of=True)
class CustomerKey:
    id: strawberry.Maybe[strawberry.ID]
    org_uuid: strawberry.Maybe[UUID]


@strawberry.input(one_of=True)
class SubscriptionKey:
    id: strawberry.Maybe[strawberry.ID]
    reference: strawberry.Maybe[str]


@strawberry.type(description="Who is asking.")
class Viewer:
    role: Role
    name: str

    partner: Partner | None = found(lambda context: by_key(edges.PARTNER, context.principal.partner_id))
    customer: Customer | None = found(lambda context: by_key(edges.CUSTOMER, context.principal.customer_id))

    @derived(
        "partner_id",
        partner_of,
        description="The time by which actions count: a sandbox's own, else the real one.",
    )
    def now(self: Any, partner: Any, context: Context) -> datetime:
        return (partner.clock if partner else None) or context.clock()


def _customer(_context: Context, by: CustomerKey) -> Selection | None:
    if by.id:
        return by_key(edges.CUSTOMER, key_of(by.id.value, "Customer"))
    return by_column(t.customer.c.org_uuid, edges.CUSTOMER, by.org_uuid.value if by.org_uuid else None)


def _subscription(_context: Context, by: SubscriptionKey) -> Selection | None:
    if by.id:
        return by_key(edges.SUBSCRIPTION, key_of(by.id.value, "CustomerSubscription"))
    reference = by.reference.value if by.reference else None
    return by_column(t.subscription.c.reference, edges.SUBSCRIPTION, reference)


def _named(id: str) -> tuple[edges.Entity | None, UUID]:
    """The entity and the key of a global id; None for a type that has none. Raises BAD_USER_INPUT."""
    typename, key = parse_global_id(id)
    return edges.NODES.get(typename), key


def _all_named(ids: list[strawberry.ID]) -> list[tuple[edges.Entity | None, UUID]]:
    return [_named(id) for id in ids]


def _node(_context: Context, id: strawberry.ID) -> Selection | None:
    entity, key = _named(id)
    return by_key(entity, key) if entity else None


async def _preview(context: Context, change: SubscriptionChange, on: date | None = None) -> ProrationPreview:
    action, data = change.action()
    try:
        return previewed(await preview(context, action, data, on))
    except LifecycleError as error:
        return preview_refused(error)


@strawberry.type
class Query:
    customers: Connection[Customer] = customer_connection(edges.customers)
    subscriptions: Connection[CustomerSubscription] = subscription_connection(edges.subscriptions)
    products: Connection[Product] = connection(edges.products)
    invoices: Connection[Invoice] = invoice_connection(edges.invoices)
    webhook_endpoints: Connection[WebhookEndpoint] = connection(
        edges.webhook_endpoints, "Where the partner is told; empty on the customer's side."
    )

    available_numbers: Connection[PhoneNumber] = number_connection(
        edges.available_numbers,
        "Numbers in stock that could be added to, or swapped into, a subscription.",
    )
    node: Node | None = found(_node)
    customer: Customer | None = found(_customer)
    subscription: CustomerSubscription | None = found(_subscription)
    nodes: Any = found_all(_all_named, list[Node | None])
    viewer: Viewer = viewing("Who is asking, what they may do, and what 'today' is for them.")
    preview_proration: ProrationPreview = called(
        _preview,
        "What a change would cost, give back, schedule and provision, were it made now "
        "(or on `on`), without making it. Takes the very input that the mutation takes: send the same "
        "variables to both. The answer's `token`, sent with the mutation, makes the mutation charge "
        "exactly this or fail with QUOTE_STALE.",
        cost=ACTION_COST,
    )
