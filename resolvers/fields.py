"""How a field is answered. A field says it once, as one of these; both ways of reading go by it.

`answer` is the reference: one field of one row, batched by the loaders. `resolvers/plan` compiles the same
declarations for whole operations.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID

from domain.principal import Principal
from resolvers.connections import PageResult, page_result
from resolvers.context import Context
from resolvers.edges import Edge, Entity
from resolvers.ids import to_global_id
from resolvers.loaders import Loaders, Record, Selection, by_keys
from resolvers.money import money


class Answer(Protocol):
    @property
    def answer(self) -> Callable[..., Any]:
        """Gives the field's value for a row, a context and the arguments; awaitable where it must be read."""


def whole(edge: Edge) -> Callable[[], Selection]:
    """All rows of the edge, in its own order."""
    selection = Selection(edge, edge.order)
    return lambda: selection


@dataclass(frozen=True, eq=False)
class One:
    """The one row at the edge's other end; None where there is none that the viewer may see.

    `missing` raises what is to be told of a row that is there but not the viewer's to see.
    """

    edge: Edge
    missing: Callable[[], Exception] | None = None

    async def answer(self, root: Any, context: Context) -> Record | None:
        key = getattr(root, self.edge.local or "")
        found = await context.loaders.one(self.edge.target, key) if key else None
        if found is None and self.missing:
            raise self.missing()
        return found


@dataclass(frozen=True, eq=False)
class Many:
    """All rows at the edge's other end that `select` chooses; for lists that are short by nature."""

    edge: Edge
    select: Callable[..., Selection]

    async def answer(self, root: Any, context: Context, **arguments: Any) -> list[Record]:
        rows = await context.loaders.rows(self.select(**arguments), getattr(root, self.edge.local or ""))
        return [row for row in rows if all(getattr(row, c) == getattr(root, c) for c in self.edge.alike)]


@dataclass(frozen=True, eq=False)
class Paged:
    """The rows at the edge's other end that `select` chooses, in pages."""

    edge: Edge
    select: Callable[..., Selection]

    async def answer(self, root: Any, context: Context, **arguments: Any) -> PageResult:
        return await page_result(context.loaders, self.select(**arguments), root)


@dataclass(frozen=True, eq=False)
class Found:
    """The one row that `select` names, if the viewer may see it; None names none."""

    select: Callable[..., Selection | None]

    async def answer(self, _root: Any, context: Context, **arguments: Any) -> Record | None:
        selection = self.select(context, **arguments)
        rows = await context.loaders.rows(selection) if selection else []
        return rows[0] if rows else None


@dataclass(frozen=True, eq=False)
class FoundAll:
    """The rows that `names` names, each by its entity and key; None for an entity that has no rows.

    None stands where the viewer may see no such row.
    """

    names: Callable[..., Sequence[tuple[Entity | None, UUID]]]

    async def answer(self, _root: Any, context: Context, **arguments: Any) -> list[Record | None]:
        async def row(entity: Entity | None, key: UUID) -> Record | None:
            return await context.loaders.one(entity, key) if entity else None

        return await asyncio.gather(*(row(*named) for named in self.names(**arguments)))

    async def named(self, _context: Context, **arguments: Any) -> list[tuple[str, str]]:
        """The same as names of types and keys, as they stand in JSON."""
        return [(entity.name if entity else "", str(key)) for entity, key in self.names(**arguments)]

    def among(self, entity: Entity, _context: Context, **arguments: Any) -> Selection:
        """Those of them that are of one entity."""
        return by_keys(entity, [key for of, key in self.names(**arguments) if of is entity])


@dataclass(frozen=True, eq=False)
class Made:
    """The row that a mutation made or changed. `key` reads its key in the payload: None for no row."""

    entity: Entity
    key: Callable[[Any], Any]

    def keys(self, payload: Any) -> Sequence[Any]:
        key = self.key(payload)
        return () if key is None else (key,)

    async def answer(self, root: Any, context: Context) -> Record | None:
        key = self.key(root)
        return None if key is None else await context.loaders.one(self.entity, key)


@dataclass(frozen=True, eq=False)
class MadeAll:
    """The rows that a mutation made, by the keys that the payload has."""

    entity: Entity
    keys: Callable[[Any], Sequence[UUID]]

    async def answer(self, root: Any, context: Context) -> list[Record | None]:
        return await asyncio.gather(*(context.loaders.one(self.entity, key) for key in self.keys(root)))


@dataclass(frozen=True, eq=False)
class Stored:
    """A column as it is, under another name than the field's."""

    column: str

    def answer(self, root: Any, _context: Context) -> Any:
        return getattr(root, self.column)


@dataclass(frozen=True, eq=False)
class LastDay:
    """The inclusive last day before a stored exclusive one."""

    column: str

    def answer(self, root: Any, _context: Context) -> date | None:
        ends_before: date | None = getattr(root, self.column)
        return ends_before - timedelta(days=1) if ends_before else None


@dataclass(frozen=True, eq=False)
class Amount:
    """A column of minor units as money. A `secret` one is None on the customer's side."""

    column: str
    secret: bool = False

    def answer(self, root: Any, context: Context) -> Any:
        if self.secret and not context.principal.sees_costs:
            return None
        return money(context, getattr(root, self.column))


@dataclass(frozen=True, eq=False)
class Parts:
    """Some columns of a row as an object of their own. A column's name, or another answer, for each field."""

    kind: Callable[..., Any]
    fields: Mapping[str, str | LastDay]

    def answer(self, root: Any, context: Context) -> Any:
        values = {
            name: getattr(root, part) if isinstance(part, str) else part.answer(root, context)
            for name, part in self.fields.items()
        }
        return self.kind(**values)


@dataclass(frozen=True, eq=False)
class Itself:
    """The same row, shown as an object of another type."""

    def answer(self, root: Any, _context: Context) -> Any:
        return root


@dataclass(frozen=True, eq=False)
class GlobalId:
    """The row's key, under the name of its type."""

    def answer(self, root: Any, _context: Context) -> str:
        return to_global_id(root.entity.name, root.row.id)


@dataclass(frozen=True, eq=False)
class Viewing:
    """Who asks."""

    def answer(self, _root: Any, context: Context) -> Principal:
        return context.principal


@dataclass(frozen=True, eq=False)
class Called:
    """What `call` answers to the context and the arguments."""

    call: Callable[..., Awaitable[Any]]

    async def answer(self, _root: Any, context: Context, **arguments: Any) -> Any:
        return await self.call(context, **arguments)


@dataclass(frozen=True, eq=False)
class Computed:
    """A value computed from some of the row's columns (None: from any), and from who asks."""

    compute: Callable[[Any, Context], Any]
    columns: tuple[str, ...] | None = None

    def answer(self, root: Any, context: Context) -> Any:
        return self.compute(root, context)


@dataclass(frozen=True, eq=False)
class Derived:
    """A value computed from something that is loaded for many rows at once, by the key that `column` holds.

    `compute` takes the row, what was loaded, and who asks; `columns` are what it reads of the row besides.
    """

    column: str
    load: Callable[[Loaders, UUID], Awaitable[Any]]
    compute: Callable[[Any, Any, Context], Any]
    columns: tuple[str, ...] | None = ()

    async def answer(self, root: Any, context: Context) -> Any:
        key = getattr(root, self.column)
        loaded = await self.load(context.loaders, key) if key else None
        return self.compute(root, loaded, context)
