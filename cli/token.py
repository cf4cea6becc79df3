"""`tenure token`: bearer tokens of the instance's own key."""

import asyncio
import time
from typing import Annotated
from uuid import UUID

import typer

from cli.console import database, fail, partner_of
from domain.principal import CUSTOMER_ROLES, Principal, Role
from resolvers.errors import RequestError
from resolvers.ids import key_of
from server.auth.signing_key import instance_key
from server.auth.tokens import mint
from server.settings import Settings


def token(
    role: Role,
    partner: Annotated[str | None, typer.Option(help="The partner's id, as the API gives it.")] = None,
    customer: Annotated[str | None, typer.Option(help="The customer's id, as the API gives it.")] = None,
    name: Annotated[str | None, typer.Option(help="The holder's name, for the history.")] = None,
    days: Annotated[int, typer.Option(min=1, help="How long it is valid.")] = 30,
) -> None:
    """Print a bearer token for a role. Without --partner: the customer's partner, or the only one."""
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
        partner_id = _partner_or_fail(settings, role, customer_id)
    typer.echo(token_for(settings, role, partner_id, customer_id, name or role.lower(), days))


def _partner_or_fail(settings: Settings, role: Role, customer_id: UUID | None) -> UUID:
    with database(settings) as url:
        partner_id = asyncio.run(partner_of(url, customer_id))
    return partner_id or fail("No such customer." if customer_id else f"{role} needs --partner.")


def token_for(
    settings: Settings,
    role: Role,
    partner_id: UUID | None,
    customer_id: UUID | None,
    name: str,
    days: int = 30,
) -> str:
    """A bearer token. Leaves out the partner or the customer where the role has none."""
    principal = Principal(
        role,
        name,
        None if role is Role.PLATFORM_OPERATOR else partner_id,
        customer_id if role in CUSTOMER_ROLES else None,
    )
    return mint(instance_key(settings.data_dir), principal, int(time.time()), days)
