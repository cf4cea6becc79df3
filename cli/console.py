"""What the commands share: the database, the settings, failing, and finding the partner."""

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
    """DATABASE_URL; without it, starts the embedded server and gives its URL."""
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
    """The settings. Prints each that is not valid and the reason, and ends the program."""
    try:
        return Settings()
    except ValidationError as error:
        fail("\n".join(map(_line, error.errors())))


def _line(problem: ErrorDetails) -> str:
    name = "_".join(map(str, problem["loc"])).upper()
    message = problem["msg"].removeprefix("Value error, ")
    return f"{name}: {message}" if name else message


async def partner_of(database_url: str, customer_id: UUID | None) -> UUID | None:
    """The customer's partner; without a customer, the only partner. None if there is no such partner."""
    worker_engine = create_engine(database_url, DatabaseRole.WORKER, pool_size=1)
    app_engine = create_engine(database_url, DatabaseRole.APP, pool_size=1)
    try:
        async with worker_engine.connect() as connection:
            partner_ids: list[UUID] = list((await connection.execute(select(partner.c.id))).scalars())
        if customer_id is None:
            return partner_ids[0] if len(partner_ids) == 1 else None
        for partner_id in partner_ids:
            async with partner_transaction(app_engine, partner_id) as connection:
                statement = select(customer.c.id).where(customer.c.id == customer_id)
                if (await connection.execute(statement)).first():
                    return partner_id
        return None
    finally:
        await worker_engine.dispose()
        await app_engine.dispose()
