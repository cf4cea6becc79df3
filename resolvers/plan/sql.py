"""One statement reads all levels of a plan.

Each level is a common table expression. A union returns all rows as one list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from models.engine import SEEN
from resolvers.edges import Entity
from resolvers.plan.level import ABOVE, CURSOR, FIRST_ROW, Level
from resolvers.selection import ROOT, Selection, by_keys, source_of, visible_rows

PARTNER: Any = bindparam("partner_id", type_=Uuid)
CUSTOMER: Any = bindparam("customer_id", type_=Uuid)
NUMBER, ABOVE_NUMBER = "row_number", "above_number"
NOTHING: Any = literal_column("NULL")  # of any type

DIALECT = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not annotate it


@dataclass(frozen=True)
class Choice:
    """The rows that a request selects of a level. `key` decides the statement, and `values` fill it."""

    selection: Selection
    conditions: Sequence[ColumnElement[bool]]
    key: Any
    values: Sequence[Any]


@dataclass(frozen=True)
class Statement:
    """`names` are the names of its parameters, in order. `fixed` are values that never change.

    `conditions` are the names of the conditions' parameters, by level; "" if `text` lacks the parameter.
    """

    text: str
    names: Sequence[str]
    conditions: Sequence[Sequence[str]]
    fixed: Mapping[str, Any]

    def arguments(self, named: Mapping[str, Any], by_level: Sequence[Sequence[Any]]) -> list[Any]:
        """The value of each parameter. `by_level` are the conditions' values."""
        conditions: dict[str, Any] = {
            name: value
            for names, values in zip(self.conditions, by_level, strict=True)
            for name, value in zip(names, values, strict=True)
        }
        values_by_name = {**self.fixed, **named, **conditions}
        return [values_by_name[name] for name in self.names]


def choose(selection: Selection, number: int) -> Choice:
    """For the level of that number. Raises BAD_USER_INPUT for a cursor of another list."""
    if selection.keys is not None:
        return _choose_keys(selection, number)
    return _choose(selection)


def _choose_keys(selection: Selection, number: int) -> Choice:
    """Like `_choose`, without the work that is the same for any keys."""
    template = _any_of(selection.edge.target, number)
    return replace(template, selection=selection, values=[list(selection.keys or ())])


@cache
def _any_of(entity: Entity, _number: int) -> Choice:
    """The choice without keys. Two levels of a statement must not share a parameter, so each has its own."""
    return _choose(by_keys(entity, []))


def _choose(selection: Selection) -> Choice:
    conditions = selection.conditions()
    cached = _cache_key(conditions)
    key = (cached.key, selection.order, selection.backward)
    return Choice(selection, conditions, key, [bound.effective_value for bound in cached.bindparams])


def _cache_key(conditions: Sequence[ColumnElement[bool]]) -> Any:
    """SQLAlchemy's key: the conditions without their values, and the values."""
    return and_(true(), *conditions)._generate_cache_key()


def build(levels: Sequence[Level], choices: Sequence[Choice | None], *, for_customer: bool) -> Statement:
    """A statement that reads all levels, each below its parent."""
    layout = levels[0].layout.types
    tables: list[CTE] = []
    for level, choice in zip(levels, choices, strict=True):
        tables.append(_rows(level, choice, tables, for_customer=for_customer).cte(f"level{level.number}"))
    answers = [
        _in_layout(level.number, table, level.places, layout)
        for level, table in zip(levels, tables, strict=True)
    ]
    for level, choice in zip(levels, choices, strict=True):
        if level.count_at is not None:
            table = _counts(level, choice, tables, for_customer=for_customer).cte(f"count{level.number}")
            answers.append(_in_layout(count_of(level), table, {NUMBER: level.count_at}, layout))
    compiled = union_all(_first(layout), *answers).compile(dialect=DIALECT)
    names: Any = {bound.key: name for name, bound in compiled.binds.items()}
    # SQLAlchemy drops a condition, with its parameters, beside one that is always false.
    conditions = [
        [names.get(bound.key, "") for bound in _cache_key(choice.conditions).bindparams] if choice else []
        for choice in choices
    ]
    return Statement(str(compiled), list(compiled.positiontup or ()), conditions, dict(compiled.params))


def count_of(level: Level) -> int:
    """In place of the level's number, in rows with its counts."""
    return FIRST_ROW - 1 - level.number


