"""What the commands share: the database, how they fail, and which partner they mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn
from uuid import UUID

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy import select

from models.embedded_postgres import server as embedded
from models.engine import DatabaseRole, create_engine, partner_transaction
from models.tables import customer, partner
from server.settings import Settings


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """DATABASE_URL, or the URL of the embedded server, which is started if need be."""
    if settings.database_url:
        yield settings.database_url
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with embedded.running(settings.data_dir) as url:
        yield url


def fail(message: str) -> NoReturn:
    """Ends the program with status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def settings_or_fail() -> Settings:
    """The settings. Where some are not valid, prints which and why, and ends the program."""
    try:
        return Settings()
    except ValidationError as error:
        fail("\n".join(map(_line, error.errors())))


def _line(problem: ErrorDetails) -> str:
    name = "_".join(map(str, problem["loc"])).upper()
    message = problem["msg"].removeprefix("Value error, ")
    return f"{name}: {message}" if name else message


async def partner_of(database_url: str, customer_id: UUID | None) -> UUID | None:
    """The customer's partner; without a customer, the only partner. None where there is no such one."""
    listing = create_engine(database_url, DatabaseRole.WORKER, pool_size=1)
    seeing = create_engine(database_url, DatabaseRole.APP, pool_size=1)
    try:
        async with listing.connect() as connection:
            partner_ids: list[UUID] = list((await connection.execute(select(partner.c.id))).scalars())
        if customer_id is None:
            return partner_ids[0] if len(partner_ids) == 1 else None
        for partner_id in partner_ids:
            async with partner_transaction(seeing, partner_id) as connection:
                found = select(customer.c.id).where(customer.c.id == customer_id)
                if (await connection.execute(found)).first():
                    return partner_id
        return None
    finally:
        await listing.dispose()
        await seeing.dispose()
