"""Reads the principal from the claims of an identity provider's token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.principal import CUSTOMER_ROLES, Principal, Role
from resolvers.errors import RequestError
from resolvers.ids import key_of
from resolvers.inputs import is_storable
from server.auth.tokens import unauthenticated
from server.settings import Settings

MAX_NAME = 255  # characters
FAR = 2**48  # Unix seconds: later than any token expires, and still valid for timers


@dataclass(frozen=True)
class Claims:
    """Names of the claims: a claim's own name, "/a/pointer/into" the claims, or "dotted.names"."""

    role: str
    partner: str
    customer: str
    name: str


def claims_of(settings: Settings) -> Claims:
    return Claims(
        settings.oidc_role_claim,
        settings.oidc_partner_claim,
        settings.oidc_customer_claim,
        settings.oidc_name_claim,
    )


def principal_of(claims: Mapping[str, Any], names: Claims, leeway: int) -> Principal:
    """The principal of verified claims. It expires `leeway` seconds after them. Raises UNAUTHENTICATED.

    The message may explain the problem, because the provider signed the token.
    """
    role = _role(claims, names.role)
    partner_id = customer_id = None
    if role is not Role.PLATFORM_OPERATOR:
        partner_id = _id(claims, names.partner, "Partner")
    if role in CUSTOMER_ROLES:
        customer_id = _id(claims, names.customer, "Customer")
    name = claim_value(claims, names.name) or claims["sub"]
    if not isinstance(name, str) or len(name) > MAX_NAME or not is_storable(name):
        raise _unfit(names.name, f"a text of up to {MAX_NAME} characters")
    return Principal(role, name, partner_id, customer_id, min(int(claims["exp"]) + leeway, FAR))


def claim_value(claims: Mapping[str, Any], name: str) -> Any:
    """The claim of exactly that name; otherwise the value at that JSON pointer, or at those dotted names."""
    if name in claims:
        return claims[name]
    pointed = name.startswith("/")
    value: Any = claims
    for part in name[1:].split("/") if pointed else name.split("."):
        step = part.replace("~1", "/").replace("~0", "~") if pointed else part
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _role(claims: Mapping[str, Any], name: str) -> Role:
    """The role in the claim. In a list, exactly one must be a role of ours."""
    value = claim_value(claims, name)
    values = value if isinstance(value, list) else [value]
    roles = [role for role in Role if role.value in values]
    if len(roles) != 1:
        raise _unfit(name, "exactly one of " + ", ".join(Role))
    return roles[0]


def _id(claims: Mapping[str, Any], name: str, typename: str) -> UUID:
    """The UUID in the claim, which holds a global id or the UUID itself."""
    value = claim_value(claims, name)
    try:
        return _key_in(str(value), typename)
    except RequestError as error:
        raise _unfit(name, f"the id of a {typename}") from error


def _key_in(text: str, typename: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return key_of(text, typename)


def _unfit(name: str, expected: str) -> RequestError:
    return unauthenticated(f"The token is valid, but its claim “{name}” does not hold {expected}.")
