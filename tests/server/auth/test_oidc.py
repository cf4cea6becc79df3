"""A provider's token is accepted only if all conditions hold."""

import base64
import hmac
import json
from typing import Any
from uuid import UUID

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from domain.principal import Principal, Role
from resolvers.errors import RequestError
from server.auth.claims import claims_of
from server.auth.jwks import IdentityProvider, KeyCache
from server.auth.oidc import MAX_TOKEN, OidcTokens
from server.auth.tokens import EitherTokens, InstanceTokens, authenticate, mint
from tests.issuer import AUDIENCE, ISSUER, JWKS_URL, KEYS, NOW, Issuer, claims, published, token
from tests.settings import settings_with

LEEWAY = 30
THIEF = RSAKey.generate_key(2048)


def tokens_of(issuer: Issuer) -> OidcTokens:
    provider = IdentityProvider(ISSUER, JWKS_URL, transport=issuer.transport)
    return OidcTokens(
        KeyCache(provider.keys, lambda: 0.0), ISSUER, AUDIENCE, claims_of(settings_with()), LEEWAY
    )


async def named(text: str) -> Principal:
    return await authenticate(tokens_of(Issuer()), f"Bearer {text}", NOW)


def segment(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def forged(header: Any, payload: Any = None, signature: bytes = b"x") -> str:
    return f"{segment(header)}.{segment(claims() if payload is None else payload)}.{segment(signature)}"


def confused(kid: str) -> str:
    """A token of HS256 whose shared secret is the public key."""
    signed = f"{segment({'alg': 'HS256', 'kid': kid})}.{segment(claims())}"
    code = hmac.digest(KEYS[kid].as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{segment(code)}"


@pytest.mark.parametrize(
    ("kid", "header"),
    [("rsa", {}), ("ec", {}), ("okp", {}), ("okp", {"alg": "EdDSA"}), ("rsa", {"typ": "at+jwt"}),
     ("rsa", {"typ": None}), ("ec", {"kid": None}), ("rsa", {"x5t": "abc", "nonce": "of some provider"})],
    ids=repr,
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
async def test_a_token_of_each_kind_of_key_is_let_in(kid: str, header: dict[str, Any]) -> None:
    assert await named(token(kid, header=header)) == Principal(
        Role.PLATFORM_OPERATOR, "auth0|42", expires_at=NOW + 600 + LEEWAY
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None},
        {"iss": ISSUER + "/"},
        {"iss": "https://evil.example.com"},
        {"iss": [ISSUER]},
        {"iss": "tenure"},
        {"aud": None},
        {"aud": "https://other.example.com"},
        {"aud": AUDIENCE + "/"},
        {"aud": []},
        {"aud": ["https://other.example.com", 7]},
        {"aud": {AUDIENCE: True}},
        {"exp": None},
        {"exp": NOW - LEEWAY},
        {"exp": str(NOW + 600)},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": [NOW + 600]},
        {"nbf": NOW + LEEWAY + 1},
        {"nbf": "tomorrow"},
        {"iat": NOW + LEEWAY + 1},
        {"iat": float("nan")},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"role": "GOD"},
        {"role": "PARTNER_ADMIN", "partner": "no id"},
        {"sub": "\ud800"},
    ],
    ids=repr,
)
async def test_a_signed_token_with_wrong_claims_is_refused(changes: dict[str, Any]) -> None:
    await refused(token(**changes))


