"""What the commands share: the database they work on, and how they fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from models import embedded
from settings import Settings


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
