"""The root of reading."""

import asyncio
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.errors import LifecycleError
from models import tables as t
from resolvers import edges
from resolvers.auth import Role
from resolvers.connections import page_result
from resolvers.context import Info
from resolvers.ids import key_of, parse_global_id
from resolvers.lifecycle import preview
from resolvers.loaders import Record, Selection
from resolvers.paging import page_of
from schema.cost import ACTION_COST
from schema.fields import Connection, Node, connection
from schema.filters import customer_connection, invoice_connection, subscription_connection
from schema.inputs.preview import SubscriptionChange
from schema.types.catalogue import Product
from schema.types.endpoints import WebhookEndpoint
from schema.types.ledger import Invoice
from schema.types.parties import Customer, Partner
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

    @strawberry.field(graphql_type=Partner | None)
    async def partner(self: Any, info: Info) -> Any:
        key = info.context.principal.partner_id
        return await info.context.loaders.one(edges.PARTNER, key) if key else None

    @strawberry.field(graphql_type=Customer | None)
    async def customer(self: Any, info: Info) -> Any:
        key = info.context.principal.customer_id
        return await info.context.loaders.one(edges.CUSTOMER, key) if key else None

    @strawberry.field(description="The time by which actions count: a sandbox's own, else the real one.")
    async def now(self: Any, info: Info) -> datetime:
        key = info.context.principal.partner_id
        partner = await info.context.loaders.one(edges.PARTNER, key) if key else None
        return (partner.clock if partner else None) or info.context.clock()


async def _find(info: Info, text: str) -> Record | None:
    typename, key = parse_global_id(text)
    entity = edges.NODES.get(typename)
    return await info.context.loaders.one(entity, key) if entity else None


async def _by(info: Info, entity: edges.Entity, column: str, value: object) -> Record | None:
    edge = edges.Edge(entity, edges.Order((entity.table.c.id,)))
    matching = (entity.table.c[column] == value,)
    rows = await info.context.loaders.rows(
        Selection(edge, edge.order, filters=matching, filter_key=(entity.name, column, value))
    )
    return rows[0] if rows else None


@strawberry.type
class Query:
    customers: Connection[Customer] = customer_connection(edges.customers)
    subscriptions: Connection[CustomerSubscription] = subscription_connection(edges.subscriptions)
    products: Connection[Product] = connection(edges.products)
    invoices: Connection[Invoice] = invoice_connection(edges.invoices)
    webhook_endpoints: Connection[WebhookEndpoint] = connection(
        edges.webhook_endpoints, "Where the partner is told; empty on the customer's side."
    )

    @strawberry.field(graphql_type=Node | None)
    async def node(self, info: Info, id: strawberry.ID) -> Any:
        return await _find(info, id)

    @strawberry.field(graphql_type=list[Node | None])
    async def nodes(self, info: Info, ids: list[strawberry.ID]) -> Any:
        return await asyncio.gather(*(_find(info, one) for one in ids))

    @strawberry.field(
        graphql_type=Viewer, description="Who is asking, what they may do, and what 'today' is for them."
    )
    async def viewer(self, info: Info) -> Any:
        return info.context.principal

    @strawberry.field(graphql_type=Customer | None)
    async def customer(self, info: Info, by: CustomerKey) -> Any:
        if by.id:
            return await info.context.loaders.one(edges.CUSTOMER, key_of(by.id.value, "Customer"))
        return await _by(info, edges.CUSTOMER, "org_uuid", by.org_uuid.value if by.org_uuid else None)

    @strawberry.field(graphql_type=CustomerSubscription | None)
    async def subscription(self, info: Info, by: SubscriptionKey) -> Any:
        if by.id:
            key = key_of(by.id.value, "CustomerSubscription")
            return await info.context.loaders.one(edges.SUBSCRIPTION, key)
        return await _by(info, edges.SUBSCRIPTION, "reference", by.reference.value if by.reference else None)

    @strawberry.field(
        graphql_type=Connection[PhoneNumber],
        description="Numbers in stock that could be added to, or swapped into, a subscription.",
    )
    async def available_numbers(
        self,
        info: Info,
        sku_code: str | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Any:
        edge, page = edges.available_numbers, page_of(first, after, last, before)
        filters = () if sku_code is None else (t.phone_number.c.sku_code == sku_code,)
        return await page_result(info, Selection(edge, edge.order, page, filters, sku_code), None)

    @strawberry.field(
        description="What a change would cost, give back, schedule and provision, were it made now "
        "(or on `on`), without making it. Takes the very input that the mutation takes: send the same "
        "variables to both. The answer's `token`, sent with the mutation, makes the mutation charge "
        "exactly this or fail with QUOTE_STALE.",
        metadata={"cost": ACTION_COST},
    )
    async def preview_proration(
        self, info: Info, change: SubscriptionChange, on: date | None = None
    ) -> ProrationPreview:
        action, data = change.action()
        try:
            return previewed(await preview(info.context, action, data, on))
        except LifecycleError as error:
            return preview_refused(error)
