"""Statements that write many rows at once store the same values as one row at a time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from asyncpg import InsufficientPrivilegeError, NotNullViolationError
from sqlalchemy import Text, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.bulk_write import delete_rows, insert_rows, update_rows, write, write_together
from models.engine import DatabaseRole, create_engine, new_id, partner_transaction
from models.tables import counter, idempotency
from resolvers.ids import key_of
from tests.api.client import Api, a_partner

NOW = datetime(2021, 6, 16, tzinfo=UTC)
INSERT = partial(insert_rows, idempotency)
UPDATE = partial(update_rows, idempotency, ("scope", "key"))
DELETE = partial(delete_rows, idempotency)
LAST = select(bindparam("last", type_=Text))
OUTCOMES = [{}, [], ["list"], ["of", ["lists"]], {"a": None}, "text", 7]


def row(number: int, outcome: object) -> dict[str, Any]:
    return {"scope": "a", "key": f'{{"{number}",', "fingerprint": "f", "outcome": outcome, "created_at": NOW}


ROWS = [row(number, outcome) for number, outcome in enumerate(OUTCOMES)]


@pytest.fixture
async def partner_id(api: Api) -> UUID:
    return key_of(await a_partner(api), "Partner")


@pytest.fixture
async def connection(database_url: str, partner_id: UUID) -> AsyncIterator[AsyncConnection]:
    """Sees only that partner's rows. Rolls back what a test writes."""
    engine = create_engine(database_url, DatabaseRole.APP, pool_size=1)
    async with partner_transaction(engine, partner_id) as connection:
        yield connection
        await connection.rollback()
    await engine.dispose()


async def stored(connection: AsyncConnection) -> list[tuple[Any, ...]]:
    """Key, fingerprint and outcome of each row."""
    names = [idempotency.c[name] for name in ("key", "fingerprint", "outcome")]
    rows = await connection.execute(select(*names).order_by(idempotency.c.key))
    return [tuple(found) for found in rows]


async def test_rows_come_out_as_they_went_in(connection: AsyncConnection, partner_id: UUID) -> None:
    await write(connection, INSERT, partner_id, ROWS)
    assert await stored(connection) == [(r["key"], "f", r["outcome"]) for r in ROWS]


async def test_an_update_sets_each_row_s_own_values(connection: AsyncConnection, partner_id: UUID) -> None:
    await write(connection, INSERT, partner_id, ROWS)
    marks = [{"scope": "a", "key": r["key"], "fingerprint": f"after {r['key']}"} for r in ROWS[1:]]
    await write(connection, UPDATE, partner_id, marks)
    assert [mark for _, mark, _ in await stored(connection)] == ["f", *(r["fingerprint"] for r in marks)]


async def test_only_the_rows_that_are_named_are_deleted(
    connection: AsyncConnection, partner_id: UUID
) -> None:
    await write(connection, INSERT, partner_id, ROWS)
    await write(connection, DELETE, partner_id, [{"scope": "a", "key": r["key"]} for r in ROWS[:5]])
    assert [key for key, _, _ in await stored(connection)] == [r["key"] for r in ROWS[5:]]


async def test_another_partner_s_rows_are_refused(connection: AsyncConnection) -> None:
    with pytest.raises(InsufficientPrivilegeError, match="row-level security"):
        await write(connection, INSERT, new_id(), ROWS)


@pytest.mark.parametrize("count", [1, 2])
async def test_one_row_is_written_as_many_are(
    connection: AsyncConnection, partner_id: UUID, count: int
) -> None:
    for outcome in OUTCOMES:
        rows = [row(number, outcome) for number in range(count)]
        await write(connection, INSERT, partner_id, rows)
        marks = [{"scope": "a", "key": r["key"], "fingerprint": "after"} for r in rows]
        await write(connection, UPDATE, partner_id, marks)
        assert await stored(connection) == [(r["key"], "after", outcome) for r in rows]
        await write(connection, DELETE, partner_id, [{"scope": "a", "key": r["key"]} for r in rows])
        assert await stored(connection) == []


async def test_batches_of_different_tables_are_one_statement(
    connection: AsyncConnection, partner_id: UUID
) -> None:
    numbers = [{"name": "one", "value": 1}]
    for rows in (ROWS, [row(7, "alone")]):
        batches = [(partial(insert_rows, counter), numbers), (INSERT, rows)]
        await write_together(connection, partner_id, batches, LAST, {"last": ""})
        assert await stored(connection) == [(r["key"], "f", r["outcome"]) for r in rows]
        assert (await connection.execute(select(counter.c.name, counter.c.value))).all() == [("one", 1)]
        for table in (counter, idempotency):
            await connection.execute(delete(table))


async def test_a_statement_writes_all_its_batches_or_none(
    connection: AsyncConnection, partner_id: UUID
) -> None:
    batches = [(INSERT, ROWS[:1]), (partial(insert_rows, counter), [{"name": "one", "value": None}])]
    savepoint = await connection.begin_nested()
    with pytest.raises(NotNullViolationError, match="null value"):
        await write_together(connection, partner_id, batches, LAST, {"last": ""})
    await savepoint.rollback()
    assert await stored(connection) == []


def test_one_statement_serves_any_number_of_rows() -> None:
    assert INSERT(tuple(ROWS[0]), many=True) is INSERT(tuple(ROWS[1]), many=True)
