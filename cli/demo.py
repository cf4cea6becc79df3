"""`tenure demo`: loads the demo, and prints where to go and with which tokens."""

import asyncio
import json
from collections.abc import Mapping

import typer

from app import system_clock
from cli.console import database
from cli.migrate import migrate_or_fail
from cli.token import token_for
from demo.load import Demo, load_demo
from domain.principal import Role
from server.settings import Settings


def demo() -> None:
    """Load the demo. A partner that exists already is not changed."""
    settings = Settings()
    with database(settings) as url:
        migrate_or_fail(url)
        announce(settings, asyncio.run(load_demo(url, system_clock)))


def announce(settings: Settings, loaded: Demo) -> Mapping[str, str]:
    """Prints the addresses and the tokens, and writes them to demo.json. Returns the tokens by role."""
    server = f"http://{settings.host}:{settings.port}"
    tokens = {
        role.value: token_for(settings, role, loaded.partner_id, loaded.customer_id, loaded.names[role])
        for role in (Role if settings.own_tokens else ())
    }
    content = {
        "url": f"{server}/graphql",
        "tokens": tokens,
        "subscription": loaded.subscription,
        "webhook": {"url": loaded.webhook_url, "secret": loaded.webhook_secret},
    }
    path = settings.data_dir / "demo.json"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    page = "" if settings.graphiql is False else f"To try it out, open {server}/graphiql\n"
    typer.echo(
        f"Tenure serves {server}/graphql\n{page}The article's subscription is {loaded.subscription}.\n"
    )
    for role, text in tokens.items():
        typer.echo(f"{role}\n  {text}\n")
    typer.echo(f"{path} has the same. Stop with Ctrl-C.")
    typer.echo("Webhooks of the demo go to `tenure listen`: start it in another terminal.")
    return tokens
