"""The JSON of a field of a row, by how the field is answered."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_non_null_type, is_object_type

from resolvers import fields as a
from resolvers.edges import NODES
from resolvers.plan.column_fields import amount, global_id, last_day, level_of, parts, stored_field, value_of
from resolvers.plan.compiler import Compilation, FieldRequest, Nodes, Source
from resolvers.plan.errors import UnservedError
from resolvers.plan.levels import Level
from resolvers.plan.object_fields import completed
from resolvers.plan.output import Json, plain, text


def object_of(c: Compilation, kind: GraphQLObjectType, nodes: Nodes, subject: Source) -> Json:
    """What the nodes select of a row."""
    return c.display(kind, nodes, lambda _, name, same: row_field(c, c.asked(kind, name, same, subject)))


def row_field(c: Compilation, asked: FieldRequest) -> Json:
    """Raises UnservedError for what a row cannot answer."""
    emit = _BY_ANSWER.get(type(asked.answer))
    if emit is None:
        raise UnservedError(f"{asked.kind.name}: {type(asked.answer).__name__}")
    return emit(c, asked)


def _itself(c: Compilation, asked: FieldRequest) -> Json:
    kind: Any = get_named_type(asked.field.type)
    return object_of(c, kind, asked.nodes, asked.subject)


def _one(c: Compilation, asked: FieldRequest) -> Json:
    edge = asked.answer.edge
    child = c.level(edge.target, edge, asked, to_one=True)
    by_key = _by_key(c, child, edge.remote, _target(c, asked, child))
    key = value_of(asked.subject, edge.local)
    return text(f"{by_key}[{key}]" if is_non_null_type(asked.field.type) else f"{by_key}.get({key}, 'null')")


def _many(c: Compilation, asked: FieldRequest) -> Json:
    edge = asked.answer.edge
    child = c.level(edge.target, edge, asked)
    level = level_of(child)
    rows = c.below(level, _each(c, level, _target(c, asked, child)))
    return Json("[%s]", (c.beside(level.parent, f"joined({rows})"),))


def paged(c: Compilation, asked: FieldRequest) -> Json:
    """A page below a row, or at the root."""
    edge = asked.answer.edge
    child = c.level(edge.target, edge, asked, paged=True)
    kind: Any = get_named_type(asked.field.type)

    def value(_: str, name: str, same: Nodes) -> Json:
        if name == "edges":
            return _edges(c, kind, same, child)
        return _page_info(c, kind, same, child) if name == "pageInfo" else _total(c, child)

    return c.display(kind, asked.nodes, value)


def _edges(c: Compilation, connection: Any, nodes: Nodes, child: Source) -> Json:
    kind: Any = get_named_type(connection.fields["edges"].type)
    level = level_of(child)

    def value(_: str, name: str, same: Nodes) -> Json:
        if name == "node":
            return object_of(c, _object_type(kind.fields["node"].type), same, child)
        return plain(f"pages[{level.number}].cursor({child.name}[{level.at_cursor()}])")

    rows = c.below(level, _each(c, level, c.display(kind, nodes, value)))
    return Json("[%s]", (c.beside(level.parent, f"joined(pages[{level.number}].cut({rows}))"),))


_INFO = {"hasNextPage": 0, "hasPreviousPage": 1, "startCursor": 2, "endCursor": 3}


def _page_info(c: Compilation, connection: Any, nodes: Nodes, child: Source) -> Json:
    kind, level = get_named_type(connection.fields["pageInfo"].type), level_of(child)
    level.peeked = True
    rows = c.below(level, f"data[{level.number}]")
    info = c.beside(level.parent, f"pages[{level.number}].infos({rows}, {level.at_cursor()})")
    return c.display(kind, nodes, lambda _, name, __: text(f"{info}[{_INFO[name]}]"))


def _total(c: Compilation, child: Source) -> Json:
    level = level_of(child)
    level.counted()
    counts = f"counts_below(totals[{level.number}], {level.count_at}, {c.size(level.parent)})"
    return Json("%d", (c.beside(level.parent, counts),))


def found(c: Compilation, asked: FieldRequest, path: str) -> Json:
    """The one row that the arguments name."""
    kind = c.type_at(path, get_named_type(asked.field.type))
    if kind is None:
        return Json("null")
    child = c.level(NODES[kind.name], None, asked)
    return _first(c, child, object_of(c, kind, asked.nodes, child))


def found_all(c: Compilation, asked: FieldRequest, path: str) -> Json:
    """The rows that the arguments name, of whichever types they are of."""
    lines = []
    for name in c.types_at(path):
        entity, kind = NODES[name], c.type_named(name)
        child = c.level(entity, None, replace(asked, answer=a.Found(partial(asked.answer.among, entity))))
        lines.append(f"{name!r}: {_by_key(c, child, entity.key, object_of(c, kind, asked.nodes, child))}")
    names = c.single(replace(asked, answer=a.Called(asked.answer.named)))
    rows = "{" + ", ".join(lines) + "}"
    each = f"[rows.get(name, {{}}).get(key, 'null') for name, key in {names}]"
    return Json("[%s]", (f"(lambda rows: ','.join({each}))({rows})",))


def made(c: Compilation, asked: FieldRequest) -> Json:
    """The row that a mutation made."""
    child = c.level(asked.answer.entity, None, asked)
    return _first(c, child, _target(c, asked, child))


def all_made(c: Compilation, asked: FieldRequest) -> Json:
    """The rows that a mutation made, in the order of the payload's keys."""
    entity = asked.answer.entity
    child = c.level(entity, None, asked)
    rows = _by_key(c, child, entity.key, _target(c, asked, child))
    each = f"[given({rows}.get(str(key))) for key in {c.constant(asked.answer.keys)}(root)]"
    return Json("[%s]", (f"','.join({each})",))


