"""The yardstick "an afternoon's work": Strawberry, the SQLAlchemy ORM and a loader for each edge.

It answers the same operations over the same tables; it knows no tokens, no limits and no row-level security.
"""

import os
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import strawberry
from aiodataloader import DataLoader
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, aliased
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

from bench.data import PARTNER
from models import tables as t
from resolvers.ids import to_global_id

engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=10)
sessions = async_sessionmaker(engine, expire_on_commit=False)
DAY = timedelta(days=1)


class Base(DeclarativeBase):
    metadata = t.metadata


def _mapped(name: str) -> Any:
    return type(name.title().replace("_", ""), (Base,), {"__table__": t.metadata.tables[name]})


PartnerRow, CustomerRow, SubscriptionRow = _mapped("partner"), _mapped("customer"), _mapped("subscription")
PlanRow, PlanPriceRow, AddOnRow = _mapped("plan"), _mapped("plan_price"), _mapped("add_on")
AddOnPriceRow, NumberRow, SkuPriceRow = _mapped("add_on_price"), _mapped("phone_number"), _mapped("sku_price")
MemberRow, AssigneeRow = _mapped("member"), _mapped("assignee")
HistoryRow, LineRow = _mapped("history"), _mapped("charge_line")


def below(entity: Any, link: Any, order: Sequence[Any], first: int | None) -> DataLoader[UUID, list[Any]]:
    """For many parents: their rows, or the first of each's, by a window function."""

    async def load(keys: list[UUID]) -> list[list[Any]]:
        query = select(entity, link.label("parent")).where(entity.partner_id == PARTNER, link.in_(keys))
        if link.class_ is not entity:
            query = query.join(link.class_, link.class_.member_id == entity.id)
        if first is not None:
            place = func.row_number().over(partition_by=link, order_by=order).label("place")
            inner = query.add_columns(place).subquery()
            query = select(aliased(entity, inner), inner.c.parent).where(inner.c.place <= first)
            query = query.order_by(inner.c.place)
        else:
            query = query.order_by(*order)
        found: dict[UUID, list[Any]] = defaultdict(list)
        async with sessions() as session:
            for row, key in (await session.execute(query)).all():
                found[key].append(row)
        return [found[key] for key in keys]

    return DataLoader(load)


def by_id(entity: Any) -> DataLoader[UUID, Any]:
    async def load(keys: list[UUID]) -> list[Any]:
        async with sessions() as session:
            rows = await session.scalars(
                select(entity).where(entity.partner_id == PARTNER, entity.id.in_(keys))
            )
            found = {row.id: row for row in rows}
        return [found.get(key) for key in keys]

    return DataLoader(load)


class Loaders:
    """Those of one request."""

    def __init__(self) -> None:
        self._kept: dict[Any, DataLoader[UUID, Any]] = {}

    async def below(self, key: UUID, entity: Any, link: Any, *order: Any, first: int | None = None) -> Any:
        name = (entity, link.key, first)
        if name not in self._kept:
            self._kept[name] = below(entity, link, order, first)
        return await self._kept[name].load(key)

    async def one(self, entity: Any, key: UUID) -> Any:
        if entity not in self._kept:
            self._kept[entity] = by_id(entity)
        return await self._kept[entity].load(key)


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
class Money:
    amount: Decimal


def money(minor: int) -> Money:
    return Money(amount=Decimal(minor).scaleb(-2))


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
        return Term(number=self.term_number, starts_on=self.term_starts_on, ends_on=self.term_ends_before - DAY)

    @strawberry.field
    async def customer(self: Any, info: Info) -> Annotated["Customer", strawberry.lazy("bench.idiomatic")]:
        return await info.context.one(CustomerRow, self.customer_id)

    @strawberry.field
    async def plan(self: Any, info: Info) -> Plan:
        return await info.context.one(PlanRow, self.plan_id)

    @strawberry.field
    async def add_ons(self: Any, info: Info) -> list[AddOn]:
        return await info.context.below(self.id, AddOnRow, AddOnRow.subscription_id, AddOnRow.code, AddOnRow.id)

    @strawberry.field
    async def numbers(self: Any, info: Info, first: int) -> Connection[PhoneNumber]:
        order = NumberRow.e164, NumberRow.id
        return page(await info.context.below(self.id, NumberRow, NumberRow.subscription_id, *order, first=first))

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


async def found(query: Select[Any]) -> Sequence[Any]:
    async with sessions() as session:
        return (await session.scalars(query)).all()


@strawberry.type
class Query:
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
