"""The expression of a field of a row, by how the field is answered."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_non_null_type, is_object_type
from sqlalchemy import DateTime

from resolvers import answers as a
from resolvers.edges import NODES
from resolvers.plan.compiler import Asked, Compilation, Nodes, Subject
from resolvers.plan.errors import UnservedError
from resolvers.plan.levels import Level
from resolvers.plan.object_fields import completed


def object_of(c: Compilation, kind: GraphQLObjectType, nodes: Nodes, subject: Subject) -> str:
    """What the nodes select of a row, as a dict display."""
    return c.display(kind, nodes, lambda _, name, same: row_field(c, c.asked(kind, name, same, subject)))


def row_field(c: Compilation, asked: Asked) -> str:
    """Raises UnservedError for what a row cannot answer."""
    emit = _BY_ANSWER.get(type(asked.answer))
    if emit is None:
        raise UnservedError(f"{asked.kind.name}: {type(asked.answer).__name__}")
    return emit(c, asked)


def _column(asked: Asked, name: str) -> str:
    subject = asked.subject
    level = _level(subject)
    if name not in level.entity.table.c:
        raise UnservedError(f"{level.entity.name}.{name}")
    text = f"{subject.name}[{level.at(name)}]"
    return f"instant({text})" if isinstance(level.entity.table.c[name].type, DateTime) else text


def _stored(_: Compilation, asked: Asked) -> str:
    return _column(asked, asked.answer.column)


def _global_id(c: Compilation, asked: Asked) -> str:
    level = _level(asked.subject)
    if not level.identified:
        level.identified = True
        c.lines.append(f"identified(data[{level.number}], {level.at('id')}, {level.entity.name!r})")
    return f"{asked.subject.name}[-1]"


def _last_day(_: Compilation, asked: Asked) -> str:
    return f"day_before({_column(asked, asked.answer.column)})"


def _amount(c: Compilation, asked: Asked) -> str:
    minor = _column(asked, asked.answer.column)
    texts = {"amount": f"cash({minor})", "currency": "currency"}
    shown = c.display(get_named_type(asked.field.type), asked.nodes, lambda _, name, __: texts[name])
    return f"(None if hides else {shown})" if asked.answer.secret else shown


def _parts(c: Compilation, asked: Asked) -> str:
    kind: Any = get_named_type(asked.field.type)

    def text(_: str, name: str, same: Nodes) -> str:
        part = asked.answer.fields[c.asked(kind, name, same, asked.subject).answer.column]
        return _column(asked, part) if isinstance(part, str) else f"day_before({_column(asked, part.column)})"

    return c.display(kind, asked.nodes, text)


def _itself(c: Compilation, asked: Asked) -> str:
    kind: Any = get_named_type(asked.field.type)
    return object_of(c, kind, asked.nodes, asked.subject)


def _one(c: Compilation, asked: Asked) -> str:
    edge = asked.answer.edge
    child = c.level(edge.target, edge, asked, to_one=True)
    n = _level(child).number
    shape = _target(c, asked, child)
    c.lines.append(f"one{n} = {{r{n}[0]: {shape} for r{n} in data[{n}]}}")
    key = _column(asked, edge.local)
    return f"one{n}[{key}]" if is_non_null_type(asked.field.type) else f"one{n}.get({key})"


def _many(c: Compilation, asked: Asked) -> str:
    edge = asked.answer.edge
    child = c.level(edge.target, edge, asked)
    level = _level(child)
    shape = _target(c, asked, child)
    more = "".join(f", {level.at(name)}" for name in edge.alike)
    c.lines.append(f"many{level.number} = grouped(data[{level.number}]{more})")
    return f"[{shape} for {child.name} in many{level.number}.get({_key(asked)}, ())]"


def _key(asked: Asked) -> str:
    edge = asked.answer.edge
    keys = [_column(asked, name) for name in (edge.local, *edge.alike)]
    return f"({', '.join(keys)})" if len(keys) > 1 else keys[0]


def paged(c: Compilation, asked: Asked) -> str:
    """A page below a row, or at the root."""
    edge = asked.answer.edge
    child = c.level(edge.target, edge, asked, paged=True)
    n = _level(child).number
    shape = _connection(c, asked, child)
    c.lines += [
        f"def page{n}(rows, total, page=pages[{n}]):",
        f"    {'kept, more = page.cut(rows)' if _level(child).peeked else 'kept = page.all(rows)'}",
        f"    return {shape}",
    ]
    counted = _level(child).counted
    if edge.local is None:
        return f"page{n}(data[{n}], {f'total_of(totals[{n}])' if counted else 0})"
    c.lines.append(f"many{n} = grouped(data[{n}])")
    if counted:
        c.lines.append(f"counts{n} = dict(totals[{n}])")
    key = _key(asked)
    return f"page{n}(many{n}.get({key}, ()), {f'counts{n}.get({key}, 0)' if counted else 0})"


def _connection(c: Compilation, asked: Asked, child: Subject) -> str:
    kind: Any = get_named_type(asked.field.type)

    def text(_: str, name: str, same: Nodes) -> str:
        if name == "edges":
            return f"[{_edge(c, kind, same, child)} for {child.name} in kept]"
        if name == "pageInfo":
            return _page_info(c, kind, same, child)
        _level(child).counted = True
        return "total"

    return c.display(kind, asked.nodes, text)


def _edge(c: Compilation, connection: Any, nodes: Nodes, child: Subject) -> str:
    kind: Any = get_named_type(connection.fields["edges"].type)

    def text(_: str, name: str, same: Nodes) -> str:
        if name == "node":
            return object_of(c, _object_type(kind.fields["node"].type), same, child)
        _level(child).cursored = True
        return f"page.cursor({child.name})"

    return c.display(kind, nodes, text)


_INFO = {"hasNextPage": "i[0]", "hasPreviousPage": "i[1]", "startCursor": "i[2]", "endCursor": "i[3]"}


def _page_info(c: Compilation, connection: Any, nodes: Nodes, child: Subject) -> str:
    kind = get_named_type(connection.fields["pageInfo"].type)
    _level(child).cursored = _level(child).peeked = True
    return f"(lambda i: {c.display(kind, nodes, lambda _, name, __: _INFO[name])})(page.info(kept, more))"


def found(c: Compilation, asked: Asked, path: str) -> str:
    """The one row that the arguments name."""
    kind = c.type_at(path, get_named_type(asked.field.type))
    if kind is None:
        return "None"
    child = c.level(NODES[kind.name], None, asked)
    shape = object_of(c, kind, asked.nodes, child)
    return f"next(({shape} for {child.name} in data[{_level(child).number}]), None)"


def found_all(c: Compilation, asked: Asked, path: str) -> str:
    """The rows that the arguments name, of whichever types they are of."""
    lines = []
    for name in c.types_at(path):
        entity, kind = NODES[name], c.type_named(name)
        child = c.level(entity, None, replace(asked, answer=a.Found(partial(asked.answer.among, entity))))
        lines.append(f"{name!r}: {_by_key(c, child, object_of(c, kind, asked.nodes, child))}")
    names = c.single(replace(asked, answer=a.Called(asked.answer.named)))
    by_type = "{" + ", ".join(lines) + "}"
    return f"(lambda rows: [rows.get(name, {{}}).get(key) for name, key in {names}])({by_type})"


def made(c: Compilation, asked: Asked) -> str:
    """The row that a mutation made."""
    child = c.level(asked.answer.entity, None, asked)
    shape = _target(c, asked, child)
    return f"next(({shape} for {child.name} in data[{_level(child).number}]), None)"


def all_made(c: Compilation, asked: Asked) -> str:
    """The rows that a mutation made, in the order of the payload's keys."""
    child = c.level(asked.answer.entity, None, asked)
    rows = _by_key(c, child, _target(c, asked, child))
    return f"[given({rows}.get(str(key))) for key in {c.constant(asked.answer.keys)}(root)]"


