"""Pages of an edge, as Relay connections: rows, cursors, and a count only when it is asked for."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from resolvers.loaders import ROOT, Loaders, Record, Selection
from resolvers.paging import Page, cursor_of


@dataclass(frozen=True)
class PageEdge:
    cursor: str
    node: Record


@dataclass(frozen=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class PageResult:
    """What a connection type's fields read."""

    def __init__(self, loaders: Loaders, selection: Selection, parent: UUID, rows: list[Record]) -> None:
        self._loaders, self._selection, self._parent = loaders, selection, parent
        page = selection.page or Page(0)
        self.has_more = len(rows) > page.limit
        kept = rows if not self.has_more else rows[1:] if page.backward else rows[: page.limit]
        self.edges = [PageEdge(cursor_of(selection.order, row), row) for row in kept]

    @property
    def page_info(self) -> PageInfo:
        page = self._selection.page or Page(0)
        forward_more = page.before is not None if page.backward else self.has_more
        backward_more = self.has_more if page.backward else page.after is not None
        cursors = [edge.cursor for edge in self.edges]
        return PageInfo(
            has_next_page=forward_more,
            has_previous_page=backward_more,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )

    async def total(self) -> int:
        return await self._loaders.count(self._selection, self._parent)


async def page_result(loaders: Loaders, selection: Selection, root: Any) -> PageResult:
    """The page of the selection below `root`, or of all that the viewer sees where the edge has no parent."""
    local = selection.edge.local
    parent = getattr(root, local) if local else ROOT
    return PageResult(loaders, selection, parent, await loaders.rows(selection, parent))
