"""What a plan reads: one level for each edge that the operation follows."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import FieldNode, GraphQLField
from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, Text

from resolvers.edges import Edge, Entity
from resolvers.loaders import Loaders

Load = Callable[[Loaders, UUID], Awaitable[Any]]

LEVEL, ABOVE = 0, 1
"""Where a row says which level it is of, and which row above it belongs to: the how manieth, from 0."""

SEEN_FIRST = -1
"""What stands instead of a level's number in the row that is read before any other."""

CURSOR = "cursor"
"""What stands in `places` for the values of the level's order, as a JSON array."""

_NUMBER, _TEXT = BigInteger(), Text()
_OTHERS = ((Integer, _NUMBER), (Boolean, Boolean()), (DateTime, DateTime(timezone=True)))


def _type_of(column: Column[Any]) -> Any:
    """As what the column's values are read; as text whatever has no type of its own here."""
    return next((kind for of, kind in _OTHERS if isinstance(column.type, of)), _TEXT)


@dataclass(eq=False)
class RowLayout:
    """The places that the rows of all levels have, by type: each level uses some, and the others are null.

    A row is a record: LEVEL, ABOVE, and these.
    """

    types: list[Any] = field(default_factory=list)

    def one_of(self, kind: Any, taken: Collection[int]) -> int:
        """The index in a row of a place of that type which is not taken."""
        for slot, known in enumerate(self.types):
            if known is kind and ABOVE + 1 + slot not in taken:
                return ABOVE + 1 + slot
        self.types.append(kind)
        return ABOVE + len(self.types)


@dataclass(eq=False)
class Level:
    """Rows of one entity below those of `parent` (None: at the root); each once, for a to-one edge.

    `places` says where in a row the values are, by column; `links` are columns by which others are found
    below. `count_at` is where how many rows there are on all pages stands, in rows of its own. A page that
    is `peeked` has a row more than was asked for, where there is one. `beside` are variables of the
    generated function with the lists that they go through, as long as the rows themselves.
    """

    number: int
    entity: Entity
    edge: Edge | None
    parent: "Level | None"
    answer: Any
    takes: tuple[GraphQLField, FieldNode]
    slots: RowLayout
    paged: bool = False
    to_one: bool = False
    peeked: bool = False
    has_below: bool = False
    count_at: int | None = None
    places: dict[str, int] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    beside: list[tuple[str, str]] = field(default_factory=list)
    loads: list[tuple[str, Load]] = field(default_factory=list)

    def at(self, column: str) -> int:
        """Where the column's value is in a row."""
        return self._at(column, _type_of(self.entity.table.c[column]))

    def at_cursor(self) -> int:
        return self._at(CURSOR, _TEXT)

    def counted(self) -> None:
        self.count_at = self.slots.one_of(_NUMBER, ())

    def loaded(self, column: str, load: Load) -> int:
        """Which of the values that are loaded beforehand is that one."""
        if (column, load) not in self.loads:
            self.loads.append((column, load))
        return self.loads.index((column, load))

    def _at(self, name: str, kind: Any) -> int:
        if name not in self.places:
            self.places[name] = self.slots.one_of(kind, self.places.values())
        return self.places[name]
