"""What a plan reads: one level for each edge that the operation follows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import FieldNode, GraphQLField

from resolvers.edges import Edge, Entity
from resolvers.loaders import Loaders

Load = Callable[[Loaders, UUID], Awaitable[Any]]
KEY = "parent_key"


@dataclass(eq=False)
class Level:
    """Rows of one entity below those of `parent` (None: at the root).

    A row is an array: first the parent's key (or the row's own, for a to-one edge), then the values of its
    order, if it is `cursored`, then of `columns` in their order, and its global id, if it is `identified`.
    A page that is `peeked` has a row more than was asked for, where there is one.
    """

    number: int
    entity: Entity
    edge: Edge | None
    parent: "Level | None"
    answer: Any
    takes: tuple[GraphQLField, FieldNode]
    paged: bool = False
    to_one: bool = False
    cursored: bool = False
    counted: bool = False
    peeked: bool = False
    identified: bool = False
    columns: list[str] = field(default_factory=list)
    loads: list[tuple[str, Load]] = field(default_factory=list)

    @property
    def has_each_once(self) -> bool:
        """Whether no row can be there below several parents: over a table in between it can."""
        return self.to_one or self.edge is None or self.edge.via is None

    def at(self, column: str) -> int:
        """Where the column's value is in a row, once all levels are known."""
        if column not in self.columns:
            self.columns.append(column)
        return 2 + self.columns.index(column)

    def loaded(self, column: str, load: Load) -> int:
        """Which of the values that are loaded beforehand is that one."""
        if (column, load) not in self.loads:
            self.loads.append((column, load))
        return self.loads.index((column, load))