def _by_key(c: Compilation, child: Subject, shape: str) -> str:
    """The name of a dict of the level's rows, in that shape, by their keys."""
    level = _level(child)
    name, key = f"all{level.number}", f"{child.name}[{level.at(level.entity.key)}]"
    c.lines.append(f"{name} = {{{key}: {shape} for {child.name} in data[{level.number}]}}")
    return name


def _computed(c: Compilation, asked: Asked) -> str:
    row = _typed(asked, asked.answer.columns)
    return completed(c, asked.field.type, f"{c.constant(asked.answer.compute)}({row}, context)", asked.nodes)


def _derived(c: Compilation, asked: Asked) -> str:
    answer, level = asked.answer, _level(asked.subject)
    row = _typed(asked, answer.columns)
    loaded = f"loaded[{level.number}][{level.loaded(answer.column, answer.load)}]"
    key = _column(asked, answer.column)
    text = f"{c.constant(answer.compute)}({row}, {loaded}[{key}], context)"
    return completed(c, asked.field.type, text, asked.nodes)


def _typed(asked: Asked, columns: tuple[str, ...] | None) -> str:
    level = _level(asked.subject)
    for name in level.entity.table.c.keys() if columns is None else columns:
        level.at(name)
    return f"typed[{level.number}]({asked.subject.name})"


def _target(c: Compilation, asked: Asked, child: Subject) -> str:
    return object_of(c, _object_type(asked.field.type), asked.nodes, child)


def _object_type(kind: Any) -> GraphQLObjectType:
    named: Any = get_named_type(kind)
    if not is_object_type(named):
        raise UnservedError(named.name)
    return named


def _level(subject: Subject) -> Level:
    if subject.level is None:
        raise UnservedError("an object has no rows below it")
    return subject.level


_BY_ANSWER: dict[type, Callable[[Compilation, Asked], str]] = {
    a.Stored: _stored,
    a.GlobalId: _global_id,
    a.LastDay: _last_day,
    a.Amount: _amount,
    a.Parts: _parts,
    a.Itself: _itself,
    a.One: _one,
    a.Many: _many,
    a.Paged: paged,
    a.Computed: _computed,
    a.Derived: _derived,
}
