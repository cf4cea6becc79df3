"""From an operation to a plan: the levels that it reads, and the source of the function that shapes them.

The generated function works from the deepest level up. Of each level it makes what its parents' rows have: a
dict of objects by their keys for a to-one edge, and else a list of objects for each row of the parent, in the
order of these, so that the two are gone through side by side.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLNamedType, GraphQLObjectType, is_object_type

from resolvers import fields as a
from resolvers.edges import Edge, Entity
from resolvers.plan.errors import UnservedError
from resolvers.plan.levels import Level, RowLayout
from resolvers.plan.output import Json, obj
from resolvers.plan.selection import Collector

Nodes = list[FieldNode]


@dataclass(frozen=True)
class Source:
    """What fields are asked of: a row of a level, or a Python object. `name` is its variable."""

    name: str
    level: Level | None = None


@dataclass(frozen=True)
class FieldRequest:
    """A field with how it is answered, its nodes and its subject."""

    kind: GraphQLObjectType
    field: GraphQLField
    answer: Any
    nodes: Nodes
    subject: Source

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
        self.singles: list[FieldRequest] = []
        self.constants: dict[str, Any] = {}
        self.lines: list[str] = []
        self._slots = RowLayout()
        self._beside: dict[str, str] = {}
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

    def level(
        self,
        entity: Entity,
        edge: Edge | None,
        asked: FieldRequest,
        *,
        paged: bool = False,
        to_one: bool = False,
    ) -> Source:
        """A new level, as a source: its rows have the variable r and the level's number."""
        number, parent = len(self.levels), asked.subject.level
        level = Level(number, entity, edge, parent, asked.answer, asked.takes, self._slots, paged, to_one)
        if edge and edge.local and parent:
            parent.links |= {edge.local, *edge.alike}
            parent.has_below = parent.has_below or not to_one
        self.levels.append(level)
        return Source(f"r{level.number}", level)

    def loop(self, level: Level) -> str:
        """Goes through the level's rows, and through what is beside them. For what has been said by then."""
        names, sources = zip((f"r{level.number}", f"data[{level.number}]"), *level.beside, strict=True)
        if not level.beside:
            return f"for {names[0]} in {sources[0]}"
        return f"for {', '.join(names)} in zip({', '.join(sources)}, strict=True)"

    def beside(self, level: Level | None, values: str) -> str:
        """The variable of one value for each of the level's rows; at the root, of the only one there is.

        What is asked for under several names is worked out once.
        """
        if values in self._beside:
            return self._beside[values]
        name = self._beside[values] = self.variable()
        if level is None:
            self.lines.append(f"[{name}] = {values}")
        else:
            self.lines.append(f"{name}s = {values}")
            level.beside.append((name, f"{name}s"))
        return name

    def below(self, level: Level, made: str) -> str:
        """What was made of the level's rows, in a list for each of those above them."""
        if level.parent is None:
            return f"[{made}]"
        return f"below(data[{level.number}], {made}, {self.size(level.parent)})"

    def size(self, level: Level | None) -> str:
        """How many rows the level has; the root counts as one."""
        return "1" if level is None else f"len(data[{level.number}])"

    def single(self, asked: FieldRequest) -> str:
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

    def display(self, kind: GraphQLNamedType, nodes: Nodes, value: Callable[[str, str, Nodes], Json]) -> Json:
        """What the nodes select, as an object; `value` gives that of a field.

        It is handed the response key, the field's name and the nodes that select it.
        """
        return obj(
            (key, Json(f'"{kind.name}"') if name == "__typename" else value(key, name, same))
            for key, name, same in self._selected(kind, nodes)
        )

    def asked(self, kind: GraphQLObjectType, name: str, nodes: Nodes, subject: Source) -> FieldRequest:
        """Raises UnservedError for a field that does not say how it is answered."""
        if name not in kind.fields:
            raise UnservedError("introspection")
        field = kind.fields[name]
        definition = field.extensions["strawberry-definition"]
        answer = definition.metadata.get("answer")
        if answer is None and definition.base_resolver is not None:
            raise UnservedError(f"{kind.name}.{name}")
        return FieldRequest(kind, field, answer or a.Stored(definition.python_name), nodes, subject)