@pytest.mark.parametrize(
    "text",
    [
        forged({"alg": "none"}),
        forged({"alg": "none", "kid": "rsa"}, signature=b""),
        forged({"alg": "nOnE", "kid": "rsa"}),
        forged({"alg": None, "kid": "rsa"}),
        forged({"alg": ["RS256"], "kid": "rsa"}),
        forged({"kid": "rsa"}),
        forged({"alg": "RS256", "kid": "rsa"}),
        forged({"alg": "RS256", "kid": "rsa"}, signature=b""),
        forged({"alg": "RS256", "kid": ["rsa"]}),
        forged({"alg": "RS256", "kid": "made up"}),
        forged({"alg": "RS256", "kid": "../../etc/passwd"}),
        forged([]),
        forged("alg"),
        forged(7),
        forged(b"[" * 6000),
        forged(b"\xff\xfe"),
        forged({"alg": "RS256", "kid": "rsa"}, b"[" * 6000),
        token(key=THIEF),
        token("ec", ECKey.generate_key("P-256")),
        token("okp", OKPKey.generate_key("Ed25519")),
        token(key=THIEF, header={"jwk": THIEF.as_dict(private=False)}),
        token(key=THIEF, header={"jku": "https://evil.example.com/keys"}),
        token(key=THIEF, header={"x5u": "https://evil.example.com/cert"}),
        token("ec", header={"kid": "rsa"}),
        token("rsa", header={"kid": "ec"}),
        token("rsa", header={"alg": "RS512"}),
        token("rsa", header={"alg": "PS256"}),
        confused("rsa"),
        confused("ec"),
        token("okp", OKPKey.generate_key("Ed448"), header={"alg": "Ed448"}),
        token(header={"crit": ["exp"], "exp": NOW}),
        token(header={"crit": ["b64"], "b64": True}),
        token(header={"crit": []}),
        token(header={"typ": "logout+jwt"}),
        token(header={"typ": "dpop+jwt"}),
        token() + ".",
        token() + "." + token(),
        token()[:-20],
        token().partition(".")[0],
        "." + token(),
        token("rsa", note="x" * MAX_TOKEN),
        "{" + token() + "}",
        "é" * 50,
    ],
    ids=lambda text: text[:30],
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
async def test_a_forged_token_is_refused(text: str) -> None:
    await refused(text)


async def refused(text: str) -> None:
    with pytest.raises(RequestError) as raised:
        await named(text)
    assert raised.value.extensions == {"code": "UNAUTHENTICATED"}


async def test_keys_in_the_header_are_ignored() -> None:
    issuer = Issuer()
    brought = {
        "jwk": THIEF.as_dict(private=False),
        "jku": "https://evil.example.com/",
        "x5u": "https://evil/",
    }
    assert await tokens_of(issuer).verify(token(header=brought), NOW)
    assert issuer.asked == [JWKS_URL]


async def test_without_a_key_id_only_one_key_may_fit() -> None:
    text = token(header={"kid": None})
    assert await named(text)
    two = Issuer({JWKS_URL: published(KEYS["rsa"], THIEF)})
    with pytest.raises(RequestError):
        await tokens_of(two).verify(text, NOW)


async def test_two_keys_with_one_id_differ_by_type() -> None:
    twin = ECKey.import_key(KEYS["ec"].as_dict(private=True) | {"kid": "rsa"})
    issuer = Issuer({JWKS_URL: published(KEYS["rsa"], twin)})
    assert await tokens_of(issuer).verify(token("rsa"), NOW)
    assert await tokens_of(issuer).verify(token("rsa", twin, header={"alg": "ES256"}), NOW)


@pytest.mark.parametrize(
    "changes",
    [{"exp": NOW - LEEWAY + 1}, {"nbf": NOW + LEEWAY}, {"iat": NOW + LEEWAY}, {"iat": None},
     {"aud": ["https://other.example.com", AUDIENCE]}, {"exp": NOW + 0.5}, {"exp": 10**300}],
    ids=repr,
)  # fmt: skip
async def test_leeway_and_several_audiences(changes: dict[str, Any]) -> None:
    assert await named(token(**changes))


async def test_only_a_valid_token_learns_what_claims_lack() -> None:
    with pytest.raises(RequestError, match="claim “role”"):
        await named(token(role="GOD"))
    with pytest.raises(RequestError, match="not valid, or no longer"):
        await named(token(key=THIEF, role="GOD"))


async def test_a_malformed_token_causes_no_fetch() -> None:
    issuer = Issuer()
    for text in ("x", forged({"alg": "HS256"}), token(header={"typ": "logout+jwt"})):
        with pytest.raises(RequestError):
            await tokens_of(issuer).verify(text, NOW)
    assert issuer.asked == []


async def test_two_verifiers_keep_their_own_rules() -> None:
    own = OKPKey.generate_key("Ed25519")
    either = EitherTokens(InstanceTokens(own), tokens_of(Issuer()))
    minted = mint(own, Principal(Role.PARTNER_STAFF, "ours", UUID(int=7)), NOW, days=1)
    assert (await either.verify(minted, NOW)).name == "ours"
    assert (await either.verify(token(), NOW)).name == "auth0|42"
    for text in (token("okp", own, header={"kid": None}), minted + "x", token(iss="tenure")):
        with pytest.raises(RequestError):
            await either.verify(text, NOW)
    with pytest.raises(RequestError):
        await tokens_of(Issuer()).verify(minted, NOW)
