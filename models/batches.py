"""Statements that write one partner's rows: one row from plain parameters, many from one array a column.

So there are two texts for each, however many rows there are; and one row is planned as cheaply as ever.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CursorResult,
    Delete,
    Enum,
    Executable,
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

Names = tuple[str, ...]

_PARTNER = bindparam("the_partner", type_=Uuid)


class Batch(Protocol):
    """Makes the statement that writes these columns: one of those below, once it knows its table."""

    def __call__(self, names: Names, *, many: bool) -> Executable: ...


async def write(
    connection: AsyncConnection, batch: Batch, partner_id: UUID, rows: Sequence[Mapping[str, Any]]
) -> CursorResult[Any]:
    """Writes the rows, one or more, all of the same columns."""
    names, many = tuple(rows[0]), len(rows) > 1
    values = {name: [row[name] for row in rows] for name in names} if many else rows[0]
    parameters = {_parameter(name): value for name, value in values.items()}
    return await connection.execute(batch(names, many=many), {_PARTNER.key: partner_id, **parameters})


@cache
def insert_rows(table: Table, names: Names, *, many: bool) -> Insert:
    source = select(_PARTNER, *_given(table, names, many).values())
    return insert(table).from_select(["partner_id", *names], source)


@cache
def update_rows(table: Table, key: Names, names: Names, *, many: bool) -> Update:
    """Finds each row by `key`, which no two of the given rows share; the other names are set."""
    given = _given(table, names, many)
    values = {name: given[name] for name in names if name not in key}
    return update(table).values(values).where(*_found(table, given, key))


@cache
def delete_rows(table: Table, key: Names, *, many: bool) -> Delete:
    return delete(table).where(*_found(table, _given(table, key, many), key))


def _given(table: Table, names: Names, many: bool) -> dict[str, ColumnElement[Any]]:
    """What is given for each column. Enumerations travel as text: the table's checks know their names."""
    columns = [table.c[name] for name in names]
    types = {c.name: Text() if isinstance(c.type, Enum) else c.type for c in columns}
    if not many:
        return {name: bindparam(_parameter(name), type_=kind) for name, kind in types.items()}
    arrays = [bindparam(_parameter(name), type_=ARRAY(kind, dimensions=1)) for name, kind in types.items()]
    rows = func.unnest(*arrays).table_valued(*columns).render_derived(name="given")
    return {name: rows.c[name] for name in names}


def _found(table: Table, given: Mapping[str, ColumnElement[Any]], key: Names) -> list[ColumnElement[bool]]:
    return [table.c.partner_id == _PARTNER, *(table.c[name] == given[name] for name in key)]


def _parameter(name: str) -> str:
    """SQLAlchemy keeps the columns' own names to itself."""
    return f"the_{name}"
