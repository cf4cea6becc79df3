"""Tokens of the instance's own key, and what is told of the demo: where to go, and with which of them."""

import json
import time
from collections.abc import Mapping
from uuid import UUID

import typer

from demo.load import Demo
from domain.principal import CUSTOMER_ROLES, Principal, Role
from server.auth.signing_key import instance_key
from server.auth.tokens import mint
from server.settings import Settings


def token_for(
    settings: Settings,
    role: Role,
    partner_id: UUID | None,
    customer_id: UUID | None,
    name: str,
    days: int = 30,
) -> str:
    """A bearer token, valid for so many days from now."""
    principal = Principal(
        role,
        name,
        None if role is Role.PLATFORM_OPERATOR else partner_id,
        customer_id if role in CUSTOMER_ROLES else None,
    )
    return mint(instance_key(settings.data_dir), principal, int(time.time()), days)


def introduce(settings: Settings, made: Demo) -> Mapping[str, str]:
    """Says where to go and with which tokens, by role, and gives these; writes the same to demo.json."""
    server = f"http://{settings.host}:{settings.port}"
    url = f"{server}/graphql"
    tokens = {
        role.value: token_for(settings, role, made.partner_id, made.customer_id, made.names[role])
        for role in (Role if settings.own_tokens else ())
    }
    webhook = {"url": made.webhook_url, "secret": made.webhook_secret}
    content = {"url": url, "tokens": tokens, "subscription": made.subscription, "webhook": webhook}
    path = settings.data_dir / "demo.json"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    page = "" if settings.graphiql is False else f"To try it out, open {server}/graphiql\n"
    typer.echo(f"Tenure serves {url}\n{page}The article's subscription is {made.subscription}.\n")
    for role, text in tokens.items():
        typer.echo(f"{role}\n  {text}\n")
    typer.echo(f"The same stands in {path}. Stop with Ctrl-C.")
    typer.echo("What third parties are told is sent to `tenure listen`: start it beside this.")
    return tokens
