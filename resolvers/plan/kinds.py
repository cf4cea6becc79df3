"""The JSON of each kind of field: of a row, and of a Python object."""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from resolvers import fields as kinds
from resolvers.edges import NODES, Edge, Entity
from resolvers.plan.compiler import Compilation, FieldRequest, Nodes, Source
from resolvers.plan.document import UnservedError
from resolvers.plan.level import Level
from resolvers.plan.output import Json, plain, stored, text, unless_null

VIEWER = "context.principal"


def object_of(c: Compilation, kind: GraphQLObjectType, nodes: Nodes, source: Source) -> Json:
    """The fields that the nodes select of a row or of an object."""
    compile_field = _object_field if source.level is None else _row_field
    return c.display(
        kind,
        nodes,
        lambda key, name, same: compile_field(c, c.request(kind, key, name, same, source)),
    )


def _row_field(c: Compilation, request: FieldRequest) -> Json:
    compile_kind = _OF_A_ROW.get(type(request.answer))
    if compile_kind is None:
        raise request.unserved()
    return compile_kind(c, request)


def _object_field(c: Compilation, request: FieldRequest) -> Json:
    answer, name = request.answer, request.source.name
    if request.path is not None and (compile_kind := _AT_THE_ROOT.get(type(answer))):
        return compile_kind(c, request)
    if isinstance(answer, kinds.Column) and answer.convert is None:
        return completed(c, request.field.type, f"{name}.{answer.name}", request.nodes)
    loads = isinstance(answer, kinds.Computed) and answer.load
    if loads or not isinstance(answer, kinds.Column | kinds.Computed | kinds.Object):
        raise request.unserved()
    return _answered(c, request)


def _answered(c: Compilation, request: FieldRequest) -> Json:
    source = f"{c.constant(request.answer)}.answer({request.source.name}, context)"
    return completed(c, request.field.type, source, request.nodes)


def completed(c: Compilation, kind: Any, source: str, nodes: Nodes) -> Json:
    """The value of a Python expression, in the GraphQL type, with the fields that the nodes select."""
    inner: Any = get_nullable_type(kind)
    name = c.variable()
    if is_leaf_type(inner):
        shape = text(f"dumped({c.constant(inner.serialize)}({name}))")
    elif is_list_type(inner):
        item = c.variable()
        each = completed(c, inner.of_type, item, nodes)
        shape = Json("[%s]", (f"','.join([{each.source} for {item} in {name}])",))
    elif is_object_type(inner):
        shape = object_of(c, inner, nodes, Source(name))
    else:
        raise UnservedError(str(inner))
    value = f"required({source})" if is_non_null_type(kind) else source
    return text(f"shown({value}, lambda {name}: {shape.source})")


def _column(c: Compilation, request: FieldRequest) -> Json:
    return _converted(c, request.answer, request)


def _converted(c: Compilation, column: kinds.Column, request: FieldRequest) -> Json:
    level = request.source.rows
    if column.name not in level.entity.table.c:
        raise UnservedError(f"{level.entity.name}.{column.name}")
    stored_as, value = level.entity.table.c[column.name], request.source.value(column.name)
    if column.convert is None:
        return stored(stored_as, value)
    if column.convert is kinds.last_day:
        day = plain(f"day_before({value})")
        return unless_null(value, day) if stored_as.nullable else day
    if column.convert is kinds.global_id:
        ids = f"global_ids(data[{level.number}], {level.at(column.name)}, {level.entity.name!r})"
        return plain(c.beside(level, ids))
    fields = {"amount": plain(f"decimal({value})"), "currency": plain("currency")}
    money = c.display(get_named_type(request.field.type), request.nodes, lambda _, name, __: fields[name])
    if column.convert is kinds.secret_amount:
        return text(f"('null' if hides else {money.source})")
    return money


