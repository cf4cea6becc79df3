"""Reads the rows of an edge: one statement for a batch of any number of parents.

Each batch has its own short read transaction, because sibling fields are resolved concurrently.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from aiodataloader import DataLoader
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Principal
from domain.subscription import Subscription
from models.engine import partner_transaction
from models.store.subscriptions import load_states
from models.store.unit_of_work import Clock, reading
from resolvers.deadline import join_request
from resolvers.edges import Edge, Entity, Order
from resolvers.retry import retrying
from resolvers.selection import ROOT, Selection, source_of, visible_rows


class Record:
    """A row with its entity."""

    __slots__ = ("entity", "row")

    def __init__(self, entity: Entity, row: Any) -> None:
        self.entity = entity
        self.row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


T = TypeVar("T")


@dataclass(frozen=True)
class SubscriptionSnapshot:
    """A subscription's state, and its customer's current day."""

    subscription: Subscription
    today: date


def _retrieve(future: asyncio.Future[Any]) -> None:
    """Retrieves a failure. Otherwise asyncio reports it if nobody waits for it any more."""
    if not future.cancelled():
        future.exception()


class Batches(DataLoader[UUID, T], Generic[T]):
    """A data loader over UUID keys with the batch function passed in."""

    def __init__(self, batch: Callable[[Sequence[UUID]], Awaitable[list[T]]]) -> None:
        super().__init__()
        self._batch = batch

    async def batch_load_fn(self, keys: list[UUID]) -> list[T]:
        join_request()
        return await self._batch(keys)

    async def value(self, key: UUID) -> T:
        """The batch's value for the key.

        Several fields may wait for it. If one is cancelled because a sibling failed, the others still get it.
        """
        future = self.load(key)
        future.add_done_callback(_retrieve)
        return await asyncio.shield(future)


class Loaders:
    """The batches of one request, on behalf of one principal."""

    def __init__(self, engine: AsyncEngine, principal: Principal, clock: Clock) -> None:
        self._engine = engine
        self._principal = principal
        self._clock = clock
        self._batches: dict[Hashable, Batches[Any]] = {}

    async def rows(self, selection: Selection, parent: UUID = ROOT) -> list[Record]:
        """The rows below that parent, in order. A page has one row more, if there is one."""
        batch = self._batch(("rows", selection.key), partial(self._load_rows, selection))
        rows: list[Record] = await batch.value(parent)
        return rows

    async def count(self, selection: Selection, parent: UUID = ROOT) -> int:
        """How many rows the selection has below that parent on all its pages."""
        key = ("count", id(selection.edge), selection.filter_key)
        return int(await self._batch(key, partial(self._load_counts, selection)).value(parent))

    async def one(self, entity: Entity, key: UUID) -> Record | None:
        """The entity's row with that key; None if the viewer may see none."""
        edge = Edge(entity, Order((entity.table.c[entity.key],)), remote=entity.key, local=entity.key)
        batch = self._batch(("one", entity.name), partial(self._load_rows, Selection(edge, edge.order)))
        rows: list[Record] = await batch.value(key)
        return rows[0] if rows else None

    async def fetch(self, statement: Select[Any]) -> Sequence[Any]:
        """All rows of a statement, in a short transaction. Raises UNAVAILABLE."""
        partner_id = self._principal.partner_id
        if partner_id is None:
            return []

        async def attempt() -> Sequence[Any]:
            async with partner_transaction(self._engine, partner_id) as connection:
                rows: Sequence[Any] = (await connection.execute(statement)).all()
                return rows

        return await retrying(attempt)

    async def snapshot(self, subscription_id: UUID) -> SubscriptionSnapshot:
        """The subscription's state, for computed fields."""
        load = partial(load_snapshots, self._engine, self._principal, self._clock)
        snapshot: SubscriptionSnapshot = await self._batch("snapshot", load).value(subscription_id)
        return snapshot

    def visible(self, entity: Entity) -> list[ColumnElement[bool]]:
        """The conditions under which the principal may see rows of the entity."""
        return visible_rows(entity, self._principal.partner_id, self._principal.customer_id)

    def _batch(self, key: Hashable, load: Callable[[Sequence[UUID]], Awaitable[list[Any]]]) -> Batches[Any]:
        if key not in self._batches:
            self._batches[key] = Batches(load)
        return self._batches[key]

    async def _load_rows(self, selection: Selection, parents: Sequence[UUID]) -> list[list[Record]]:
        conditions = [*self._conditions(selection.edge), *selection.conditions()]
        rows = await self.fetch(_page_statement(selection, parents, conditions))
        grouped: dict[UUID, list[Record]] = {parent: [] for parent in parents}
        for row in rows:
            grouped[row.parent_key].append(Record(selection.edge.target, row))
        if selection.backward:
            for page in grouped.values():
                page.reverse()
        return [grouped[parent] for parent in parents]

    async def _load_counts(self, selection: Selection, parents: Sequence[UUID]) -> list[int]:
        source, link = source_of(selection.edge)
        statement = select(link.label("parent_key"), func.count().label("number")).select_from(source)
        statement = statement.where(*self._conditions(selection.edge), *selection.filters)
        if selection.edge.local:
            statement = statement.where(link.in_(parents)).group_by(link)
        counts = {row.parent_key: row.number for row in await self.fetch(statement)}
        return [counts.get(parent, 0) for parent in parents]

    def _conditions(self, edge: Edge) -> list[ColumnElement[bool]]:
        """The conditions under which the principal may see rows of the edge."""
        return [*self.visible(edge.target), *edge.always]


def _page_statement(
    selection: Selection, parents: Sequence[UUID], conditions: list[ColumnElement[bool]]
) -> Select[Any]:
    """The rows of every parent. A lateral join cuts each parent's page."""
    source, link = source_of(selection.edge)
    page = selection.page
    rows = select(selection.edge.target.table).select_from(source).where(*conditions)
    rows = rows.order_by(*selection.sorting())
    if page:
        rows = rows.limit(page.limit + 1)
    if selection.edge.local is None:
        return rows.add_columns(literal(ROOT, Uuid).label("parent_key"))
    unnested = func.unnest(literal(list(parents), ARRAY(Uuid))).table_valued("key")
    keys = unnested.render_derived(name="parent")
    if page is None:
        return rows.where(link.in_(parents)).add_columns(link.label("parent_key"))
    below = rows.where(link == keys.c.key).lateral("below")
    return select(below, keys.c.key.label("parent_key")).select_from(keys.join(below, true()))


async def load_snapshots(
    engine: AsyncEngine, principal: Principal, clock: Clock, ids: Sequence[UUID]
) -> list[SubscriptionSnapshot]:
    """In the order of `ids`, which come from rows that the viewer may see."""
    partner_id = principal.partner_id
    if partner_id is None:
        raise ValueError("only a principal of a partner reads subscriptions")

    async def attempt() -> list[SubscriptionSnapshot]:
        async with reading(engine, partner_id, principal.actor, clock) as tx:
            states = await load_states(tx, ids)
            return [
                SubscriptionSnapshot(states[key], tx.today(states[key].customer.time_zone)) for key in ids
            ]

    return await retrying(attempt)