def _first(layout: Sequence[Any]) -> Select[Any]:
    """The row that is read first. Reading it makes the partner's rows visible."""
    nulls = [cast(null(), kind) for kind in (BigInteger, *layout)]  # they give all rows their types
    return select(literal_column(str(FIRST_ROW)), *nulls).select_from(SEEN)


def _in_layout(number: int, table: CTE, places: Mapping[str, int], layout: Sequence[Any]) -> Select[Any]:
    """The table's rows, in the layout of all rows."""
    names = {place: name for name, place in places.items()}
    values = [
        _as(kind, table.c[names[place]]) if place in names else NOTHING
        for place, kind in enumerate(layout, ABOVE + 1)
    ]
    above = table.c.get(ABOVE_NUMBER, NOTHING)
    return select(literal_column(str(number)), above, *values).select_from(table)


def _as(kind: Any, column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(column, Text) if isinstance(kind, Text) and not isinstance(column.type, Text) else column


def _rows(level: Level, choice: Choice | None, tables: Sequence[CTE], *, for_customer: bool) -> Select[Any]:
    """The level's rows, numbered if levels are below them."""
    source, link = _source(level)
    rows = select(*_columns(level, choice)).select_from(source)
    rows = rows.where(*_seen(level, for_customer=for_customer))
    if choice:
        rows = rows.where(*choice.conditions).order_by(*choice.selection.sorting())
    if level.paged:
        rows = rows.limit(bindparam(f"limit{level.number}", type_=Integer))
    if level.parent:
        rows = _below(level, tables[level.parent.number], rows, link)
    if not level.has_below:
        return rows
    unnumbered = rows.subquery(f"found{level.number}")
    return select(unnumbered, (func.row_number().over() - literal_column("1")).label(NUMBER))


def _below(level: Level, parents: CTE, rows: Select[Any], link: ColumnElement[Any]) -> Select[Any]:
    """The rows below the parents' rows, by a lateral join.

    With an index, its time depends on the rows found, not on the size of the table. A plain join may scan the
    table, because PostgreSQL does not know how many rows a page has.
    """
    above, same = _above(level, parents, link)
    if level.to_one:
        only = rows.where(same).limit(literal_column("1")).lateral(f"below{level.number}")
        return select(only).select_from(above.join(only, true()))
    below = rows.where(same).lateral(f"below{level.number}")
    return select(below, above.c[NUMBER].label(ABOVE_NUMBER)).select_from(above.join(below, true()))


def _above(level: Level, parents: CTE, link: ColumnElement[Any]) -> tuple[FromClause, ColumnElement[bool]]:
    """The rows above (for a to-one edge, each key once), and the condition that joins rows to them."""
    edge = level.edge
    if edge is None or edge.local is None:
        raise ValueError("the level is at the root")
    above: FromClause = parents
    if level.to_one:
        above = select(parents.c[edge.local]).distinct().subquery(f"above{level.number}")
    alike = (level.entity.table.c[column] == above.c[column] for column in edge.alike)
    return above, and_(link == above.c[edge.local], *alike)


def _counts(level: Level, choice: Choice | None, tables: Sequence[CTE], *, for_customer: bool) -> Select[Any]:
    """The number of rows below each parent, on all pages."""
    source, link = _source(level)
    filters = choice.selection.filters if choice else ()
    counted = select(func.count().label(NUMBER)).select_from(source)
    counted = counted.where(*_seen(level, for_customer=for_customer), *filters)
    if level.parent is None:
        return counted
    above, same = _above(level, tables[level.parent.number], link)
    each = counted.where(same).lateral(f"counted{level.number}")
    return select(each, above.c[NUMBER].label(ABOVE_NUMBER)).select_from(above.join(each, true()))


def _source(level: Level) -> tuple[FromClause, ColumnElement[Any]]:
    if level.edge is None:
        return level.entity.table, literal(ROOT, Uuid)
    return source_of(level.edge)


def _columns(level: Level, choice: Choice | None) -> list[Any]:
    table = level.entity.table
    names = sorted((level.places.keys() | level.links) - {CURSOR})
    columns: list[Any] = [table.c[name] for name in names]
    if CURSOR in level.places and choice:
        columns.append(func.json_build_array(*choice.selection.order.columns).label(CURSOR))
    return columns or [NOTHING.label("nothing")]


def _seen(level: Level, *, for_customer: bool) -> list[ColumnElement[bool]]:
    """The conditions under which the viewer sees rows of the level."""
    seen = visible_rows(level.entity, PARTNER, CUSTOMER if for_customer else None)
    return [*seen, *level.edge.always] if level.edge else seen