def _object(c: Compilation, request: FieldRequest) -> Json:
    kind, parts = _object_type(request.field.type), request.answer.parts
    if not parts:
        return object_of(c, kind, request.nodes, request.source)

    def part(key: str, name: str, same: Nodes) -> Json:
        request_of_part = c.request(kind, key, name, same, request.source)
        return _converted(c, parts[request_of_part.answer.name], request_of_part)

    return c.display(kind, request.nodes, part)


def _computed(c: Compilation, request: FieldRequest) -> Json:
    answer, level = request.answer, request.source.rows
    for name in level.entity.table.c.keys() if answer.columns is None else answer.columns:
        level.at(name)
    values = [f"typed[{level.number}]({request.source.name})"]
    if answer.load:
        loaded = f"loaded[{level.number}][{level.loaded(answer.key, answer.load)}]"
        values.append(f"{loaded}[{request.source.value(answer.key)}]")
    source = f"{c.constant(answer.compute)}({', '.join(values)}, context)"
    return completed(c, request.field.type, source, request.nodes)


def _one(c: Compilation, request: FieldRequest) -> Json:
    edge = _edge(request)
    child = c.level(edge.target, edge, request, to_one=True)
    rows = _by_key(c, child, edge.remote or "", _target(c, request, child))
    key = request.source.value(edge.local or "")
    return text(f"{rows}[{key}]" if is_non_null_type(request.field.type) else f"{rows}.get({key}, 'null')")


def _many(c: Compilation, request: FieldRequest) -> Json:
    edge = _edge(request)
    child = c.level(edge.target, edge, request)
    rows = c.below(child.rows, _each(c, child.rows, _target(c, request, child)))
    return Json("[%s]", (c.beside(child.rows.parent, f"joined({rows})"),))


def _edge(request: FieldRequest) -> Edge:
    """Raises UnservedError for rows that no edge leads to."""
    if not isinstance(request.answer.where, Edge):
        raise request.unserved()
    return request.answer.where


def _page(c: Compilation, request: FieldRequest) -> Json:
    edge, kind = request.answer.where, _object_type(request.field.type)
    child = c.level(edge.target, edge, request, paged=True)

    def value(_: str, name: str, same: Nodes) -> Json:
        if name == "totalCount":
            return _total_count(c, child.rows)
        part = _object_type(kind.fields[name].type)
        if name == "pageInfo":
            return _page_info(c, part, same, child.rows)
        shape = object_of(c, part, same, child) if name == "nodes" else _page_edge(c, part, same, child)
        rows = c.below(child.rows, _each(c, child.rows, shape))
        return Json("[%s]", (c.beside(child.rows.parent, f"joined(pages[{child.rows.number}].cut({rows}))"),))

    return c.display(kind, request.nodes, value)


def _page_edge(c: Compilation, kind: GraphQLObjectType, nodes: Nodes, child: Source) -> Json:
    level = child.rows

    def value(_: str, name: str, same: Nodes) -> Json:
        if name == "node":
            return object_of(c, _object_type(kind.fields["node"].type), same, child)
        return plain(f"pages[{level.number}].cursor({child.name}[{level.at_cursor()}])")

    return c.display(kind, nodes, value)


_INFO = {"hasNextPage": 0, "hasPreviousPage": 1, "startCursor": 2, "endCursor": 3}


def _page_info(c: Compilation, kind: GraphQLObjectType, nodes: Nodes, level: Level) -> Json:
    level.peeked = True
    rows = c.below(level, f"data[{level.number}]")
    info = c.beside(level.parent, f"pages[{level.number}].infos({rows}, {level.at_cursor()})")
    return c.display(kind, nodes, lambda _, name, __: text(f"{info}[{_INFO[name]}]"))


def _total_count(c: Compilation, level: Level) -> Json:
    level.counted()
    counts = f"counts_below(totals[{level.number}], {level.count_at}, {c.size(level.parent)})"
    return Json("%d", (c.beside(level.parent, counts),))


