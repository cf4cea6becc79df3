"""Statements that each action waits for: compiled once, and given to the driver past SQLAlchemy's executor.

That would cost more than the driver does: it looks each statement up anew, and makes a result of its own.
"""

from collections.abc import Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Dialect, Enum, Select, UpdateBase
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.engine import is_disconnect, partner_rows

Statement = Select[Any] | UpdateBase


async def fetch(connection: AsyncConnection, statement: Statement, values: Mapping[str, Any]) -> list[Any]:
    """The rows, with their columns by name, of a statement that is made once and run often.

    The transaction must be under way: SQLAlchemy begins it with the first statement that is its own.
    """
    known = ready(statement, connection.dialect)
    driver: Any = connection.sync_connection and connection.sync_connection.connection.driver_connection
    try:
        found = await driver.fetch(known.text, *known.arguments(values))
    except BaseException as error:
        # One whose statement was cancelled under way is not waited for either.
        if is_disconnect(error) or not isinstance(error, Exception):
            await connection.invalidate(error)
        raise
    return [known.row(one) for one in found]


async def look(engine: AsyncEngine, statement: Statement, values: Mapping[str, Any]) -> Any:
    """The first row, if any, of such a statement that only reads and selects from SEEN: in one message."""
    known = ready(statement, engine.dialect)
    found = await partner_rows(engine, known.text, known.arguments(values))
    return known.row(found[0]) if found else None


class Ready:
    """What the driver is given for a statement, and how its rows are read."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled, columns = statement.compile(dialect=dialect), statement.exported_columns
        self.text = str(compiled)
        self._fixed: Mapping[str, Any] = compiled.params
        self._parameters = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or ()
        ]
        self._names = [str(name) for name, _ in columns.items()]
        self._choices = {
            str(name): column.type.enum_class
            for name, column in columns.items()
            if isinstance(column.type, Enum) and column.type.enum_class
        }

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        given = {**self._fixed, **values}
        return [process(given[name]) if process else given[name] for name, process in self._parameters]

    def row(self, found: Any) -> Any:
        row = dict(zip(self._names, found, strict=True))
        for name, choice in self._choices.items():
            if row[name] is not None:
                row[name] = choice[row[name]]
        return SimpleNamespace(**row)


@cache
def ready(statement: Statement, dialect: Dialect) -> Ready:
    """A pool has a dialect of its own."""
    return Ready(statement, dialect)
