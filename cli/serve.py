"""`tenure serve`."""

import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from app import create_app, system_clock
from cli.console import database, fail
from cli.demo import announce
from cli.migrate import migrate_or_fail
from cli.worker import workers_of
from demo.load import load_demo
from server import tracing
from server.auth.oidc import verifier_of
from server.http.graphiql import Start, graphiql
from server.http.persisted import read_trusted
from server.settings import Settings
from server.uvicorn import server_of


def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the demo, print its tokens, run a worker too.")
    ] = False,
    trusted_documents: Annotated[
        Path | None, typer.Option(help="A JSON object of documents by id: answer these and no others.")
    ] = None,
) -> None:
    """Serve the API. The embedded database, or any with --demo, is migrated first."""
    settings = Settings().for_demo() if demo else Settings()
    trusted = _read_trusted(trusted_documents) if trusted_documents else None
    # By default, SIGTERM ends the process at once; the embedded database must be stopped first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if settings.traced:
        tracing.collect()
    with database(settings) as url:
        if demo or not settings.database_url:
            migrate_or_fail(url)
        app = _app(url, settings, trusted, _load_demo(url, settings) if demo else None)
        try:
            server_of(settings, app).run()
        except KeyboardInterrupt:
            typer.echo("Stopped.")


def _read_trusted(path: Path) -> Mapping[str, str]:
    try:
        return read_trusted(path)
    except (OSError, ValueError) as error:
        fail(f"{path} cannot be read: {error}")


def _load_demo(url: str, settings: Settings) -> Start:
    loaded = asyncio.run(load_demo(url, system_clock))
    return Start(announce(settings, loaded), loaded.tabs)


def _app(url: str, settings: Settings, trusted: Mapping[str, str] | None, start: Start | None) -> Starlette:
    return create_app(
        url,
        verifier_of(settings),
        settings,
        trusted_documents=trusted,
        background=workers_of(url, settings) if start else (),
        pages=pages_of(settings, start),
    )


def pages_of(settings: Settings, start: Start | None) -> Sequence[BaseRoute]:
    """GraphiQL, which opens with tokens and tabs only in the demo."""
    return graphiql(start or Start()) if settings.graphiql else ()
