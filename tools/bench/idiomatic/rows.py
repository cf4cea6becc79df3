"""Rows, and the loaders of one request."""

import os
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from aiodataloader import DataLoader
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, aliased

from models import tables as t
from models.engine import engine_url
from tools.bench.data import PARTNER

engine = create_async_engine(engine_url(os.environ["DATABASE_URL"]), pool_size=10)
sessions = async_sessionmaker(engine, expire_on_commit=False)


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
    """The rows of many parents, or the first ones of each, by a window function."""

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
    """The loaders of one request."""

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


async def found(query: Select[Any]) -> Sequence[Any]:
    async with sessions() as session:
        return (await session.scalars(query)).all()
