"""What the commands share: the database they work on, and how they fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.embedded_postgres import server as embedded
from server.settings import Settings


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The URL of DATABASE_URL's server, or of the embedded one, which runs at least as long as this."""
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
    """The settings; where some do not fit, the program ends and says which, and what was wanted."""
    try:
        return Settings()
    except ValidationError as error:
        fail("\n".join(map(_told, error.errors())))


def _told(problem: ErrorDetails) -> str:
    name = "_".join(map(str, problem["loc"])).upper()
    message = problem["msg"].removeprefix("Value error, ")
    return f"{name}: {message}" if name else message
