"""Verifies bearer tokens, and issues the instance's own tokens."""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Protocol
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from domain.principal import CUSTOMER_ROLES, Principal, Role
from resolvers.errors import RequestError, RequestErrorCode

ISSUER = "tenure"
KEPT = 1_000
"""Valid tokens that are cached."""

ALGORITHM = "Ed25519"


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


class Verifier(Protocol):
    """Checks tokens."""

    async def verify(self, token: str, now: int) -> Principal:
        """The principal at Unix second `now`. Raises UNAUTHENTICATED, UNAVAILABLE."""


async def authenticate(verifier: Verifier, authorization: str | None, now: int) -> Principal:
    """The principal of an Authorization header, at Unix second `now`. Raises UNAUTHENTICATED, UNAVAILABLE."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated("Send a bearer token: Authorization: Bearer <token>.")
    return await verifier.verify(token.strip(), now)


def unauthenticated(message: str = "The bearer token is not valid, or no longer.") -> RequestError:
    return RequestError(RequestErrorCode.UNAUTHENTICATED, message)


class InstanceTokens:
    """Verifies tokens that `mint` made with that key: a signature once, the times once a second."""

    def __init__(self, key: OKPKey) -> None:
        self._signed = lru_cache(KEPT)(partial(_signed, key))
        self._valid = lru_cache(KEPT)(self._validated)

    async def verify(self, token: str, now: int) -> Principal:
        try:
            return self._valid(token, now)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise unauthenticated() from error

    def _validated(self, token: str, now: int) -> Principal:
        """Raises JoseError, ValueError, KeyError, TypeError."""
        claims, principal = self._signed(token)
        jwt.JWTClaimsRegistry(
            now=now, iss={"essential": True, "value": ISSUER}, exp={"essential": True}
        ).validate(claims)
        return principal


@dataclass(frozen=True)
class EitherTokens:
    """Accepts the tokens that one of two verifiers accepts."""

    first: Verifier
    second: Verifier

    async def verify(self, token: str, now: int) -> Principal:
        try:
            return await self.first.verify(token, now)
        except RequestError:
            return await self.second.verify(token, now)


def _signed(key: OKPKey, token: str) -> tuple[dict[str, Any], Principal]:
    """The claims and the principal of a token with a valid signature. Raises like `_validated`."""
    claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
    return claims, _principal(claims)


def _principal(claims: dict[str, Any]) -> Principal:
    role = Role(claims["role"])
    partner_id = None if role is Role.PLATFORM_OPERATOR else UUID(str(claims["partner"]))
    customer_id = UUID(str(claims["customer"])) if role in CUSTOMER_ROLES else None
    return Principal(role, str(claims["sub"]), partner_id, customer_id, int(claims["exp"]))
