"""The root of reading."""

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


@strawberry.input(one_of=True, description="Names a customer: set exactly one field.")
class CustomerKey:
    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="Its global id.")
    org_uuid: strawberry.Maybe[UUID] = strawberry.field(
        description="Its organization's key in other systems."
    )


@strawberry.input(one_of=True, description="Names a subscription: set exactly one field.")
class SubscriptionKey:
    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="Its global id.")
    reference: strawberry.Maybe[str] = strawberry.field(description='What people call it: "S-000042".')


@strawberry.type(description="The principal that the request's token names.")
class Viewer:
    role: Role = strawberry.field(description="What they may do: docs/guide/roles.md.")
    name: str = strawberry.field(description="As it stands in the history of what they do.")

    partner: Partner | None = found(
        lambda context: by_key(edges.PARTNER, context.principal.partner_id),
        description="Whose business it is; null for the platform's operator.",
    )
    customer: Customer | None = found(
        lambda context: by_key(edges.CUSTOMER, context.principal.customer_id),
        description="The organization, for the two roles on the customer's side; else null.",
    )

    @derived(
        "partner_id",
        partner_of,
        description="The instant by which actions count: a sandbox's own, else the real one.",
    )
    def now(self: Any, partner: Any, context: Context) -> datetime:
        return (partner.clock if partner else None) or context.clock()


def _customer(
    _context: Context,
    by: Annotated[CustomerKey, strawberry.argument(description="Which one, by its id or its organization.")],
) -> Selection | None:
    if by.id:
        return by_key(edges.CUSTOMER, key_of(by.id.value, "Customer"))
    return by_column(t.customer.c.org_uuid, edges.CUSTOMER, by.org_uuid.value if by.org_uuid else None)


def _subscription(
    _context: Context,
    by: Annotated[SubscriptionKey, strawberry.argument(description="Which one, by its id or its reference.")],
) -> Selection | None:
    if by.id:
        return by_key(edges.SUBSCRIPTION, key_of(by.id.value, "CustomerSubscription"))
    reference = by.reference.value if by.reference else None
    return by_column(t.subscription.c.reference, edges.SUBSCRIPTION, reference)


def _named(id: str) -> tuple[edges.Entity | None, UUID]:
    """The entity and the key of a global id; None for an unknown type. Raises BAD_USER_INPUT."""
    typename, key = parse_global_id(id)
    return edges.NODES.get(typename), key


def _all_named(
    ids: Annotated[
        list[strawberry.ID],
        strawberry.argument(
            description="Global ids, as the API gave them; any other text is refused with BAD_USER_INPUT."
        ),
    ],
) -> list[tuple[edges.Entity | None, UUID]]:
    return [_named(id) for id in ids]


def _node(
    _context: Context,
    id: Annotated[
        strawberry.ID,
        strawberry.argument(
            description="A global id, as the API gave it; any other text is refused with BAD_USER_INPUT."
        ),
    ],
) -> Selection | None:
    entity, key = _named(id)
    return by_key(entity, key) if entity else None


async def _preview(
    context: Context,
    change: Annotated[SubscriptionChange, strawberry.argument(description="What would be done.")],
    on: Annotated[
        date | None,
        strawberry.argument(
            description="The day for which it is asked, in the customer's time zone; today where left out."
        ),
    ] = None,
) -> ProrationPreview:
    action, data = change.action()
    try:
        return previewed(await preview(context, action, data, on))
    except LifecycleError as error:
        return preview_refused(error)


@strawberry.type(
    description="Reads, and changes nothing. What belongs to others is answered as if it did not exist."
)
class Query:
    customers: Connection[Customer] = customer_connection(
        edges.customers, description="The customers that the viewer may see; by name where no order is given."
    )
    subscriptions: Connection[CustomerSubscription] = subscription_connection(
        edges.subscriptions,
        description="The subscriptions that the viewer may see, ended ones included; by reference "
        "where no order is given.",
    )
    products: Connection[Product] = connection(edges.products, description="What the partner sells, by code.")
    invoices: Connection[Invoice] = invoice_connection(
        edges.invoices, description="The invoices that the viewer may see, the newest first."
    )
    webhook_endpoints: Connection[WebhookEndpoint] = connection(
        edges.webhook_endpoints,
        "The partner's endpoints, the oldest first; empty for a viewer on the customer's side.",
    )

    available_numbers: Connection[PhoneNumber] = number_connection(
        edges.available_numbers,
        "Numbers in stock that could be added to, or swapped into, a subscription; in order.",
    )
    node: Node | None = found(
        _node,
        description="Anything by its global id; null where there is none that the viewer may see. "
        "Source: Relay's object identification.",
    )
    customer: Customer | None = found(
        _customer, description="One customer; null where there is none that the viewer may see."
    )
    subscription: CustomerSubscription | None = found(
        _subscription, description="One subscription; null where there is none that the viewer may see."
    )
    nodes: Any = found_all(
        _all_named,
        list[Node | None],
        "Several things by their global ids, in the order given; null for each that the viewer may not see.",
    )
    viewer: Viewer = viewing("The principal: its name, its role, and the time that counts for it.")
    preview_proration: ProrationPreview = called(
        _preview,
        "Computes what a change would cost, give back, schedule and provision now (or on `on`), without "
        "making it. The input is that of the mutation: send the same variables to both. Send the answer's "
        "`token` with the mutation: it then charges exactly this, or fails with QUOTE_STALE.",
        cost=ACTION_COST,
    )
