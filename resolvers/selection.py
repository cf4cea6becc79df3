"""Which rows are read: selections of an edge, and the conditions under which a viewer sees them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, FromClause, Uuid, and_, any_, false, literal, select

from resolvers.edges import Edge, Entity, Order
from resolvers.paging import PageBounds, beyond

ROOT = UUID(int=0)
"""The parent of edges that start at the root."""


@dataclass(frozen=True)
class Selection:
    """The rows of an edge to read. The same selection for many parents is one batch."""

    edge: Edge
    order: Order
    page: PageBounds | None = None
    filters: tuple[ColumnElement[bool], ...] = ()
    filter_key: Hashable = None
    keys: Sequence[Any] | None = None
    """The rows' keys, if only these choose the rows."""
    empty: bool = False
    """True if there are surely no such rows."""

    @property
    def backward(self) -> bool:
        return self.page is not None and self.page.backward

    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions of its filters and cursors. Raises BAD_USER_INPUT for a cursor of another list."""
        conditions, page = list(self.filters), self.page
        if page and page.after is not None:
            conditions.append(beyond(self.order, page.after, after=True))
        if page and page.before is not None:
            conditions.append(beyond(self.order, page.before, after=False))
        return conditions

    def sorting(self) -> list[ColumnElement[Any]]:
        """Its order, reversed for a page that is taken from the end."""
        descending = self.order.descending is not self.backward
        return [c.desc() if descending else c.asc() for c in self.order.columns]

    @property
    def key(self) -> Hashable:
        return (id(self.edge), self.order, self.page, self.filter_key)


def among(column: Column[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether the column has one of the values. They are one parameter."""
    return column == any_(literal(list(values), ARRAY(column.type)))


def by_key(entity: Entity, key: UUID | None) -> Selection | None:
    """The one row with that key; None for no key."""
    return by_column(entity.table.c[entity.key], entity, key)


def by_column(column: Column[Any], entity: Entity, value: object) -> Selection | None:
    """The one row with that value in a unique column; None for no value."""
    if value is None:
        return None
    edge = _edge_to(column, entity)
    return Selection(edge, edge.order, filters=(column == value,), filter_key=(column.key, value))


def by_keys(entity: Entity, keys: Sequence[Any]) -> Selection:
    """The rows with those keys, in any order."""
    column = entity.table.c[entity.key]
    edge = _edge_to(column, entity)
    filters = (among(column, keys),)
    return Selection(edge, edge.order, filters=filters, filter_key=tuple(keys), keys=keys, empty=not keys)


def none_of(entity: Entity) -> Selection:
    """No row at all."""
    edge = _edge_to(entity.table.c[entity.key], entity)
    return Selection(edge, edge.order, filters=(false(),), empty=True)


@cache
def _edge_to(column: Column[Any], entity: Entity) -> Edge:
    return Edge(entity, Order((column,)))


def visible_rows(entity: Entity, partner_id: Any, customer_id: Any) -> list[ColumnElement[bool]]:
    """The conditions under which the partner, or its customer with that id, sees rows."""
    table = entity.table
    own = table.c.partner_id if "partner_id" in table.c else table.c.id
    conditions: list[ColumnElement[bool]] = [own == partner_id]
    if customer_id is not None and entity.scope:
        conditions.append(entity.scope(customer_id))
    return conditions


def source_of(edge: Edge) -> tuple[FromClause, ColumnElement[Any]]:
    """The FROM of an edge, and its column that equals the parent's."""
    table = edge.target.table
    if edge.local is None or edge.remote is None:
        return table, literal(ROOT, Uuid)
    if edge.via is None:
        return table, table.c[edge.remote]
    columns = (edge.via.c.partner_id, edge.via.c[edge.remote], edge.via.c[edge.via_key or ""])
    via = select(*columns)
    if not set(edge.via.primary_key) <= set(columns):
        via = via.distinct()  # several lines of one invoice name the same pair
    pairs = via.subquery()
    same = and_(pairs.c.partner_id == table.c.partner_id, pairs.c[edge.via_key or ""] == table.c.id)
    return table.join(pairs, same), pairs.c[edge.remote]
