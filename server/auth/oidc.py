"""Tokens of an identity provider (OpenID Connect), and the verifier that the settings ask for."""

from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

from domain.principal import Principal
from server.auth.claims import Claims, claims_of, principal_of
from server.auth.jwks import IdentityProvider, KeyCache
from server.auth.signing_key import instance_key
from server.auth.tokens import EitherTokens, InstanceTokens, Verifier, unauthenticated
from server.settings import Settings

MAX_TOKEN = 16_384  # characters
ALGORITHMS = ("RS256", "ES256", "Ed25519")
TYPES = {"jwt", "at+jwt", "application/at+jwt"}
"""The types of access tokens. A provider also signs other tokens, such as logout tokens."""


class _Registry(jws.JWSRegistry):
    """Also accepts EdDSA, the older name of Ed25519 that providers use; never Ed448."""

    max_header_length = 8192

    def get_alg(self, name: str) -> Any:
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


_REGISTRY = _Registry(algorithms=ALGORITHMS, strict_check_header=False)


class OidcTokens:
    """Verifies tokens of that issuer for that audience. Clocks may differ by `leeway` seconds."""

    def __init__(self, keys: KeyCache, issuer: str, audience: str, claims: Claims, leeway: int) -> None:
        self._keys, self._claims, self._leeway = keys, claims, leeway
        self._issuer, self._audience = issuer, audience

    async def verify(self, token: str, now: int) -> Principal:
        """The principal that the token names at Unix second `now`. Raises UNAUTHENTICATED, UNAVAILABLE."""
        try:
            key = await self._key(token)
            claims = jwt.decode(token, key, registry=_REGISTRY).claims
            self._rules(now).validate(claims)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise unauthenticated() from error
        return principal_of(claims, self._claims, self._leeway)

    async def _key(self, token: str) -> Key:
        """The provider's key that fits the header. A key inside the header is ignored."""
        if len(token) > MAX_TOKEN:
            raise ValueError("the token is too long")
        header = jws.extract_compact(token.encode(), registry=_REGISTRY).headers()
        if not isinstance(header, dict) or header.keys() & {"crit", "b64"}:
            raise ValueError("an unknown critical header")
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


def verifier_of(settings: Settings) -> Verifier:
    """Creates the instance's key if its tokens are accepted and it does not exist. Asks no provider yet."""
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return InstanceTokens(instance_key(settings.data_dir))
    provider = IdentityProvider(settings.oidc_issuer, settings.oidc_jwks_url, settings.oidc_insecure)
    keys, claims = KeyCache(provider.keys), claims_of(settings)
    tokens = OidcTokens(keys, provider.issuer, settings.oidc_audience, claims, settings.oidc_leeway)
    if settings.own_tokens:
        return EitherTokens(InstanceTokens(instance_key(settings.data_dir)), tokens)
    return tokens
