"""Tenure: manages the active subscriptions of a business that sells through partners."""

import asyncio
import gc
import json
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from prometheus_client import start_http_server

from app import Background, create_app, system_clock
from cli import transfer as transfers
from cli.console import database, fail, settings_or_fail
from cli.doctor import examine
from cli.generate_docs import export_schema
from cli.partners import partner_of
from cli.serve import bounds_of, features_of, pages_of, server_of
from cli.tokens import introduce, token_for
from cli.webhook_listener import create_listener
from demo.load import LISTENER_PORT, load_demo
from domain.principal import CUSTOMER_ROLES, Role
from models.migrate import MigrationBlockedError
from models.migrate import migrate as migrate_database
from resolvers.errors import RequestError
from resolvers.ids import key_of
from server import logging as logs
from server import tracing
from server.auth.oidc import verifier_of
from server.http.graphiql import Start
from server.settings import Settings
from workers.renewals import Worker
from workers.webhooks import Deliverer

main = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


main.command()(transfers.load)
main.command()(transfers.export)
main.command()(export_schema)


def collect_garbage_seldom() -> None:
    """What is imported by now stays for good; and the states of a batch of renewals all live until its end.

    Looking through either for garbage, as Python does after every 700 new objects, finds nothing.
    """
    gc.freeze()
    gc.set_threshold(50_000)


@main.callback()
def _configure() -> None:
    collect_garbage_seldom()
    settings = settings_or_fail()
    logs.configure(settings.log_level, for_people=sys.stdout.isatty())


@main.command()
def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the demo, print its tokens, run a worker too.")
    ] = False,
    trusted_documents: Annotated[
        Path | None, typer.Option(help="A JSON object of documents by id: answer these and no others.")
    ] = None,
) -> None:
    """Serve the API. The embedded database, or any with --demo, is migrated first."""
    settings = Settings()
    try:
        features = features_of(settings, demo, trusted_documents)
    except (OSError, ValueError) as error:
        fail(f"{trusted_documents} cannot be read: {error}")
    # A plain TERM would end the process before the embedded database is stopped in good order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if features.traced:
        tracing.collect()
    with database(settings) as url:
        if demo or not settings.database_url:
            _migrate(url)
        start = None
        if demo:
            made = asyncio.run(load_demo(url, system_clock))
            start = Start(introduce(settings, made), made.tabs)
        app = create_app(
            url,
            verifier_of(settings),
            pool_size=settings.pool_size,
            background=_background(url, insecure=True) if demo else (),
            bounds=bounds_of(settings),
            features=features,
            pages=pages_of(settings, start),
        )
        try:
            server_of(settings, app).run()
        except KeyboardInterrupt:
            typer.echo("Stopped.")


@main.command("worker")
def run_worker(
    metrics_port: Annotated[
        int | None, typer.Option(help="Serve Prometheus metrics on this port of HOST.")
    ] = None,
) -> None:
    """Renew, expire, apply what is scheduled, issue invoices, and tell third parties, as time brings it."""
    settings = Settings()
    if metrics_port:
        start_http_server(metrics_port, settings.host)
    with database(settings) as url:
        asyncio.run(_work(url, settings.webhooks_insecure))


async def _work(url: str, insecure: bool) -> None:
    working = _background(url, insecure)

    def stop() -> None:
        for one in working:
            one.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await asyncio.gather(*(one.run() for one in working))


def _background(url: str, insecure: bool) -> Sequence[Background]:
    return Worker(url, system_clock), Deliverer(url, system_clock, insecure=insecure)


@main.command()
def listen(
    secret: Annotated[str | None, typer.Option(help="whsec_…; the demo's where left out.")] = None,
    port: Annotated[int, typer.Option(help="TCP port of 127.0.0.1.")] = LISTENER_PORT,
) -> None:
    """Receive webhooks, and print those that verify."""
    if secret is None:
        path = Settings().data_dir / "demo.json"
        if not path.exists():
            fail("Give --secret, or load the demo first.")
        secret = json.loads(path.read_text(encoding="utf-8"))["webhook"]["secret"]
    typer.echo(f"Listening on http://127.0.0.1:{port}/")
    with suppress(KeyboardInterrupt):
        uvicorn.run(create_listener(secret), host="127.0.0.1", port=port, log_level="warning")


@main.command()
def migrate() -> None:
    """Bring the database up to date."""
    with database(Settings()) as url:
        _migrate(url)


def _migrate(url: str) -> None:
    try:
        asyncio.run(migrate_database(url))
    except MigrationBlockedError as error:
        fail(str(error))


@main.command()
def doctor() -> None:
    """Look the deployment over, and say what to do where something is not well."""
    settings = Settings()
    with database(settings) as url:
        well = asyncio.run(_examined(settings, url))
    if not well:
        raise typer.Exit(1)


async def _examined(settings: Settings, url: str) -> bool:
    well = True
    async for finding in examine(settings, url):
        typer.echo(f"{'ok  ' if finding.is_well else 'FAIL'}  {finding.name}: {finding.told}")
        if not finding.is_well:
            typer.echo(f"      {finding.advice}")
        well = well and finding.is_well
    return well


@main.command()
def demo() -> None:
    """Load the demo; what is there already stays as it is."""
    settings = Settings()
    with database(settings) as url:
        _migrate(url)
        introduce(settings, asyncio.run(load_demo(url, system_clock)))


@main.command()
def token(
    role: Role,
    partner: Annotated[str | None, typer.Option(help="The partner's id, as the API gives it.")] = None,
    customer: Annotated[str | None, typer.Option(help="The customer's id, as the API gives it.")] = None,
    name: Annotated[str | None, typer.Option(help="Who it is for; stands in the history.")] = None,
    days: Annotated[int, typer.Option(min=1, help="How long it is valid.")] = 30,
) -> None:
    """Print a bearer token for a role. Without --partner, the customer's, or the only one there is."""
    settings = Settings()
    if not settings.own_tokens:
        fail("With OIDC_ISSUER the provider makes the tokens. INSTANCE_TOKENS=true lets in ours too.")
    try:
        partner_id = key_of(partner, "Partner") if partner else None
        customer_id = key_of(customer, "Customer") if customer else None
    except RequestError as error:
        fail(error.message)
    if role in CUSTOMER_ROLES and customer_id is None:
        fail(f"{role} needs --customer.")
    if role is not Role.PLATFORM_OPERATOR and partner_id is None:
        with database(settings) as url:
            partner_id = asyncio.run(partner_of(url, customer_id))
        if partner_id is None:
            fail("No such customer." if customer_id else f"{role} needs --partner.")
    typer.echo(token_for(settings, role, partner_id, customer_id, name or role.lower(), days))


if __name__ == "__main__":
    main()
