"""A small identity provider: its keys, its tokens, and its answers over HTTP, with a list of the requests."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from joserfc import jws
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

ISSUER = "https://id.example.com/realms/tenure"
AUDIENCE = "https://api.example.com"
JWKS_URL = ISSUER + "/certs"
NOW = 1_700_000_000  # Unix seconds

KEYS: dict[str, Key] = {
    "rsa": RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"}),
    "ec": ECKey.generate_key("P-256", {"kid": "ec"}),
    "okp": OKPKey.generate_key("Ed25519", {"kid": "okp", "alg": "EdDSA"}),
}
ALGORITHMS = {"rsa": "RS256", "ec": "ES256", "okp": "Ed25519"}


class _Careless(jws.JWSRegistry):
    """Signs whatever header it is given."""

    def check_header(self, header: Any) -> None:
        pass


_ANYTHING = _Careless(algorithms=[*jws.JWSRegistry.algorithms])


def claims(**changes: Any) -> dict[str, Any]:
    """Those of a good token of PLATFORM_OPERATOR at NOW, with changes; None leaves a claim out."""
    good = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "auth0|42", "iat": NOW - 60, "exp": NOW + 600,
        "role": "PLATFORM_OPERATOR",
    }  # fmt: skip
    return {name: value for name, value in (good | changes).items() if value is not None}


def token(kid: str = "rsa", key: Key | None = None, *, header: Any = None, **changes: Any) -> str:
    """Signed with the key of that id, or with `key`; `header` adds to the header, or leaves out."""
    fields = {"alg": ALGORITHMS.get(kid, "RS256"), "kid": kid, "typ": "JWT"} | (header or {})
    fields = {name: value for name, value in fields.items() if value is not None}
    content = json.dumps(claims(**changes))
    return jws.serialize_compact(fields, content, _bare(key or KEYS[kid]), registry=_ANYTHING)


def _bare(key: Key) -> Key:
    """The key without its use and algorithm."""
    content = key.as_dict(private=True)
    return JWKRegistry.import_key({name: content[name] for name in content if name not in {"alg", "use"}})


def published(*keys: Key) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


@dataclass
class Issuer:
    """`answers` by URL: a document, bytes, a response, or an exception. It answers once `open` is set."""

    answers: dict[str, Any] = field(default_factory=lambda: {JWKS_URL: published(*KEYS.values())})
    asked: list[str] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        await self.open.wait()
        answer = self.answers.get(str(request.url), httpx.Response(404))
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        return streamed(answer if isinstance(answer, bytes) else json.dumps(answer).encode())


def streamed(body: bytes, **headers: str) -> httpx.Response:
    """An unread response in pieces, as it comes from a network."""

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 4096):
            yield body[start : start + 4096]

    return httpx.Response(200, content=pieces(), headers=headers)
