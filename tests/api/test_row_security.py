"""Row-level security: PostgreSQL shows the application one partner's rows only."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.engine import DatabaseRole, create_engine, new_id, partner_transaction
from models.tables import customer, metadata, subscription
from resolvers.ids import key_of
from tests.api.sample_partner import SamplePartner

PROCESS = text("SELECT pg_backend_pid()")
TABLES = pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)


@pytest.fixture(scope="module")
async def overseer(database_url: str) -> AsyncIterator[AsyncConnection]:
    """A connection of the server's own superuser, to whom row-level security does not apply."""
    engine = create_engine(database_url, None, pool_size=1)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def count(connection: AsyncConnection, table: Table) -> int:
    return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


@TABLES
async def test_without_a_partner_every_table_is_empty(
    sample: SamplePartner, engine: AsyncEngine, overseer: AsyncConnection, table: Table
) -> None:
    async with engine.connect() as connection:
        assert await count(connection, table) == 0
    assert await count(overseer, table) > 0


@TABLES
@pytest.mark.parametrize("other", ["another partner", "", "not a uuid"])
async def test_tables_are_empty_for_another_partner(
    sample: SamplePartner, engine: AsyncEngine, table: Table, other: str
) -> None:
    partner = str(new_id()) if other == "another partner" else other
    async with engine.connect() as connection:
        await connection.execute(text("SELECT set_config('app.partner_id', :p, true)"), {"p": partner})
        if other == "not a uuid":
            with pytest.raises(Exception, match="invalid input syntax for type uuid"):
                await count(connection, table)
        else:
            assert await count(connection, table) == 0


async def test_the_partner_is_forgotten_with_its_transaction(
    sample: SamplePartner, engine: AsyncEngine
) -> None:
    async with partner_transaction(engine, key_of(sample.partner, "Partner")) as connection:
        assert await count(connection, customer) == len(sample.customers)
        process = (await connection.execute(PROCESS)).scalar_one()
    async with engine.connect() as connection:
        assert (await connection.execute(PROCESS)).scalar_one() == process
        assert await count(connection, customer) == 0


async def test_a_row_of_another_partner_cannot_be_written(sample: SamplePartner, engine: AsyncEngine) -> None:
    mine, theirs = key_of(sample.partner, "Partner"), new_id()
    counter: Any = metadata.tables["counter"]
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with partner_transaction(engine, mine) as connection:
            await connection.execute(insert(counter), {"partner_id": theirs, "name": "x", "value": 1})
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with partner_transaction(engine, mine) as connection:
            await connection.execute(update(subscription).values(partner_id=theirs))


async def test_no_row_changes_without_naming_a_partner(sample: SamplePartner, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        for statement in (update(subscription).values(quantity=9), metadata.tables["outbox"].delete()):
            assert (await connection.execute(statement)).rowcount == 0


async def test_application_cannot_leave_its_role(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        for statement in ("SELECT 1", "RESET ROLE", "RESET ALL"):
            await connection.execute(text(statement))
            assert (await connection.execute(text("SELECT current_user"))).scalar_one() == "tenure_app"


async def test_the_worker_reads_only_due_rows(sample: SamplePartner, database_url: str) -> None:
    engine = create_engine(database_url, DatabaseRole.WORKER, pool_size=1)
    async with engine.connect() as connection:
        due = select(subscription.c.partner_id, subscription.c.due_at)
        assert (await connection.execute(due)).all()
    for forbidden in (select(subscription), select(customer.c.name), select(metadata.tables["partner"])):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with engine.connect() as connection:
                await connection.execute(forbidden)
    await engine.dispose()