def _each(c: Compilation, level: Level, shape: Json) -> str:
    return f"[{shape.source} {c.loop(level)}]"


def _first(c: Compilation, child: Source, shape: Json) -> Json:
    return text(f"next(({shape.source} {c.loop(level_of(child))}), 'null')")


def _by_key(c: Compilation, child: Source, column: str, shape: Json) -> str:
    """The name of a dict of the level's rows, in that shape, by what the column holds."""
    level, name = level_of(child), c.variable()
    key = value_of(child, column)
    c.lines.append(f"{name} = {{{key}: {shape.source} {c.loop(level)}}}")
    return name


def _computed(c: Compilation, asked: FieldRequest) -> Json:
    row = _typed(asked, asked.answer.columns)
    return completed(c, asked.field.type, f"{c.constant(asked.answer.compute)}({row}, context)", asked.nodes)


def _derived(c: Compilation, asked: FieldRequest) -> Json:
    answer, level = asked.answer, level_of(asked.subject)
    row = _typed(asked, answer.columns)
    loaded = f"loaded[{level.number}][{level.loaded(answer.column, answer.load)}]"
    key = value_of(asked.subject, answer.column)
    source = f"{c.constant(answer.compute)}({row}, {loaded}[{key}], context)"
    return completed(c, asked.field.type, source, asked.nodes)


def _typed(asked: FieldRequest, columns: tuple[str, ...] | None) -> str:
    level = level_of(asked.subject)
    for name in level.entity.table.c.keys() if columns is None else columns:
        level.at(name)
    return f"typed[{level.number}]({asked.subject.name})"


def _target(c: Compilation, asked: FieldRequest, child: Source) -> Json:
    return object_of(c, _object_type(asked.field.type), asked.nodes, child)


def _object_type(kind: Any) -> GraphQLObjectType:
    named: Any = get_named_type(kind)
    if not is_object_type(named):
        raise UnservedError(named.name)
    return named


_BY_ANSWER: dict[type, Callable[[Compilation, FieldRequest], Json]] = {
    a.Stored: stored_field,
    a.GlobalId: global_id,
    a.LastDay: last_day,
    a.Amount: amount,
    a.Parts: parts,
    a.Itself: _itself,
    a.One: _one,
    a.Many: _many,
    a.Paged: paged,
    a.Computed: _computed,
    a.Derived: _derived,
}
