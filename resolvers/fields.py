"""How a field is answered. Each field is declared as one of seven kinds.

`answer` is the reference way: it answers one field of one row, and the loaders batch its reads.
`resolvers/plan` compiles the same declarations for a whole operation.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.currency import to_decimal
from domain.principal import Principal
from resolvers.context import Context
from resolvers.edges import Edge, Entity
from resolvers.ids import to_global_id
from resolvers.loaders import Loaders, Record
from resolvers.paging import PageBounds, cursor_of
from resolvers.selection import ROOT, Selection, by_keys, none_of

Conversion = Callable[[Any, Any, Context], Any]
"""Takes a column's value, its row and the context."""

Reference = tuple[Entity | None, Any]
"""An entity and a key; no entity for a type that has no rows."""


class Answer(Protocol):
    @property
    def answer(self) -> Callable[..., Any]:
        """A function of the parent object, the context and the arguments. Its value may be awaitable."""


class Money(NamedTuple):
    """An amount with as many decimal digits as its currency has."""

    amount: Decimal
    currency: str


def money(context: Context, minor: int) -> Money:
    """`minor` units of the partner's currency."""
    return Money(to_decimal(minor, context.currency), context.currency)


def viewer(_root: Any, context: Context) -> Principal:
    return context.principal


def last_day(ends_before: date | None, _row: Any, _context: Context) -> date | None:
    """The inclusive last day before the stored exclusive one."""
    return ends_before - timedelta(days=1) if ends_before else None


def amount(minor: int, _row: Any, context: Context) -> Money:
    return money(context, minor)


def secret_amount(minor: int, _row: Any, context: Context) -> Money | None:
    """None on the customer's side."""
    return money(context, minor) if context.principal.sees_costs else None


def global_id(key: UUID, row: Any, _context: Context) -> str:
    return to_global_id(row.entity.name, key)


@dataclass(frozen=True, eq=False)
class Column:
    """A column of the row, or an attribute of the object; converted if `convert` is given."""

    name: str
    convert: Conversion | None = None

    def answer(self, root: Any, context: Context) -> Any:
        value = getattr(root, self.name)
        return self.convert(value, root, context) if self.convert else value


@dataclass(frozen=True, eq=False)
class Object:
    """An object made from the parent row; at the root, the viewer.

    With `parts`, its fields are these columns of the row.
    """

    make: Callable[[Any, Context], Any]
    parts: Mapping[str, Column] = field(default_factory=dict)

    def answer(self, root: Any, context: Context) -> Any:
        return self.make(root, context)


@dataclass(frozen=True, eq=False)
class Keys:
    """The rows of one entity whose keys `read` takes from a mutation's payload."""

    entity: Entity
    read: Callable[[Any], Sequence[Any]]


@dataclass(frozen=True, eq=False)
class One:
    """One row, by an edge, by keys, or by a selection that depends on the arguments.

    None if the viewer may see no such row. With `missing`, it raises that error instead.
    """

    where: Edge | Keys | Callable[..., Selection | None]
    missing: Callable[[], Exception] | None = None

    def selection(self, entity: Entity, root: Any, context: Context, **arguments: Any) -> Selection:
        """The row at the root of an operation."""
        if isinstance(self.where, Keys):
            return by_keys(entity, self.where.read(root))
        selection = None if isinstance(self.where, Edge) else self.where(context, **arguments)
        return selection or none_of(entity)

    async def answer(self, root: Any, context: Context, **arguments: Any) -> Record | None:
        if isinstance(self.where, Edge):
            row = await _row(context, self.where.target, getattr(root, self.where.local or ""))
        elif isinstance(self.where, Keys):
            row = await _row(context, self.where.entity, next(iter(self.where.read(root)), None))
        else:
            selection = self.where(context, **arguments)
            rows = await context.loaders.rows(selection) if selection else []
            row = rows[0] if rows else None
        if row is None and self.missing:
            raise self.missing()
        return row


async def _row(context: Context, entity: Entity | None, key: Any) -> Record | None:
    return await context.loaders.one(entity, key) if entity and key is not None else None


