"""The one place that turns a bearer token into a principal."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from actions.transaction import Actor
from resolvers.errors import RequestError, RequestErrorCode

ISSUER = "tenure"
ALGORITHM = "Ed25519"


class Role(StrEnum):
    PLATFORM_OPERATOR = "PLATFORM_OPERATOR"
    PARTNER_ADMIN = "PARTNER_ADMIN"
    PARTNER_STAFF = "PARTNER_STAFF"
    CUSTOMER_ADMIN = "CUSTOMER_ADMIN"
    CUSTOMER_MEMBER = "CUSTOMER_MEMBER"


CUSTOMER_ROLES = frozenset({Role.CUSTOMER_ADMIN, Role.CUSTOMER_MEMBER})
PARTNER_ROLES = frozenset({Role.PARTNER_ADMIN, Role.PARTNER_STAFF})


@dataclass(frozen=True)
class Principal:
    """Who asks. `partner_id` is None for the platform alone, `customer_id` but for the customer's side.

    `expires_at` is the Unix second at which the token ends.
    """

    role: Role
    name: str
    partner_id: UUID | None = None
    customer_id: UUID | None = None
    expires_at: int | None = None

    @property
    def sees_costs(self) -> bool:
        return self.role not in CUSTOMER_ROLES

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.customer_id)


def mint(key: OKPKey, principal: Principal, issued_at: int, days: int) -> str:
    """A signed token for the principal, valid for that many days from `issued_at` (Unix seconds)."""
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "sub": principal.name,
        "role": principal.role.value,
        "iat": issued_at,
        "exp": issued_at + days * 86_400,
    }
    if principal.partner_id:
        claims["partner"] = str(principal.partner_id)
    if principal.customer_id:
        claims["customer"] = str(principal.customer_id)
    return jwt.encode({"alg": ALGORITHM}, claims, key, algorithms=[ALGORITHM])


def authenticate(key: OKPKey, authorization: str | None, now: int) -> Principal:
    """The principal of an Authorization header, at Unix second `now`. Raises UNAUTHENTICATED."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthenticated("Send a bearer token: Authorization: Bearer <token>.")
    try:
        claims = jwt.decode(token.strip(), key, algorithms=[ALGORITHM]).claims
        jwt.JWTClaimsRegistry(
            now=now, iss={"essential": True, "value": ISSUER}, exp={"essential": True}
        ).validate(claims)
        return _principal(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _unauthenticated("The bearer token is not valid, or no longer.") from error


def _principal(claims: dict[str, Any]) -> Principal:
    role = Role(claims["role"])
    partner_id = None if role is Role.PLATFORM_OPERATOR else UUID(str(claims["partner"]))
    customer_id = UUID(str(claims["customer"])) if role in CUSTOMER_ROLES else None
    return Principal(role, str(claims["sub"]), partner_id, customer_id, int(claims["exp"]))


def _unauthenticated(message: str) -> RequestError:
    return RequestError(RequestErrorCode.UNAUTHENTICATED, message)
