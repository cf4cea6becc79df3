"""The types and their resolvers."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import strawberry
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

from resolvers.ids import to_global_id
from tools.bench.data import PARTNER
from tools.bench.idiomatic.preview import Money, Quoting, money
from tools.bench.idiomatic.rows import (
    AddOnRow,
    AssigneeRow,
    CustomerRow,
    HistoryRow,
    LineRow,
    Loaders,
    MemberRow,
    NumberRow,
    PlanRow,
    SubscriptionRow,
    found,
)

DAY = timedelta(days=1)
Info = strawberry.Info[Loaders, None]
Node = TypeVar("Node")


def global_id(typename: str) -> Any:
    def resolve(self: Any) -> strawberry.ID:
        return strawberry.ID(to_global_id(typename, self.id))

    return strawberry.field(resolve)


@strawberry.type
class Edge(Generic[Node]):
    node: Node


@strawberry.type
class Connection(Generic[Node]):
    edges: list[Edge[Node]]


def page(rows: Sequence[Any]) -> Any:
    return Connection(edges=[Edge(node=row) for row in rows])


@strawberry.type
class ChargeLine:
    kind: str
    quantity: int

    @strawberry.field
    def period_starts_on(self: Any) -> date:
        return self.starts_on

    @strawberry.field
    def period_ends_on(self: Any) -> date:
        return self.ends_before - DAY

    @strawberry.field
    def price(self: Any) -> Money:
        return money(self.price)


@strawberry.type
class HistoryRecord:
    id: strawberry.ID = global_id("HistoryRecord")
    action: str
    actor: str
    effective_on: date
    summary: str

    @strawberry.field
    async def lines(self: Any, info: Info) -> list[ChargeLine]:
        order = LineRow.position, LineRow.id
        return await info.context.below(self.id, LineRow, LineRow.record_id, *order)


@strawberry.type
class Plan:
    id: strawberry.ID = global_id("Plan")
    code: str
    name: str


@strawberry.type
class AddOn:
    id: strawberry.ID = global_id("AddOn")
    code: str
    name: str
    quantity: int
    status: str


@strawberry.type
class PhoneNumber:
    id: strawberry.ID = global_id("PhoneNumber")
    e164: str
    sku_code: str


@strawberry.type
class Member:
    id: strawberry.ID = global_id("Member")
    name: str
    email: str


@strawberry.type
class Term:
    number: int
    starts_on: date
    ends_on: date


@strawberry.type
class CustomerSubscription:
    id: strawberry.ID = global_id("CustomerSubscription")
    reference: str
    status: str
    quantity: int
    auto_renewal: bool
    purchased_on: date
    version: int

    @strawberry.field
    def term(self: Any) -> Term:
        return Term(
            number=self.term_number, starts_on=self.term_starts_on, ends_on=self.term_ends_before - DAY
        )

    @strawberry.field
    async def customer(
        self: Any, info: Info
    ) -> Annotated["Customer", strawberry.lazy("tools.bench.idiomatic.graph")]:
        return await info.context.one(CustomerRow, self.customer_id)

    @strawberry.field
    async def plan(self: Any, info: Info) -> Plan:
        return await info.context.one(PlanRow, self.plan_id)

    @strawberry.field
    async def add_ons(self: Any, info: Info) -> list[AddOn]:
        return await info.context.below(
            self.id, AddOnRow, AddOnRow.subscription_id, AddOnRow.code, AddOnRow.id
        )

    @strawberry.field
    async def numbers(self: Any, info: Info, first: int) -> Connection[PhoneNumber]:
        order = NumberRow.e164, NumberRow.id
        return page(
            await info.context.below(self.id, NumberRow, NumberRow.subscription_id, *order, first=first)
        )

    @strawberry.field
    async def assignees(self: Any, info: Info, first: int) -> Connection[Member]:
        order = MemberRow.name, MemberRow.id
        return page(
            await info.context.below(self.id, MemberRow, AssigneeRow.subscription_id, *order, first=first)
        )

    @strawberry.field
    async def history(self: Any, info: Info, first: int) -> Connection[HistoryRecord]:
        order = HistoryRow.version.desc(), HistoryRow.id.desc()
        return page(
            await info.context.below(self.id, HistoryRow, HistoryRow.subscription_id, *order, first=first)
        )


@strawberry.type
class Customer:
    id: strawberry.ID = global_id("Customer")
    org_uuid: UUID
    name: str
    time_zone: str

    @strawberry.field
    async def subscriptions(self: Any, info: Info, first: int) -> Connection[CustomerSubscription]:
        order = SubscriptionRow.reference, SubscriptionRow.id
        return page(
            await info.context.below(
                self.id, SubscriptionRow, SubscriptionRow.customer_id, *order, first=first
            )
        )


@strawberry.input
class SubscriptionKey:
    reference: str


@strawberry.type
class Query(Quoting):
    @strawberry.field
    async def customers(self, first: int) -> Connection[Customer]:
        query = select(CustomerRow).where(CustomerRow.partner_id == PARTNER)
        return page(await found(query.order_by(CustomerRow.name, CustomerRow.id).limit(first)))

    @strawberry.field
    async def subscriptions(self, first: int) -> Connection[CustomerSubscription]:
        query = select(SubscriptionRow).where(SubscriptionRow.partner_id == PARTNER)
        return page(await found(query.order_by(SubscriptionRow.reference, SubscriptionRow.id).limit(first)))

    @strawberry.field
    async def subscription(self, by: SubscriptionKey) -> CustomerSubscription | None:
        query = select(SubscriptionRow).where(SubscriptionRow.partner_id == PARTNER)
        return next(iter(await found(query.where(SubscriptionRow.reference == by.reference))), None)


class Endpoint(GraphQL[Loaders, None]):
    async def get_context(self, request: Any, response: Any) -> Any:
        return Loaders()


schema = strawberry.Schema(Query)
app = Starlette(routes=[Route("/graphql", Endpoint(schema))])
