"""Looks behind the API: at the statements that it runs and the rows that it leaves."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from sqlalchemy import Text, cast, event, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from models import statements as module
from models.engine import partner_transaction
from models.tables import metadata
from resolvers.ids import key_of
from resolvers.plan import plan

Images = list[tuple[str, str]]

_EVERYTHING = union_all(
    *(
        select(
            literal(table.name).label("name"), cast(func.to_jsonb(table.table_valued()), Text).label("row")
        )
        for table in metadata.sorted_tables
    )
).order_by("name", "row")


@contextmanager
def statements(engine: AsyncEngine) -> Iterator[list[str]]:
    """Collects all statements that the pool runs meanwhile, also those of plans and actions."""
    seen: list[str] = []
    run, ready = plan.partner_rows, module.ready

    async def noted(pool: AsyncEngine, statement: str, values: Sequence[Any]) -> Any:
        if pool is engine:
            seen.append(statement)
        return await run(pool, statement, values)

    def noted_ready(statement: Any, dialect: Any) -> Any:
        known = ready(statement, dialect)
        if dialect is engine.dialect:
            seen.append(known.text)
        return known

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plan, "partner_rows", noted)
            patch.setattr(module, "ready", noted_ready)
            yield seen
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def images(engine: AsyncEngine, *partners: str) -> list[Images]:
    """Every row of every table as a text, for each of the partners."""
    return [await _images(engine, partner) for partner in partners]


@asynccontextmanager
async def unchanged(engine: AsyncEngine, *partners: str) -> AsyncIterator[None]:
    """The body must change no row of the partners."""
    before = await images(engine, *partners)
    yield
    assert await images(engine, *partners) == before


async def _images(engine: AsyncEngine, partner: str) -> Images:
    async with partner_transaction(engine, key_of(partner, "Partner")) as connection:
        return [(row.name, row.row) for row in await connection.execute(_EVERYTHING)]
