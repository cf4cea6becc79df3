"""One statement for all levels of a plan: each a common table expression, answered as arrays of JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from models.engine import SEEN
from resolvers.edges import Entity
from resolvers.loaders import ROOT, Selection, by_keys, source_of, visible_rows
from resolvers.plan.levels import KEY, Level

PARTNER: Any = bindparam("partner_id", type_=Uuid)
CUSTOMER: Any = bindparam("customer_id", type_=Uuid)
DIALECT = dialect()  # type: ignore[no-untyped-call]  # as SQLAlchemy has it


@dataclass(frozen=True)
class Choice:
    """Which rows of a level are wanted now: what of that shapes the statement, and the values that do not."""

    selection: Selection
    conditions: Sequence[ColumnElement[bool]]
    shape: Any
    values: Sequence[Any]


@dataclass(frozen=True)
class Statement:
    """Its text, and the names of its parameters in their order.

    `given` are the names of the conditions' own parameters, by level, "" for one that was left out; `fixed`
    are values that never change.
    """

    text: str
    names: Sequence[str]
    given: Sequence[Sequence[str]]
    fixed: Mapping[str, Any]

    def arguments(self, named: Mapping[str, Any], values: Sequence[Sequence[Any]]) -> list[Any]:
        """`values` are those of the conditions, by level."""
        own: dict[str, Any] = {
            name: value
            for names, found in zip(self.given, values, strict=True)
            for name, value in zip(names, found, strict=True)
        }
        known = {**self.fixed, **named, **own}
        return [known[name] for name in self.names]


def choose(selection: Selection) -> Choice:
    """Raises BAD_USER_INPUT for a cursor that is none of the list's."""
    conditions = selection.conditions()
    known = _cache_key(conditions)
    shape = (known.key, selection.order, selection.backward)
    return Choice(selection, conditions, shape, [bound.effective_value for bound in known.bindparams])


def choose_keys(entity: Entity, keys: Sequence[Any]) -> Choice:
    """The rows with those keys: as `choose` has it, but for the work that is the same for any keys."""
    any_of = _any_of(entity)
    return replace(any_of, selection=replace(any_of.selection, empty=not keys), values=[list(keys)])


@cache
def _any_of(entity: Entity) -> Choice:
    return choose(by_keys(entity, []))


def _cache_key(conditions: Sequence[ColumnElement[bool]]) -> Any:
    """SQLAlchemy's own: the conditions without their values, and the values."""
    return and_(true(), *conditions)._generate_cache_key()


def build(levels: Sequence[Level], choices: Sequence[Choice | None], *, for_customer: bool) -> Statement:
    """The statement that reads all levels, each below its parent."""
    tables: list[CTE] = []
    answers: list[Any] = []
    for level, choice in zip(levels, choices, strict=True):
        table = _rows(level, choice, tables, for_customer=for_customer).cte(f"level{level.number}")
        tables.append(table)
        answers.append(_arrays(table, [KEY, "place", *level.columns]))
    counts = [
        _arrays(
            _counts(level, choice, tables, for_customer=for_customer).cte(f"count{level.number}"),
            [KEY, "number"],
        )
        for level, choice in zip(levels, choices, strict=True)
        if level.counted
    ]
    compiled = select(*answers, *counts).select_from(SEEN).compile(dialect=DIALECT)
    names: Any = {bound.key: name for name, bound in compiled.binds.items()}
    # A condition beside one that never holds is left out of the statement, and its values with it.
    given = [
        [names.get(bound.key, "") for bound in _cache_key(choice.conditions).bindparams] if choice else []
        for choice in choices
    ]
    return Statement(str(compiled), list(compiled.positiontup or ()), given, dict(compiled.params))


def _arrays(table: CTE, names: Sequence[str]) -> Any:
    array = func.json_build_array(*(table.c[name] for name in names))
    return select(func.json_agg(array)).select_from(table).scalar_subquery()


def _rows(level: Level, choice: Choice | None, tables: Sequence[CTE], *, for_customer: bool) -> Select[Any]:
    """The level's rows with their parent's key, each parent's own page cut by a lateral join."""
    source, link = _source(level)
    rows = (
        select(*_columns(level, choice)).select_from(source).where(*_seen(level, for_customer=for_customer))
    )
    if choice:
        rows = rows.where(*choice.conditions).order_by(*choice.selection.sorting())
    if level.paged:
        rows = rows.limit(bindparam(f"limit{level.number}", type_=Integer))
    if level.parent is None:
        return rows.add_columns(literal(ROOT, Uuid).label(KEY))
    keys, key = _keys(level, level.parent, tables)
    if not level.paged:
        return rows.where(link == key).add_columns(link.label(KEY))
    below = rows.where(link == key).lateral(f"below{level.number}")
    return select(below, key.label(KEY)).select_from(keys.join(below, true()))


def _counts(level: Level, choice: Choice | None, tables: Sequence[CTE], *, for_customer: bool) -> Select[Any]:
    """How many rows there are below each parent on all pages."""
    source, link = _source(level)
    counted = select(link.label(KEY), func.count().label("number")).select_from(source)
    filters = choice.selection.filters if choice else ()
    counted = counted.where(*_seen(level, for_customer=for_customer), *filters)
    if level.parent is None:
        return counted
    _, key = _keys(level, level.parent, tables)
    return counted.where(link == key).group_by(link)


def _source(level: Level) -> tuple[FromClause, ColumnElement[Any]]:
    if level.edge is None:
        return level.entity.table, literal(ROOT, Uuid)
    return source_of(level.edge)


def _keys(level: Level, parent: Level, tables: Sequence[CTE]) -> tuple[FromClause, ColumnElement[Any]]:
    """What rows of the level are looked for by, each key once: as a table, and its column."""
    if level.edge is None or level.edge.local is None:
        raise ValueError("the level is at the root")
    keys = select(tables[parent.number].c[level.edge.local])
    if not (parent.has_each_once and level.edge.local == "id"):
        keys = keys.distinct()
    table = keys.subquery(f"keys{level.number}")
    return table, table.c[level.edge.local]


def _columns(level: Level, choice: Choice | None) -> list[Any]:
    table = level.entity.table
    if choice and level.cursored:
        place: Any = func.json_build_array(*choice.selection.order.columns)
    else:
        place = null()
    return [place.label("place"), *(table.c[name] for name in level.columns)]


def _seen(level: Level, *, for_customer: bool) -> list[ColumnElement[bool]]:
    """Who may see what, and what always holds of the edge."""
    seen = visible_rows(level.entity, PARTNER, CUSTOMER if for_customer else None)
    return [*seen, *level.edge.always] if level.edge else seen
