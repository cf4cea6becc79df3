"""Statements on a whole database, for tests of migrations."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


async def run(url: str, statement: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def within(url: str, call: Callable[[Connection], Any]) -> Any:
    """The result of `call`, in a transaction that commits."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        result = await connection.run_sync(call)
    await engine.dispose()
    return result


@asynccontextmanager
async def transaction(url: str, statement: str) -> AsyncIterator[None]:
    """A transaction that has executed the statement and stays open until the block ends."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
        yield
    await engine.dispose()
