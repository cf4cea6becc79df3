"""The JSON of what the columns of a row hold."""

from typing import Any

from graphql import get_named_type
from sqlalchemy import Column

from resolvers.plan.compiler import Compilation, FieldRequest, Nodes, Source
from resolvers.plan.errors import UnservedError
from resolvers.plan.levels import Level
from resolvers.plan.output import Json, plain, stored, text, unless_null


def level_of(subject: Source) -> Level:
    if subject.level is None:
        raise UnservedError("an object has no rows below it")
    return subject.level


def value_of(subject: Source, name: str) -> str:
    return f"{subject.name}[{level_of(subject).at(name)}]"


def _column(subject: Source, name: str) -> Column[Any]:
    entity = level_of(subject).entity
    if name not in entity.table.c:
        raise UnservedError(f"{entity.name}.{name}")
    return entity.table.c[name]


def _shown(subject: Source, name: str) -> Json:
    return stored(_column(subject, name), value_of(subject, name))


def stored_field(_: Compilation, asked: FieldRequest) -> Json:
    return _shown(asked.subject, asked.answer.column)


def global_id(c: Compilation, asked: FieldRequest) -> Json:
    level = level_of(asked.subject)
    ids = f"global_ids(data[{level.number}], {level.at('id')}, {level.entity.name!r})"
    return plain(c.beside(level, ids))


def last_day(_: Compilation, asked: FieldRequest) -> Json:
    return _day_before(asked.subject, asked.answer.column)


def _day_before(subject: Source, name: str) -> Json:
    column, value = _column(subject, name), value_of(subject, name)
    shown = plain(f"day_before({value})")
    return unless_null(value, shown) if column.nullable else shown


def amount(c: Compilation, asked: FieldRequest) -> Json:
    fields = {
        "amount": plain(f"cash({value_of(asked.subject, asked.answer.column)})"),
        "currency": plain("currency"),
    }
    shown = c.display(get_named_type(asked.field.type), asked.nodes, lambda _, name, __: fields[name])
    return text(f"('null' if hides else {shown.source})") if asked.answer.secret else shown


def parts(c: Compilation, asked: FieldRequest) -> Json:
    kind: Any = get_named_type(asked.field.type)

    def value(_: str, name: str, same: Nodes) -> Json:
        part = asked.answer.fields[c.asked(kind, name, same, asked.subject).answer.column]
        return (
            _shown(asked.subject, part) if isinstance(part, str) else _day_before(asked.subject, part.column)
        )

    return c.display(kind, asked.nodes, value)
