"""From an operation to a plan: the levels that it reads, and the source of the function that shapes them.

The generated function works from the deepest level up. Of each level it makes what its parents pick from: a
dict of objects for a to-one edge, groups of rows for a list, and a function besides for pages.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLNamedType, GraphQLObjectType, is_object_type

from resolvers import answers as a
from resolvers.edges import Edge, Entity
from resolvers.plan.collect import Collector
from resolvers.plan.errors import UnservedError
from resolvers.plan.levels import Level

Nodes = list[FieldNode]


@dataclass(frozen=True)
class Subject:
    """What fields are asked of: a row of a level, or a Python object. `name` is its variable."""

    name: str
    level: Level | None = None


@dataclass(frozen=True)
class Asked:
    """A field with how it is answered, its nodes and its subject."""

    kind: GraphQLObjectType
    field: GraphQLField
    answer: Any
    nodes: Nodes
    subject: Subject

    @property
    def takes(self) -> tuple[GraphQLField, FieldNode]:
        """What the field's arguments stand in."""
        return self.field, self.nodes[0]


class Compilation:
    """What grows while an operation is compiled."""

    def __init__(self, collector: Collector, entities: Mapping[str, Any]) -> None:
        """`entities` are the names of the types that fields at the root turn out to be of, by their paths.

        One name, or None, for a field of one row; several for a list.
        """
        self._collector = collector
        self._entities = entities
        self.levels: list[Level] = []
        self.singles: list[Asked] = []
        self.constants: dict[str, Any] = {}
        self.lines: list[str] = []
        self._variables = 0

    def constant(self, value: Any) -> str:
        """The name by which the generated code knows the value."""
        for name, known in self.constants.items():
            if known is value:
                return name
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def variable(self) -> str:
        self._variables += 1
        return f"o{self._variables}"

    def level(self, entity: Entity, edge: Edge | None, asked: Asked, **how: Any) -> Subject:
        """A new level, as a subject: its rows have the variable r and the level's number."""
        number, parent = len(self.levels), asked.subject.level
        level = Level(number, entity, edge, parent, asked.answer, asked.takes, **how)
        self.levels.append(level)
        return Subject(f"r{level.number}", level)

    def single(self, asked: Asked) -> str:
        """A value that is awaited once, before anything is shaped."""
        self.singles.append(asked)
        return f"singles[{len(self.singles) - 1}]"

    def type_at(self, path: str, kind: Any) -> Any:
        """The object type of a field at the root; None where there can be nothing."""
        if is_object_type(kind):
            return kind
        name = self._entities[path]
        return self._collector.schema.get_type(name) if name else None

    def types_at(self, path: str) -> Sequence[str]:
        """The names of the object types among which a field at the root names rows."""
        return self._entities[path] or ()

    def type_named(self, name: str) -> Any:
        return self._collector.schema.get_type(name)

    def _selected(self, kind: GraphQLNamedType, nodes: Nodes) -> Iterator[tuple[str, str, Nodes]]:
        """Response key, field name and nodes of all that the nodes select below."""
        found = self._collector.fields(kind, [node.selection_set for node in nodes])
        return ((key, same[0].name.value, same) for key, same in found.items())

    def display(self, kind: GraphQLNamedType, nodes: Nodes, text: Callable[[str, str, Nodes], str]) -> str:
        """What the nodes select, as a dict display; `text` gives the expression of a field.

        It is handed the response key, the field's name and the nodes that select it.
        """
        parts = [
            f"{key!r}: {repr(kind.name) if name == '__typename' else text(key, name, same)}"
            for key, name, same in self._selected(kind, nodes)
        ]
        return "{" + ", ".join(parts) + "}"

    def asked(self, kind: GraphQLObjectType, name: str, nodes: Nodes, subject: Subject) -> Asked:
        """Raises UnservedError for a field that does not say how it is answered."""
        if name not in kind.fields:
            raise UnservedError("introspection")
        field = kind.fields[name]
        definition = field.extensions["strawberry-definition"]
        answer = definition.metadata.get("answer")
        if answer is None and definition.base_resolver is not None:
            raise UnservedError(f"{kind.name}.{name}")
        return Asked(kind, field, answer or a.Stored(definition.python_name), nodes, subject)
