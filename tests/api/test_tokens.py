"""Only our own tokens are accepted, each for its own principal."""

import base64
import json
import time
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from domain.principal import Principal, Role
from resolvers.ids import key_of
from server.auth.tokens import ALGORITHM, mint
from tests.api.client import Api, Caller, World
from tests.api.sample_partner import SamplePartner, foreign_id

VIEWER = json.dumps({"query": "{ viewer { role } }"})
FOREVER = 4_000_000_000


def claims_of(sample: SamplePartner, **changes: Any) -> dict[str, Any]:
    """Those of a valid token of PARTNER_ADMIN, with changes; None leaves a claim out."""
    claims = {
        "iss": "tenure",
        "sub": "someone",
        "role": "PARTNER_ADMIN",
        "iat": 0,
        "exp": FOREVER,
        "partner": str(key_of(sample.partner, "Partner")),
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def signed(sample: SamplePartner, key: Any = None, algorithm: str = ALGORITHM, **changes: Any) -> str:
    claims = claims_of(sample, **changes)
    return jwt.encode({"alg": algorithm}, claims, key or sample.api.key, algorithms=[algorithm])


def unsigned(sample: SamplePartner, algorithm: str) -> str:
    parts = ({"alg": algorithm, "typ": "JWT"}, claims_of(sample))
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
    )


async def _asked(api: Api, authorization: str | bytes | None) -> httpx.Response:
    headers: Any = {"content-type": "application/json"}
    if authorization is not None:
        headers["authorization"] = authorization
    return await api.client.post("/graphql", content=VIEWER, headers=headers)


def assert_refused(response: httpx.Response) -> None:
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/json"
    assert response.headers["www-authenticate"] == "Bearer"
    body = response.json()
    assert body.keys() == {"errors"}
    assert [error["extensions"]["code"] for error in body["errors"]] == ["UNAUTHENTICATED"]


async def test_scheme_of_token_is_case_insensitive(sample: SamplePartner) -> None:
    for scheme in ("Bearer", "bearer", "BEARER"):
        response = await _asked(sample.api, f"{scheme} {signed(sample)}")
        assert response.json()["data"] == {"viewer": {"role": "PARTNER_ADMIN"}}


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer x", "Bearer a.b.c", "Bearer ..", "x" * 9,
     b"Bearer \xff\xfe", "Bearer " + "x" * 60_000, "Bearer e30.e30.e30"],
)  # fmt: skip
async def test_no_token_or_no_such_thing_as_a_token_is_401(
    sample: SamplePartner, authorization: str | bytes | None
) -> None:
    assert_refused(await _asked(sample.api, authorization))


async def test_a_token_of_another_key_is_401(sample: SamplePartner) -> None:
    other = OKPKey.generate_key("Ed25519")
    assert_refused(await _asked(sample.api, f"Bearer {signed(sample, other)}"))


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "Ed25519"])
async def test_a_token_without_a_signature_is_401(sample: SamplePartner, algorithm: str) -> None:
    assert_refused(await _asked(sample.api, f"Bearer {unsigned(sample, algorithm)}"))


async def test_our_public_key_is_no_secret_to_sign_with(sample: SamplePartner) -> None:
    public = OctKey.import_key(json.dumps(sample.api.key.as_dict(private=False)))
    assert_refused(await _asked(sample.api, f"Bearer {signed(sample, public, 'HS256')}"))


async def test_a_tampered_token_is_401(sample: SamplePartner) -> None:
    header, _, signature = signed(sample).split(".")
    _, claims, _ = signed(sample, role="PLATFORM_OPERATOR").split(".")
    assert_refused(await _asked(sample.api, f"Bearer {header}.{claims}.{signature}"))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"exp": None},
        {"exp": "never"},
        {"nbf": FOREVER},
        {"iss": None},
        {"iss": "somebody else"},
        {"sub": None},
        {"role": None},
        {"role": "GOD"},
        {"role": ["PARTNER_ADMIN"]},
        {"partner": None},
        {"partner": "no uuid"},
        {"partner": 7},
        {"partner": {}},
        {"partner": "00000000-0000-0000-0000-000000000000"},
        {"role": "CUSTOMER_ADMIN"},
        {"role": "CUSTOMER_MEMBER", "customer": "no uuid"},
    ],
    ids=repr,
)
async def test_a_token_with_wrong_claims_is_401(sample: SamplePartner, changes: dict[str, Any]) -> None:
    assert_refused(await _asked(sample.api, f"Bearer {signed(sample, **changes)}"))


async def test_a_token_is_good_until_it_expires(sample: SamplePartner) -> None:
    principal = Principal(Role.PARTNER_ADMIN, "someone", key_of(sample.partner, "Partner"))
    for days_ago, status in ((3, 401), (1, 200)):
        issued_at = int(time.time()) - days_ago * 86_400
        response = await _asked(sample.api, f"Bearer {mint(sample.api.key, principal, issued_at, days=2)}")
        assert response.status_code == status


async def test_customer_not_of_the_partner_sees_nothing(sample: SamplePartner, world: World) -> None:
    for customer in (foreign_id("Customer"), world.customer):
        caller = sample.api.as_role(Role.CUSTOMER_ADMIN, sample.partner, customer)
        data = await caller.ask(
            "{ viewer { customer { id } } customers { totalCount } subscriptions { totalCount } "
            "invoices { totalCount } }"
        )
        nothing = {"totalCount": 0}
        assert data.pop("viewer") == {"customer": None}
        assert data == dict.fromkeys(("customers", "subscriptions", "invoices"), nothing)


async def test_the_health_of_the_server_needs_no_token(sample: SamplePartner) -> None:
    for path, status in (("/healthz", "alive"), ("/readyz", "ready")):
        response = await sample.api.client.get(path)
        assert (response.status_code, response.json()) == (200, {"status": status})


async def test_401_comes_before_anything_is_looked_at(sample: SamplePartner) -> None:
    response = await sample.api.client.post("/graphql", content="not json")
    assert response.status_code == 401
    caller = Caller(sample.api.client, "x")
    assert (await caller.send("not json")).status_code == 401
