"""Statements that write any number of one partner's rows. Every column comes as one array, so that the
text of a statement, and with it its plan, is the same for one row as for a thousand.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
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
from sqlalchemy.sql.selectable import TableValuedAlias

Names = tuple[str, ...]
Batch = Callable[[Names], Executable]
"""Makes the statement that writes these columns: the functions below, once they know their table."""

_PARTNER = bindparam("the_partner", type_=Uuid)


async def write(
    connection: AsyncConnection, batch: Batch, partner_id: UUID, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Writes the rows, one or more, all of the same columns."""
    names = tuple(rows[0])
    await connection.execute(batch(names), arrays(names, partner_id, rows))


def arrays(names: Names, partner_id: UUID, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The parameters of such a statement."""
    columns = {_array(name): [row[name] for row in rows] for name in names}
    return {_PARTNER.key: partner_id, **columns}


@cache
def insert_all(table: Table, names: Names) -> Insert:
    rows = _given(table, names)
    return insert(table).from_select(["partner_id", *names], select(_PARTNER, *rows.c))


@cache
def update_all(table: Table, key: Names, names: Names) -> Update:
    """Finds each row by `key`, which no two of the given rows share; the other names are set."""
    rows = _given(table, names)
    values = {name: rows.c[name] for name in names if name not in key}
    return update(table).values(values).where(*_found(table, rows, key))


@cache
def delete_all(table: Table, key: Names) -> Delete:
    return delete(table).where(*_found(table, _given(table, key), key))


def _given(table: Table, names: Names) -> TableValuedAlias:
    """The arrays side by side. Enumerations travel as text: the table's own checks know their names."""
    columns = [table.c[name] for name in names]
    types = [Text() if isinstance(column.type, Enum) else column.type for column in columns]
    parameters = [
        bindparam(_array(name), type_=ARRAY(kind, dimensions=1))
        for name, kind in zip(names, types, strict=True)
    ]
    return func.unnest(*parameters).table_valued(*columns).render_derived(name="given")


def _found(table: Table, rows: TableValuedAlias, key: Names) -> list[Any]:
    return [table.c.partner_id == _PARTNER, *(table.c[name] == rows.c[name] for name in key)]


def _array(name: str) -> str:
    """The parameter's name; SQLAlchemy keeps the columns' own names to itself."""
    return f"all_{name}"
