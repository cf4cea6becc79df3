"""Compiles an operation: to the levels that it reads, and to the function that writes its answer.

The generated function works from the deepest level up. A to-one edge becomes a dict of objects by key. Any
other edge becomes a list of objects for each row above, in the order of these rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLNamedType, GraphQLObjectType, is_object_type

from resolvers import fields as kinds
from resolvers.edges import Edge, Entity
from resolvers.plan.document import BoundOperation, UnservedError
from resolvers.plan.level import Level, RowLayout
from resolvers.plan.output import Json, obj

Nodes = list[FieldNode]
Call = tuple[GraphQLField, FieldNode]
"""A field, and the node that has its arguments."""

_NO_ENTITIES: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Source:
    """Where a field's value comes from: a row of a level, or a Python object. `name` is its variable.

    `path` is the prefix of response keys at the root of an operation, and None everywhere else.
    """

    name: str
    level: Level | None = None
    path: str | None = None

    @property
    def rows(self) -> Level:
        """Its level. Raises UnservedError for an object, which has no rows."""
        if self.level is None:
            raise UnservedError("an object has no rows below it")
        return self.level

    def value(self, column: str) -> str:
        return f"{self.name}[{self.rows.at(column)}]"


@dataclass(frozen=True)
class FieldRequest:
    """A selected field: its response key, how it is answered, and where its value comes from."""

    parent: GraphQLObjectType
    key: str
    field: GraphQLField
    answer: Any
    nodes: Nodes
    source: Source

    @property
    def call(self) -> Call:
        return self.field, self.nodes[0]

    @property
    def path(self) -> str | None:
        """Its response keys; None where it is not at the root."""
        return None if self.source.path is None else self.source.path + self.key

    def unserved(self) -> UnservedError:
        return UnservedError(f"{self.parent.name}: {type(self.answer).__name__}")


@dataclass
class Compilation:
    """The state of a compilation.

    `entities` names the types of the rows at the root, by path. A field of one row has one name or None; a
    list has several. `singles` are functions that are awaited once, before the answer is written.
    """

    bound: BoundOperation
    entities: Mapping[str, Any] = field(default_factory=lambda: _NO_ENTITIES)
    levels: list[Level] = field(default_factory=list)
    singles: list[tuple[Callable[..., Any], Call]] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    _layout: RowLayout = field(default_factory=RowLayout)
    _beside: dict[str, str] = field(default_factory=dict)
    _variables: int = 0

    def constant(self, value: Any) -> str:
        """The name of the value in the generated code."""
        for name, constant in self.constants.items():
            if constant is value:
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
        request: FieldRequest,
        *,
        paged: bool = False,
        to_one: bool = False,
    ) -> Source:
        """A new level. The variable of its rows is r with the level's number."""
        number, parent = len(self.levels), request.source.level
        level = Level(number, entity, edge, parent, request.answer, request.call, self._layout, paged, to_one)
        if edge and edge.local and parent:
            parent.links |= {edge.local, *edge.alike}
            parent.has_below = parent.has_below or not to_one
        self.levels.append(level)
        return Source(f"r{number}", level)

    def loop(self, level: Level) -> str:
        """A loop over the level's rows and the values beside them, as far as they are compiled."""
        names, lists = zip((f"r{level.number}", f"data[{level.number}]"), *level.beside, strict=True)
        if not level.beside:
            return f"for {names[0]} in {lists[0]}"
        return f"for {', '.join(names)} in zip({', '.join(lists)}, strict=True)"

    def beside(self, level: Level | None, values: str) -> str:
        """The variable of one value for each of the level's rows; the root counts as one row.

        Values that several fields select are computed once.
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

    def below(self, level: Level, values: str) -> str:
        """One list for each row above, of `values`, which has a value for each of the level's rows."""
        if level.parent is None:
            return f"[{values}]"
        return f"below(data[{level.number}], {values}, {self.size(level.parent)})"

    def size(self, level: Level | None) -> str:
        """How many rows the level has; the root counts as one."""
        return "1" if level is None else f"len(data[{level.number}])"

    def single(self, function: Callable[..., Any], call: Call) -> str:
        """The result of a function of the object at the root, the context and the field's arguments."""
        self.singles.append((function, call))
        return f"singles[{len(self.singles) - 1}]"

    def type_at(self, path: str, kind: Any) -> Any:
        """The object type of a row at the root; None where there is no row."""
        if is_object_type(kind):
            return kind
        name = self.entities[path]
        return self.type_named(name) if name else None

    def types_at(self, path: str) -> Sequence[str]:
        """The names of the object types of the rows of a list at the root."""
        return self.entities[path] or ()

    def type_named(self, name: str) -> Any:
        return self.bound.graph.get_type(name)

    def display(self, kind: GraphQLNamedType, nodes: Nodes, value: Callable[[str, str, Nodes], Json]) -> Json:
        """An object with all fields that the nodes select.

        `value` takes a field's response key, its name and the nodes that select it.
        """
        selected = self.bound.fields(kind, [node.selection_set for node in nodes])
        fields = []
        for key, same in selected.items():
            name = same[0].name.value
            json = Json(f'"{kind.name}"') if name == "__typename" else value(key, name, same)
            fields.append((key, json))
        return obj(fields)

    def request(
        self, parent: GraphQLObjectType, key: str, name: str, nodes: Nodes, source: Source
    ) -> FieldRequest:
        """Raises UnservedError for a field that does not declare how it is answered."""
        if name not in parent.fields:
            raise UnservedError("introspection")
        field = parent.fields[name]
        definition = field.extensions["strawberry-definition"]
        answer = definition.metadata.get("answer")
        if answer is None and definition.base_resolver is not None:
            raise UnservedError(f"{parent.name}.{name}")
        return FieldRequest(parent, key, field, answer or kinds.Column(definition.python_name), nodes, source)
