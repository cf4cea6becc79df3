"""Fields that run an edge: what a type says about a field is its type and its edge, no code."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

import strawberry

from resolvers.connections import page_result
from resolvers.context import Info
from resolvers.edges import Edge
from resolvers.ids import to_global_id
from resolvers.loaders import Record, Selection
from resolvers.paging import page_of

T = TypeVar("T")


@strawberry.interface(description="Anything with a global id, that `node` can find again.")
class Node:
    @strawberry.field(description="Opaque, unique among all types, and stable.")
    def id(self: Any) -> strawberry.ID:
        return strawberry.ID(to_global_id(self.entity.name, self.row.id))

    @classmethod
    def resolve_type(cls, value: Record, _info: object, _type: object) -> str:
        return value.entity.name

    @classmethod
    def is_type_of(cls, _value: object, _info: object) -> bool:
        # Rows come by declared edges, whose target is the field's own type.
        return True


@strawberry.type(description="Where a page lies in its list. Source: Relay's connection specification.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(name="Edge")
class EdgeOf(Generic[T]):
    cursor: str
    node: T


@strawberry.type(name="Connection")
class Connection(Generic[T]):
    edges: list[EdgeOf[T]]
    page_info: PageInfo

    @strawberry.field(description="How many there are on all pages; counted only when asked for.")
    async def total_count(self: Any) -> int:
        return int(await self.total())


def one(edge: Edge, description: str | None = None) -> Any:
    """The one row at the edge's other end; null where there is none that the viewer may see."""

    async def resolve(root: Any, info: Info) -> Any:
        key = getattr(root, edge.local or "")
        return await info.context.loaders.one(edge.target, key) if key else None

    return strawberry.field(resolver=resolve, description=description)


def many(edge: Edge, convert: Callable[[Record], Any] | None = None, description: str | None = None) -> Any:
    """All rows at the edge's other end; for lists that are short by nature."""

    async def resolve(root: Any, info: Info) -> Any:
        rows = await info.context.loaders.rows(Selection(edge, edge.order), getattr(root, edge.local or ""))
        return [convert(row) for row in rows] if convert else rows

    return strawberry.field(resolver=resolve, description=description, metadata={"edge": edge})


def connection(edge: Edge, description: str | None = None) -> Any:
    """The rows at the edge's other end, in pages."""

    async def resolve(
        root: Any,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Any:
        page = page_of(first, after, last, before)
        return await page_result(info, Selection(edge, edge.order, page), root)

    return strawberry.field(resolver=resolve, description=description)


def last_day(column: str, description: str | None = None) -> Any:
    """The inclusive last day before a stored exclusive one."""

    def resolve(root: Any) -> date | None:
        ends_before: date | None = getattr(root, column)
        return ends_before - timedelta(days=1) if ends_before else None

    return strawberry.field(resolver=resolve, description=description)
