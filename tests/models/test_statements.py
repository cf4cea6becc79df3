"""Statements that bypass SQLAlchemy's executor write and read the same values as through it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from asyncpg import InsufficientPrivilegeError, InterfaceError, InternalClientError, PostgresError
from sqlalchemy import Text, Uuid, any_, bindparam, insert, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.subscription import ContractStatus
from models.engine import (
    SEEN,
    SEEN_PARTNER,
    DatabaseRole,
    create_engine,
    is_disconnect,
    new_id,
    partner_transaction,
)
from models.statements import fetch, fetch_seen
from models.store.unit_of_work import beside_seen
from models.tables import contract, idempotency, partner
from resolvers.ids import key_of
from tests.api.client import Api, a_partner

NOW = datetime(2021, 6, 16, tzinfo=UTC)
KEYS = select(idempotency.c.key, idempotency.c.outcome, idempotency.c.created_at).where(
    idempotency.c.key == any_(bindparam("keys", type_=ARRAY(Text)))
)
KEEP = (
    insert(idempotency)
    .values(
        {
            name: bindparam(f"the_{name}", type_=idempotency.c[name].type)
            for name in ("partner_id", "scope", "key", "fingerprint", "outcome", "created_at")
        }
    )
    .returning(idempotency.c.outcome)
)
CHOICE = select(bindparam("status", type_=contract.c.status.type).label("status"))
_NAMES = beside_seen(select(partner.c.name).where(partner.c.id == bindparam("id", type_=Uuid)), "names")
NAME = select(_NAMES).select_from(SEEN).join(_NAMES, true())
ECHO = select(bindparam("own", type_=Text).label("own"))


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database_url, DatabaseRole.APP, pool_size=1)
    yield engine
    await engine.dispose()


@pytest.fixture
async def partner_id(api: Api) -> UUID:
    return key_of(await a_partner(api), "Partner")


async def keep(connection: AsyncConnection, partner_id: UUID, outcome: object) -> list[object]:
    values = {"partner_id": partner_id, "scope": "a", "key": "k", "fingerprint": "f"}
    values |= {"outcome": outcome, "created_at": NOW}
    rows = await fetch(connection, KEEP, {f"the_{name}": value for name, value in values.items()})
    return [row.outcome for row in rows]


@pytest.mark.parametrize("outcome", [{"a": [1, None]}, [], "text", 7], ids=repr)
async def test_what_was_written_is_read(engine: AsyncEngine, partner_id: UUID, outcome: object) -> None:
    async with partner_transaction(engine, partner_id) as connection:
        assert await keep(connection, partner_id, outcome) == [outcome]
        [row] = await fetch(connection, KEYS, {"keys": ["k", "other"]})
        assert (row.key, row.outcome, row.created_at) == ("k", outcome, NOW)
        assert tuple((await connection.execute(KEYS, {"keys": ["k"]})).one()) == ("k", outcome, NOW)
        assert await fetch(connection, KEYS, {"keys": []}) == []


@pytest.mark.parametrize("status", [*ContractStatus, None])
async def test_a_name_becomes_a_member_of_its_enumeration(
    engine: AsyncEngine, status: ContractStatus | None
) -> None:
    async with partner_transaction(engine, new_id()) as connection:
        [row] = await fetch(connection, CHOICE, {"status": status})
        assert row.status is status


async def test_a_rollback_undoes_it(engine: AsyncEngine, partner_id: UUID) -> None:
    async with partner_transaction(engine, partner_id) as connection:
        await keep(connection, partner_id, {})
        with pytest.raises(InsufficientPrivilegeError):
            await keep(connection, new_id(), {})
        await connection.rollback()
    async with partner_transaction(engine, partner_id) as connection:
        assert await fetch(connection, KEYS, {"keys": ["k"]}) == []


async def test_fetch_seen_sees_only_that_partner(engine: AsyncEngine, partner_id: UUID, api: Api) -> None:
    other = key_of(await a_partner(api), "Partner")
    assert (await fetch_seen(engine, NAME, {SEEN_PARTNER: partner_id, "id": partner_id})).name
    assert await fetch_seen(engine, NAME, {SEEN_PARTNER: partner_id, "id": other}) is None


@pytest.fixture
async def killer(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database_url, None, pool_size=1)
    yield engine
    await engine.dispose()


async def test_a_lost_connection_is_not_used_again(engine: AsyncEngine, killer: AsyncEngine) -> None:
    async with partner_transaction(engine, new_id()) as connection:
        pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with killer.connect() as other:
            await other.execute(text(f"SELECT pg_terminate_backend({pid})"))
        with pytest.raises((PostgresError, InterfaceError, InternalClientError)) as lost:
            await fetch(connection, ECHO, {"own": "still"})
        assert is_disconnect(lost.value)
        assert connection.invalidated
        await connection.rollback()
    async with partner_transaction(engine, new_id()) as connection:
        [row] = await fetch(connection, ECHO, {"own": "anew"})
        assert row.own == "anew"
