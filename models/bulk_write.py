"""Statements that write a partner's rows: one row from plain parameters, many rows from one array per column.

So a statement has only two texts, whatever the number of rows, and PostgreSQL plans one row cheaply.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Delete,
    Enum,
    Select,
    Table,
    Text,
    Update,
    Uuid,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.statements import fetch

Names = tuple[str, ...]

_PARTNER = bindparam("the_partner", type_=Uuid)

Kind = tuple["Batch", Names, bool]
"""A batch, its columns, and whether it is for many rows."""


class Batch(Protocol):
    """One of the functions below, with its table: makes the statement that writes these columns.

    `place` numbers the parameters, so that several statements can be sent as one.
    """

    def __call__(self, names: Names, *, many: bool, place: int = 0) -> Any: ...


async def write(
    connection: AsyncConnection, batch: Batch, partner_id: UUID, rows: Sequence[Mapping[str, Any]]
) -> list[Any]:
    """Writes one or more rows, all with the same columns. Returns the rows that the statement returns."""
    (_, names, many), parameters = _prepared(batch, rows, 0)
    return await fetch(connection, batch(names, many=many), {_PARTNER.key: partner_id, **parameters})


async def write_together(
    connection: AsyncConnection,
    partner_id: UUID,
    batches: Sequence[tuple[Batch, Sequence[Mapping[str, Any]]]],
    last: Select[Any],
    values: Mapping[str, Any],
) -> None:
    """Writes the rows of several batches in one statement that ends with `last`.

    No batch sees another's rows, and each must have its own table. Foreign keys are checked at the end.
    """
    parts = [_prepared(batch, rows, place) for place, (batch, rows) in enumerate(batches)]
    parameters = {_PARTNER.key: partner_id, **values}
    for _, values_of_part in parts:
        parameters |= values_of_part
    await fetch(connection, _combined(tuple(kind for kind, _ in parts), last), parameters)


def _prepared(batch: Batch, rows: Sequence[Mapping[str, Any]], place: int) -> tuple[Kind, dict[str, Any]]:
    """The batch's kind, and the parameters of its statement."""
    names, many = tuple(rows[0]), len(rows) > 1
    values = {name: [row[name] for row in rows] for name in names} if many else rows[0]
    return (batch, names, many), {_parameter(name, place): value for name, value in values.items()}


@cache
def _combined(kinds: tuple[Kind, ...], last: Select[Any]) -> Select[Any]:
    written = [
        batch(names, many=many, place=place).cte(f"written{place}")
        for place, (batch, names, many) in enumerate(kinds)
    ]
    return last.add_cte(*written)


@cache
def insert_rows(table: Table, names: Names, *, many: bool, place: int = 0) -> Insert:
    source = select(_PARTNER, *_new_values(table, names, many, place).values())
    return insert(table).from_select(["partner_id", *names], source)


@cache
def update_rows(table: Table, key: Names, names: Names, *, many: bool, place: int = 0) -> Update:
    """Finds each row by `key`, which is unique among the rows, and sets the other columns."""
    new = _new_values(table, names, many, place)
    values = {name: new[name] for name in names if name not in key}
    return update(table).values(values).where(*_has_key(table, new, key))


@cache
def delete_rows(table: Table, key: Names, *, many: bool, place: int = 0) -> Delete:
    return delete(table).where(*_has_key(table, _new_values(table, key, many, place), key))


def _new_values(table: Table, names: Names, many: bool, place: int) -> dict[str, ColumnElement[Any]]:
    """The new value of each column. Enumerations are sent as text: the table checks their names."""
    columns = [table.c[name] for name in names]
    types = {c.name: Text() if isinstance(c.type, Enum) else c.type for c in columns}
    if not many:
        return {name: bindparam(_parameter(name, place), type_=kind) for name, kind in types.items()}
    arrays = [
        bindparam(_parameter(name, place), type_=ARRAY(kind, dimensions=1)) for name, kind in types.items()
    ]
    rows = func.unnest(*arrays).table_valued(*columns).render_derived(name="new_rows")
    return {name: rows.c[name] for name in names}


def _has_key(table: Table, values: Mapping[str, ColumnElement[Any]], key: Names) -> list[ColumnElement[bool]]:
    return [table.c.partner_id == _PARTNER, *(table.c[name] == values[name] for name in key)]


def _parameter(name: str, place: int) -> str:
    """A parameter's name. SQLAlchemy reserves the columns' own names."""
    return f"the_{name}_{place}"
