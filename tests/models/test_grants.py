"""The rights of our roles in the database, read from its own catalogue after all migrations."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.engine import DatabaseRole, create_engine
from models.tables import metadata

OWN_PARTNER = "({} = (NULLIF(current_setting('app.partner_id'::text, true), ''::text))::uuid)"
ROLES = pytest.mark.parametrize("role", DatabaseRole)
LISTED = {
    "partner": {"id", "clock"},
    "subscription": {"partner_id", "due_at", "due_retry_at"},
    "invoice": {"partner_id", "status", "due_to_issue_on"},
    "outbox": {"partner_id", "status", "dispatched"},
    "delivery": {"partner_id", "endpoint_id", "status", "next_at"},
    "webhook_endpoint": {"partner_id", "status"},
}
"""What a worker may read of all partners: enough to find due work."""


@pytest.fixture(scope="module")
async def catalogue(database_url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_engine(database_url, None, pool_size=1)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def _rows(catalogue: AsyncConnection, query: str, **values: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await catalogue.execute(text(query), values)]


async def test_partners_tables_force_row_level_security(
    catalogue: AsyncConnection,
) -> None:
    rows = await _rows(
        catalogue,
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')",
    )
    assert {name for name, *_ in rows} == {*metadata.tables, "alembic_version"}
    assert {name for name, *secured in rows if secured != [True, True]} == {"alembic_version"}
    owned = await _rows(
        catalogue,
        "SELECT DISTINCT table_name FROM information_schema.columns "
        "WHERE column_name = 'partner_id' AND table_schema = 'public'",
    )
    assert {name for (name,) in owned} == set(metadata.tables) - {"partner"}


@pytest.mark.parametrize("table", sorted(metadata.tables))
async def test_a_table_shows_only_the_rows_of_its_partner(catalogue: AsyncConnection, table: str) -> None:
    """Policies are alternatives: another one would show more rows."""
    rows = await _rows(
        catalogue,
        "SELECT permissive, array(SELECT unnest(roles)::text ORDER BY 1), cmd, qual, with_check "
        "FROM pg_policies WHERE tablename = :t",
        t=table,
    )
    condition = OWN_PARTNER.format("id" if table == "partner" else "partner_id")
    expected = [("PERMISSIVE", ["tenure_app", "tenure_owner"], "ALL", condition, None)]
    if table in LISTED:
        expected.append(("PERMISSIVE", ["tenure_worker"], "SELECT", "true", None))
    assert sorted(rows) == sorted(expected)


async def test_no_view_or_function_bypasses_the_tables(catalogue: AsyncConnection) -> None:
    """A view, or a function that runs as its owner, would read with other rights."""
    views = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
    )
    functions = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    assert await _rows(catalogue, f"{views} UNION ALL {functions}") == []


@ROLES
async def test_no_role_of_ours_bypasses_the_policies(catalogue: AsyncConnection, role: str) -> None:
    [rights] = await _rows(
        catalogue,
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin "
        "FROM pg_roles WHERE rolname = :r",
        r=role,
    )
    assert rights == (False,) * 6


@ROLES
async def test_no_role_of_ours_can_become_another(catalogue: AsyncConnection, role: str) -> None:
    query = "SELECT rolname FROM pg_roles WHERE rolname <> :r AND pg_has_role(:r, oid, 'MEMBER')"
    assert await _rows(catalogue, query, r=role) == []


@pytest.mark.parametrize("role", [DatabaseRole.APP, DatabaseRole.WORKER])
async def test_app_and_worker_own_and_create_nothing(catalogue: AsyncConnection, role: str) -> None:
    query = "SELECT objid FROM pg_shdepend WHERE deptype = 'o' AND refobjid = CAST(:r AS regrole)"
    assert await _rows(catalogue, query, r=role) == []
    [rights] = await _rows(
        catalogue,
        "SELECT has_schema_privilege(:r, 'public', 'CREATE'), "
        "has_database_privilege(:r, current_database(), 'CREATE')",
        r=role,
    )
    assert rights == (False, False)


async def test_the_app_may_only_read_and_write_rows(
    catalogue: AsyncConnection,
) -> None:
    """No policy applies to TRUNCATE and REFERENCES, so the app must not have these rights."""
    rows = await _rows(
        catalogue,
        "SELECT table_name, privilege_type FROM information_schema.table_privileges "
        "WHERE grantee = 'tenure_app'",
    )
    kinds = ("SELECT", "INSERT", "UPDATE", "DELETE")
    assert sorted(rows) == sorted((table, kind) for table in metadata.tables for kind in kinds)


async def test_a_worker_only_reads_what_it_lists(catalogue: AsyncConnection) -> None:
    columns = await _rows(
        catalogue,
        "SELECT table_name, column_name, privilege_type FROM information_schema.column_privileges "
        "WHERE grantee = 'tenure_worker'",
    )
    assert sorted(columns) == sorted((t, column, "SELECT") for t in LISTED for column in LISTED[t])
    tables = await _rows(
        catalogue,
        "SELECT table_name FROM information_schema.table_privileges "
        "WHERE grantee IN ('tenure_worker', 'PUBLIC') AND table_schema = 'public'",
    )
    assert tables == []
