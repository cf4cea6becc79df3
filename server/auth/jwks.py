"""An identity provider's public keys: finds, fetches and caches them."""

import asyncio
import json
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry, Key

from resolvers.errors import RequestError, RequestErrorCode

MAX_RESPONSE = 256 * 1024  # bytes
MAX_KEYS = 100
SECONDS = 5.0
"""The whole response must arrive within this time."""

_PUBLIC = {"RSA", "EC", "OKP"}
_LOCAL = {"localhost", "127.0.0.1", "::1"}

MAX_AGE = 600.0
"""Seconds after which the keys are fetched again. A revoked key is valid until then."""

COOL_DOWN = 10.0
"""Seconds between two requests, so that made-up key ids cannot flood the provider."""

MAX_STALE = 86_400.0
"""Seconds for which old keys stay valid while the provider cannot be reached."""

Fetch = Callable[[], Awaitable[Sequence[Key]]]

log = structlog.get_logger(__name__)


class KeyCache:
    """`fetch` gets the keys, and raises any exception. `now` is a monotonic clock, in seconds."""

    def __init__(self, fetch: Fetch, now: Callable[[], float] = time.monotonic) -> None:
        self._fetch, self._now = fetch, now
        self._keys: Sequence[Key] = ()
        self._fetched_at = self._requested_at = float("-inf")
        self._failed = False
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, fits: Callable[[Key], bool]) -> list[Key]:
        """The keys that fit. If none fits, it asks the provider again. Raises UNAVAILABLE.

        While the provider cannot be reached, an unknown key may be one of its new keys. After a failure the
        provider is asked again, but requests with an old key do not wait for it.
        """
        found = self._matching(fits)
        if not found or self._age() >= MAX_AGE:
            fetching = self._refresh()
            if fetching and not (found and self._failed):
                await asyncio.shield(fetching)
                found = self._matching(fits)
        if not found and self._failed:
            raise RequestError(
                RequestErrorCode.UNAVAILABLE, "The identity provider cannot be reached. Try again shortly."
            )
        return found

    def _matching(self, fits: Callable[[Key], bool]) -> list[Key]:
        return [key for key in self._keys if fits(key)] if self._age() < MAX_STALE else []

    def _age(self) -> float:
        return self._now() - self._fetched_at

    def _refresh(self) -> asyncio.Task[None] | None:
        """The current fetch, or a new one; None if the provider was asked a moment ago.

        Await it shielded: the request that started it may be cancelled while others still wait.
        """
        if self._fetching is None and self._now() - self._requested_at >= COOL_DOWN:
            self._requested_at = self._now()
            self._fetching = asyncio.create_task(self._fetch_keys())
        return self._fetching

    async def _fetch_keys(self) -> None:
        try:
            self._keys = await self._fetch()
            self._fetched_at, self._failed = self._now(), False
        except Exception as error:
            self._failed = True
            log.warning("keys of the identity provider not refreshed", error=repr(error))
        finally:
            self._fetching = None


class ProviderError(Exception):
    """The provider's response cannot be used."""


def is_local(url: str) -> bool:
    return urlsplit(url).hostname in _LOCAL


@dataclass(frozen=True)
class IdentityProvider:
    """If `jwks_url` is None, the issuer's discovery document names it. `plain` allows http.

    `transport` replaces the network in tests.
    """

    issuer: str
    jwks_url: str | None = None
    plain: bool = False
    transport: httpx.AsyncBaseTransport | None = None

    async def keys(self) -> list[Key]:
        """The keys that sign. Raises ProviderError, httpx.HTTPError, TimeoutError, ValueError."""
        client = httpx.AsyncClient(transport=self.transport, timeout=SECONDS, follow_redirects=False)
        async with asyncio.timeout(SECONDS), client:
            url = self.jwks_url or await self._discover(client)
            keys = list(_usable(await self._json(client, url)))
        if not keys:
            raise ProviderError(f"{url} holds no key that signs.")
        return keys

    async def _discover(self, client: httpx.AsyncClient) -> str:
        document = await self._json(client, self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if document.get("issuer") != self.issuer:
            raise ProviderError(f"The document of {self.issuer} speaks for another issuer.")
        return str(document.get("jwks_uri"))

    async def _json(self, client: httpx.AsyncClient, url: str) -> dict[str, Any]:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and (self.plain or is_local(self.issuer))):
            raise ProviderError(f"{url} is not asked: https is wanted.")
        # Uncompressed, so that the counted bytes are the real size.
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        async with client.stream("GET", url, headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                raise ProviderError(f"{url} answers {response.status_code}.")
            body = b""
            async for part in response.aiter_raw():
                body += part
                if len(body) > MAX_RESPONSE:
                    raise ProviderError(f"{url} answers with more than {MAX_RESPONSE} bytes.")
        document = json.loads(body)
        if not isinstance(document, dict):
            raise ProviderError(f"{url} answers with something other than an object.")
        return document


def _usable(key_set: dict[str, Any]) -> Iterator[Key]:
    """The public keys that sign. Other keys of the provider are skipped."""
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
        warnings.simplefilter("error", SecurityWarning)  # for an RSA key that is too short
        key = JWKRegistry.import_key(item)
    key.check_use("sig")
    key.check_key_op("verify")
    return key
