"""Tokens of an identity provider (OpenID Connect): what must hold of one, and whom it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

from resolvers.auth import CUSTOMER_ROLES, Principal, Role, unauthenticated
from resolvers.errors import RequestError
from resolvers.ids import key_of
from resolvers.inputs import is_storable
from resolvers.jwks import KeyCache

MAX_TOKEN = 16_384  # characters
MAX_NAME = 255  # characters
FAR = 2**48  # Unix seconds: later than any token ends, and still a number that timers take
ALGORITHMS = ("RS256", "ES256", "Ed25519")
TYPES = {"jwt", "at+jwt", "application/at+jwt"}
"""Not a logout token, nor anything else that the provider signs for us."""


@dataclass(frozen=True)
class Claims:
    """Which claims say who someone is. A claim's own name, "/a/pointer/into" claims, or "dotted.names"."""

    role: str = "role"
    partner: str = "partner"
    customer: str = "customer"
    name: str = "sub"


class _Registry(jws.JWSRegistry):
    """Knows EdDSA, Ed25519's older name, by which providers go; never Ed448."""

    max_header_length = 8192

    def get_alg(self, name: str) -> Any:
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


_REGISTRY = _Registry(algorithms=ALGORITHMS, strict_check_header=False)


class OidcTokens:
    """Verifies tokens of that issuer for that audience. `leeway` is in seconds, for clocks that differ."""

    def __init__(
        self, keys: KeyCache, issuer: str, audience: str, claims: Claims | None = None, leeway: int = 30
    ) -> None:
        self._keys, self._claims, self._leeway = keys, claims or Claims(), leeway
        self._issuer, self._audience = issuer, audience

    async def verify(self, token: str, now: int) -> Principal:
        """The principal that the token names at Unix second `now`. Raises UNAUTHENTICATED, UNAVAILABLE."""
        try:
            key = await self._key(token)
            claims = jwt.decode(token, key, registry=_REGISTRY).claims
            self._rules(now).validate(claims)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise unauthenticated() from error
        return self._principal(claims)

    async def _key(self, token: str) -> Key:
        """The one key of the provider's that fits what the header says. What the header brings is ignored."""
        if len(token) > MAX_TOKEN:
            raise ValueError("too long a token")
        header = jws.extract_compact(token.encode(), registry=_REGISTRY).headers()
        if not isinstance(header, dict) or header.keys() & {"crit", "b64"}:
            raise ValueError("a header that we do not understand")
        if str(header.get("typ", "JWT")).lower() not in TYPES:
            raise ValueError("a token for another purpose")
        algorithm, kid = _REGISTRY.get_alg(header["alg"]), header.get("kid")

        def fits(key: Key) -> bool:
            try:
                algorithm.check_key(key)
            except JoseError:
                return False
            return kid is None or key.kid == kid

        [key] = await self._keys.find(fits)
        return key

    def _rules(self, now: int) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=now,
            leeway=self._leeway,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    def _principal(self, claims: Mapping[str, Any]) -> Principal:
        """What is wrong with these claims may be said: the provider has vouched for who asks."""
        role = _role(claims, self._claims.role)
        partner_id = customer_id = None
        if role is not Role.PLATFORM_OPERATOR:
            partner_id = _id(claims, self._claims.partner, "Partner")
        if role in CUSTOMER_ROLES:
            customer_id = _id(claims, self._claims.customer, "Customer")
        name = found(claims, self._claims.name) or claims["sub"]
        if not isinstance(name, str) or len(name) > MAX_NAME or not is_storable(name):
            raise _unfit(self._claims.name, f"a text of up to {MAX_NAME} characters")
        expires_at = min(int(claims["exp"]) + self._leeway, FAR)
        return Principal(role, name, partner_id, customer_id, expires_at)


def found(claims: Mapping[str, Any], name: str) -> Any:
    """The claim of exactly that name; else what the name leads to as a JSON pointer, or dot by dot."""
    if name in claims:
        return claims[name]
    pointed = name.startswith("/")
    value: Any = claims
    for part in name[1:].split("/") if pointed else name.split("."):
        step = part.replace("~1", "/").replace("~0", "~") if pointed else part
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _role(claims: Mapping[str, Any], name: str) -> Role:
    """The one role of ours that the claim holds; of a list, the one among others that are not ours."""
    value = found(claims, name)
    ours = {one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}
    roles = [role for role in Role if role.value in ours]
    if len(roles) != 1:
        raise _unfit(name, "exactly one of " + ", ".join(Role))
    return roles[0]


def _id(claims: Mapping[str, Any], name: str, typename: str) -> UUID:
    """The claim may hold the id as the API gives it, or the bare UUID within."""
    value = found(claims, name)
    try:
        return _key_in(str(value), typename)
    except RequestError as error:
        raise _unfit(name, f"the id of a {typename}") from error


def _key_in(text: str, typename: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return key_of(text, typename)


def _unfit(name: str, wanted: str) -> RequestError:
    return unauthenticated(f"The token is valid, but its claim “{name}” does not hold {wanted}.")
