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
"""Places in a row: the number of its level, and the index of the row above it, from 0."""

FIRST_ROW = -1
"""In place of a level's number, in the row that is read before all others."""

CURSOR = "cursor"
"""Key of `places`: the values of the level's order, as a JSON array."""

_NUMBER, _TEXT = BigInteger(), Text()
_READ_AS = ((Integer, _NUMBER), (Boolean, Boolean()), (DateTime, DateTime(timezone=True)))


def _type_of(column: Column[Any]) -> Any:
    """The type of the place that holds the column's values: text unless another one fits."""
    return next((place for kind, place in _READ_AS if isinstance(column.type, kind)), _TEXT)


@dataclass(eq=False)
class RowLayout:
    """The places of a row, by type. All levels share them: each level uses some, and the others are null.

    A row is a record of LEVEL, ABOVE, and these.
    """

    types: list[Any] = field(default_factory=list)

    def place(self, kind: Any, taken: Collection[int]) -> int:
        """The index in a row of a place of that type that is not in `taken`."""
        for place, existing in enumerate(self.types, ABOVE + 1):
            if existing is kind and place not in taken:
                return place
        self.types.append(kind)
        return ABOVE + len(self.types)


@dataclass(eq=False)
class Level:
    """Rows of one entity below the rows of `parent`, or at the root. With `to_one`, each row is read once.

    `call` is the field with the node that has its arguments. `places` are the indexes of columns in a row,
    `links` the columns by which levels below find their rows. `count_at` is the place of the number of rows
    on all pages; separate rows have it. If `peeked`, a page is read with one row more. `beside` are variables
    of the generated function with their lists, each as long as the rows.
    """

    number: int
    entity: Entity
    edge: Edge | None
    parent: "Level | None"
    answer: Any
    call: tuple[GraphQLField, FieldNode]
    layout: RowLayout
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
        """The column's place in a row."""
        return self._at(column, _type_of(self.entity.table.c[column]))

    def at_cursor(self) -> int:
        return self._at(CURSOR, _TEXT)

    def counted(self) -> None:
        self.count_at = self.layout.place(_NUMBER, ())

    def loaded(self, column: str, load: Load) -> int:
        """The index of these values among those that are loaded before the answer is written."""
        if (column, load) not in self.loads:
            self.loads.append((column, load))
        return self.loads.index((column, load))

    def _at(self, name: str, kind: Any) -> int:
        if name not in self.places:
            self.places[name] = self.layout.place(kind, self.places.values())
        return self.places[name]
