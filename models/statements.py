"""Runs frequent statements without SQLAlchemy's executor: compiles each once, then calls the driver.

The executor costs more than the driver: it looks up each statement again and makes its own result.
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
    """The rows of a statement that is built once and run often, with columns as attributes.

    The transaction must have begun: SQLAlchemy begins it with the first statement that it executes.
    """
    compiled = ready(statement, connection.dialect)
    driver: Any = connection.sync_connection and connection.sync_connection.connection.driver_connection
    try:
        rows = await driver.fetch(compiled.text, *compiled.arguments(values))
    except BaseException as error:
        # A connection whose statement was cancelled while it ran must not be used again either.
        if is_disconnect(error) or not isinstance(error, Exception):
            await connection.invalidate(error)
        raise
    return [compiled.row(row) for row in rows]


async def fetch_seen(engine: AsyncEngine, statement: Statement, values: Mapping[str, Any]) -> Any:
    """The first row, if any, of such a statement that only reads and selects from SEEN.

    It takes one message to the database.
    """
    compiled = ready(statement, engine.dialect)
    rows = await partner_rows(engine, compiled.text, compiled.arguments(values))
    return compiled.row(rows[0]) if rows else None


class Ready:
    """A compiled statement: its text and parameters for the driver, and the reader of its rows."""

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
        merged = {**self._fixed, **values}
        return [process(merged[name]) if process else merged[name] for name, process in self._parameters]

    def row(self, values: Any) -> Any:
        row = dict(zip(self._names, values, strict=True))
        for name, choice in self._choices.items():
            if row[name] is not None:
                row[name] = choice[row[name]]
        return SimpleNamespace(**row)


@cache
def ready(statement: Statement, dialect: Dialect) -> Ready:
    """The compiled statement, made once for each pool: each has its own dialect."""
    return Ready(statement, dialect)
