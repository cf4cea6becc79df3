"""Which responses of a provider are used, and which are not."""

import gzip
import json
from typing import Any

import httpx
import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from server.auth import jwks
from server.auth.jwks import MAX_KEYS, MAX_RESPONSE, IdentityProvider, ProviderError
from tests.issuer import ISSUER, JWKS_URL, KEYS, Issuer, published, streamed

DISCOVERY = ISSUER + "/.well-known/openid-configuration"


def asking(issuer: Issuer, jwks_url: str | None = JWKS_URL, of: str = ISSUER) -> IdentityProvider:
    return IdentityProvider(of, jwks_url, transport=issuer.transport)


async def kids(provider: IdentityProvider) -> list[str | None]:
    return [key.kid for key in await provider.keys()]


async def test_the_keys_are_where_the_issuer_s_document_says() -> None:
    issuer = Issuer()
    issuer.answers[DISCOVERY] = {"issuer": ISSUER, "jwks_uri": JWKS_URL}
    assert await kids(asking(issuer, None)) == ["rsa", "ec", "okp"]
    assert issuer.asked == [DISCOVERY, JWKS_URL]


async def test_an_issuer_may_end_with_a_slash() -> None:
    slashed = ISSUER + "/"
    issuer = Issuer()
    issuer.answers[DISCOVERY] = {"issuer": slashed, "jwks_uri": JWKS_URL}
    assert await kids(asking(issuer, None, slashed)) == ["rsa", "ec", "okp"]


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example.com", "jwks_uri": JWKS_URL},
        {"issuer": ISSUER + "/", "jwks_uri": JWKS_URL},
        {"jwks_uri": JWKS_URL},
        {"issuer": ISSUER},
        {"issuer": ISSUER, "jwks_uri": 7},
        {"issuer": ISSUER, "jwks_uri": JWKS_URL.replace("https", "http")},
        {"issuer": ISSUER, "jwks_uri": "http://localhost/keys"},
        {"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"},
        [],
        b"<html>",
        httpx.Response(302, headers={"location": JWKS_URL}),
        httpx.Response(500),
    ],
    ids=repr,
)
async def test_an_unfit_discovery_document_is_refused(document: Any) -> None:
    issuer = Issuer()
    issuer.answers[DISCOVERY] = document
    with pytest.raises((ProviderError, ValueError)):
        await asking(issuer, None).keys()
    assert issuer.asked == [DISCOVERY]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"null",
        b'{"keys": {}}',
        b'{"keys": []}',
        b'{"keys": [null, 7, {}, {"kty": "RSA"}, {"kty": "RSA", "n": "%%", "e": "AQAB"}]}',
        b"[" * 100_000,
        b'{"keys": [' + b" " * MAX_RESPONSE + b"]}",
        httpx.Response(301, headers={"location": ISSUER + "/elsewhere"}),
        streamed(gzip.compress(json.dumps(published(KEYS["ec"])).encode()), **{"content-encoding": "gzip"}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
    ],
    ids=lambda answer: repr(answer)[:40],
)
async def test_an_answer_that_is_no_key_set_gives_no_keys(answer: Any) -> None:
    issuer = Issuer({JWKS_URL: answer})
    with pytest.raises((ProviderError, ValueError, RecursionError, httpx.HTTPError)):
        await asking(issuer).keys()
    assert issuer.asked == [JWKS_URL]


async def test_an_endless_response_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "SECONDS", 0.01)
    issuer = Issuer()
    issuer.open.clear()
    with pytest.raises(TimeoutError):
        await asking(issuer).keys()


def _weak() -> RSAKey:
    with pytest.warns(SecurityWarning):
        return RSAKey.generate_key(1024, {"kid": "weak"})


async def test_keys_that_do_not_sign_are_skipped() -> None:
    key_set = published(
        RSAKey.generate_key(2048, {"kid": "encrypts", "use": "enc"}),
        RSAKey.generate_key(2048, {"kid": "wraps", "key_ops": ["wrapKey"]}),
        _weak(),
        KEYS["ec"],
    )
    key_set["keys"] += [
        OctKey.generate_key(256, {"kid": "secret"}).as_dict(private=True),
        ECKey.generate_key("P-256", {"kid": "given away"}).as_dict(private=True),
        {"kty": "PQC", "kid": "from the future"},
    ]
    assert await kids(asking(Issuer({JWKS_URL: key_set}))) == ["ec"]


async def test_of_too_many_keys_the_first_are_taken() -> None:
    keys = [OKPKey.generate_key("Ed25519", {"kid": str(n)}) for n in range(MAX_KEYS + 1)]
    assert len(await kids(asking(Issuer({JWKS_URL: published(*keys)})))) == MAX_KEYS


@pytest.mark.parametrize(
    ("issuer", "plain", "asked"),
    [
        ("http://id.example.com", False, False),
        ("http://id.example.com", True, True),
        ("http://localhost:8080", False, True),
        ("http://127.0.0.1:8080", False, True),
        ("http://[::1]:8080", False, True),
        ("http://localhost.example.com", False, False),
        ("http://localhost@example.com", False, False),
    ],
)
async def test_plain_http_is_for_localhost_or_by_setting(issuer: str, plain: bool, asked: bool) -> None:
    there = Issuer({issuer + "/keys": published(KEYS["ec"])})
    provider = IdentityProvider(issuer, issuer + "/keys", plain, there.transport)
    if asked:
        assert await kids(provider) == ["ec"]
    else:
        with pytest.raises(ProviderError, match="https"):
            await provider.keys()
    assert bool(there.asked) is asked