@dataclass(frozen=True, eq=False)
class Many:
    """All rows of a short list, by an edge, by keys, or by references that depend on the arguments.

    `select` takes the arguments of a field with an edge. An edge omits rows that the viewer may not see;
    otherwise they are None.
    """

    where: Edge | Keys | Callable[..., Sequence[Reference]]
    select: Callable[..., Selection] | None = None

    def selection(self, entity: Entity, root: Any, _context: Context, **arguments: Any) -> Selection:
        """The rows that are of that entity."""
        if isinstance(self.where, Edge):
            return self.select(**arguments) if self.select else Selection(self.where, self.where.order)
        return by_keys(entity, [key for of, key in self.references(root, **arguments) if of is entity])

    def references(self, root: Any, **arguments: Any) -> Sequence[Reference]:
        """The rows in their order; empty for an edge."""
        if isinstance(self.where, Keys):
            return [(self.where.entity, key) for key in self.where.read(root)]
        return () if isinstance(self.where, Edge) else self.where(**arguments)

    async def answer(self, root: Any, context: Context, **arguments: Any) -> list[Record | None]:
        if not isinstance(self.where, Edge):
            references = self.references(root, **arguments)
            return await asyncio.gather(*(_row(context, *reference) for reference in references))
        edge = self.where
        selection = self.selection(edge.target, root, context, **arguments)
        rows = await context.loaders.rows(selection, getattr(root, edge.local or ""))
        return [row for row in rows if all(getattr(row, c) == getattr(root, c) for c in edge.alike)]


@dataclass(frozen=True, eq=False)
class Page:
    """The rows at the edge's other end, in pages. `select` chooses them by the arguments."""

    where: Edge
    select: Callable[..., Selection]

    def selection(self, _entity: Entity, _root: Any, _context: Context, **arguments: Any) -> Selection:
        return self.select(**arguments)

    async def answer(self, root: Any, context: Context, **arguments: Any) -> "PageResult":
        selection = self.select(**arguments)
        parent = getattr(root, self.where.local) if self.where.local else ROOT
        rows = await context.loaders.rows(selection, parent)
        return PageResult(context.loaders, selection, parent, rows)


@dataclass(frozen=True, eq=False)
class Computed:
    """A value computed from the row's `columns` (None: from any) and the context.

    With `load`, also from the value that it loads for the key in the column `key`, batched for many rows.
    """

    compute: Callable[..., Any]
    columns: tuple[str, ...] | None = None
    key: str = ""
    load: Callable[[Loaders, UUID], Awaitable[Any]] | None = None

    def answer(self, root: Any, context: Context) -> Any:
        return self._loaded_answer(root, context) if self.load else self.compute(root, context)

    async def _loaded_answer(self, root: Any, context: Context) -> Any:
        key = getattr(root, self.key)
        loaded = await self.load(context.loaders, key) if key and self.load else None
        return self.compute(root, loaded, context)


@dataclass(frozen=True, eq=False)
class Called:
    """The result of `call` with the context and the arguments."""

    call: Callable[..., Awaitable[Any]]

    async def answer(self, _root: Any, context: Context, **arguments: Any) -> Any:
        return await self.call(context, **arguments)


class PageEdge(NamedTuple):
    cursor: str
    node: Record


class PageInfo(NamedTuple):
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class PageResult:
    """The object behind the fields of a connection. Rows are counted only if `total` is called."""

    def __init__(self, loaders: Loaders, selection: Selection, parent: UUID, rows: list[Record]) -> None:
        """`rows` has one row more than the page if another page follows."""
        self._loaders, self._selection, self._parent = loaders, selection, parent
        page = self._page = selection.page or PageBounds(0)
        self._has_more = len(rows) > page.limit
        self.nodes = rows if not self._has_more else rows[1:] if page.backward else rows[: page.limit]

    @property
    def edges(self) -> list[PageEdge]:
        return [PageEdge(self._cursor(row), row) for row in self.nodes]

    @property
    def page_info(self) -> PageInfo:
        page = self._page
        return PageInfo(
            has_next_page=page.before is not None if page.backward else self._has_more,
            has_previous_page=self._has_more if page.backward else page.after is not None,
            start_cursor=self._cursor(self.nodes[0]) if self.nodes else None,
            end_cursor=self._cursor(self.nodes[-1]) if self.nodes else None,
        )

    def _cursor(self, row: Record) -> str:
        return cursor_of(self._selection.order, row)

    async def total(self) -> int:
        return await self._loaders.count(self._selection, self._parent)