def _one_at_the_root(c: Compilation, request: FieldRequest) -> Json:
    named = get_named_type(request.field.type)
    if isinstance(request.answer.where, kinds.Keys):
        entity, kind = request.answer.where.entity, _object_type(named)
    else:
        kind = c.type_at(request.path or "", named)
        if kind is None:
            return Json("null")
        entity = NODES[kind.name]
    child = c.level(entity, None, request)
    shape = object_of(c, kind, request.nodes, child)
    return text(f"next(({shape.source} {c.loop(child.rows)}), 'null')")


def _many_at_the_root(c: Compilation, request: FieldRequest) -> Json:
    """Rows of one or several entities, in the order of the references."""
    answer: kinds.Many = request.answer
    by_entity = []
    for entity, kind in _types(c, request):
        child = c.level(entity, None, request)
        shape = object_of(c, kind, request.nodes, child)
        by_entity.append(f"{entity.name!r}: {_by_key(c, child, entity.key, shape)}")

    async def references(root: Any, _context: Any, **arguments: Any) -> list[tuple[str, str]]:
        return [
            (entity.name if entity else "", str(key)) for entity, key in answer.references(root, **arguments)
        ]

    row = "rows.get(name, {}).get(key)"
    items: Any = get_nullable_type(request.field.type)
    shown = f"required({row})" if is_non_null_type(items.of_type) else f"{row} or 'null'"
    each = f"[{shown} for name, key in {c.single(references, request.call)}]"
    return Json("[%s]", (f"(lambda rows: ','.join({each}))({{{', '.join(by_entity)}}})",))


def _types(c: Compilation, request: FieldRequest) -> list[tuple[Entity, GraphQLObjectType]]:
    """The entities of the rows at the root, with their types."""
    if isinstance(request.answer.where, kinds.Keys):
        return [(request.answer.where.entity, _object_type(request.field.type))]
    return [(NODES[name], c.type_named(name)) for name in c.types_at(request.path or "")]


def _object_at_the_root(c: Compilation, request: FieldRequest) -> Json:
    if request.answer.make is not kinds.viewer:
        return _answered(c, request)
    source = Source(VIEWER, path=f"{request.path}.")
    return object_of(c, _object_type(request.field.type), request.nodes, source)


def _computed_at_the_root(c: Compilation, request: FieldRequest) -> Json:
    return _single(c, request) if request.answer.load else _answered(c, request)


def _single(c: Compilation, request: FieldRequest) -> Json:
    source = c.single(request.answer.answer, request.call)
    return completed(c, request.field.type, source, request.nodes)


def _each(c: Compilation, level: Level, shape: Json) -> str:
    return f"[{shape.source} {c.loop(level)}]"


def _by_key(c: Compilation, child: Source, column: str, shape: Json) -> str:
    """The name of a dict of the level's rows in that shape, by the column's value."""
    name, key = c.variable(), child.value(column)
    c.lines.append(f"{name} = {{{key}: {shape.source} {c.loop(child.rows)}}}")
    return name


def _target(c: Compilation, request: FieldRequest, child: Source) -> Json:
    return object_of(c, _object_type(request.field.type), request.nodes, child)


def _object_type(kind: Any) -> GraphQLObjectType:
    named: Any = get_named_type(kind)
    if not is_object_type(named):
        raise UnservedError(named.name)
    return named


_Compile = Callable[[Compilation, FieldRequest], Json]

_OF_A_ROW: dict[type, _Compile] = {
    kinds.Column: _column,
    kinds.Object: _object,
    kinds.Computed: _computed,
    kinds.One: _one,
    kinds.Many: _many,
    kinds.Page: _page,
}

_AT_THE_ROOT: dict[type, _Compile] = {
    kinds.Object: _object_at_the_root,
    kinds.Computed: _computed_at_the_root,
    kinds.Called: _single,
    kinds.One: _one_at_the_root,
    kinds.Many: _many_at_the_root,
    kinds.Page: _page,
}
