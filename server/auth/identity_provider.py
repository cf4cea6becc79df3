"""Asks an identity provider over HTTP where its keys are, and which."""

import asyncio
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry, Key

MAX_ANSWER = 256 * 1024  # bytes
MAX_KEYS = 100
SECONDS = 5.0
"""Within which the whole answer must have come."""

_PUBLIC = {"RSA", "EC", "OKP"}
_LOCAL = {"localhost", "127.0.0.1", "::1"}


class ProviderError(Exception):
    """The provider's answer cannot be used."""


def is_local(url: str) -> bool:
    return urlsplit(url).hostname in _LOCAL


@dataclass(frozen=True)
class IdentityProvider:
    """Where `jwks_url` is None it is looked up below the issuer. `plain` lets http be asked, not only https.

    `transport` stands in for the network.
    """

    issuer: str
    jwks_url: str | None = None
    plain: bool = False
    transport: httpx.AsyncBaseTransport | None = None

    async def keys(self) -> list[Key]:
        """Those that sign. Raises ProviderError, httpx.HTTPError, TimeoutError, ValueError."""
        client = httpx.AsyncClient(transport=self.transport, timeout=SECONDS, follow_redirects=False)
        async with asyncio.timeout(SECONDS), client:
            url = self.jwks_url or await self._discover(client)
            found = list(_usable(await self._json(client, url)))
        if not found:
            raise ProviderError(f"{url} holds no key that signs.")
        return found

    async def _discover(self, client: httpx.AsyncClient) -> str:
        document = await self._json(client, self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if document.get("issuer") != self.issuer:
            raise ProviderError(f"The document of {self.issuer} speaks for another issuer.")
        return str(document.get("jwks_uri"))

    async def _json(self, client: httpx.AsyncClient, url: str) -> dict[str, Any]:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and (self.plain or is_local(self.issuer))):
            raise ProviderError(f"{url} is not asked: https is wanted.")
        # Not compressed, so that the bytes that are counted are all that there is.
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        async with client.stream("GET", url, headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                raise ProviderError(f"{url} answers {response.status_code}.")
            body = b""
            async for part in response.aiter_raw():
                body += part
                if len(body) > MAX_ANSWER:
                    raise ProviderError(f"{url} answers with more than {MAX_ANSWER} bytes.")
        document = json.loads(body)
        if not isinstance(document, dict):
            raise ProviderError(f"{url} answers with something other than an object.")
        return document


def _usable(key_set: dict[str, Any]) -> Iterator[Key]:
    """The public keys that sign; what else a provider publishes is passed over."""
    items = key_set.get("keys")
    for item in items[:MAX_KEYS] if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("kty") in _PUBLIC and "d" not in item:
            try:
                yield _key(item)
            except (JoseError, SecurityWarning, ValueError, TypeError, KeyError):
                continue


def _key(item: dict[str, Any]) -> Key:
    if item.get("alg") == "EdDSA":  # the older name
        item = item | {"alg": "Ed25519"}
    with warnings.catch_warnings():
        warnings.simplefilter("error", SecurityWarning)  # an RSA key that is too short
        key = JWKRegistry.import_key(item)
    key.check_use("sig")
    key.check_key_op("verify")
    return key
