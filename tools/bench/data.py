"""A partner with any number of subscriptions, made by `data.sql`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg

PARTNER = UUID("00000000-0000-7000-8000-0000000000ff")
EACH = 10
"""Subscriptions a customer."""
NOW = datetime(2025, 6, 16, 9, tzinfo=UTC)
"""The time of the partner's clock: it is a sandbox."""
PEER = "bench_peer"

_SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def plain(url: str) -> str:
    """The URL without SQLAlchemy's driver name."""
    return url.replace("+asyncpg", "")


@asynccontextmanager
async def superuser(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the superuser of the URL, without row-level security."""
    connection = await asyncpg.connect(plain(url))
    try:
        yield connection
    finally:
        await connection.close()


async def grow(url: str, size: int) -> None:
    """Adds subscriptions up to `size`, a multiple of EACH, and updates the statistics."""
    async with superuser(url) as connection:
        customers = await connection.fetchval("SELECT count(*) FROM customer WHERE partner_id = $1", PARTNER)
        named = {"partner_id": PARTNER, "first": customers + 1, "last": size // EACH}
        for name, value in named.items():
            await connection.execute("SELECT set_config($1, $2, false)", f"bench.{name}", str(value))
        await connection.execute(_SQL, timeout=3600)
        await connection.execute("VACUUM ANALYZE", timeout=3600)


async def create_peer_role(url: str) -> str:
    """The URL of a role that reads every row, for servers that do not use row-level security."""
    async with superuser(url) as connection:
        await connection.execute(
            f"CREATE ROLE {PEER} LOGIN BYPASSRLS PASSWORD '{PEER}'; GRANT USAGE ON SCHEMA public TO {PEER};"
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {PEER}"
        )
    return f"postgresql://{PEER}:{PEER}@{url.rpartition('@')[2]}"
