"""A page of another origin can do nothing, unless its origin is listed."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.client import Api
from tests.api.sample_partner import SamplePartner
from tests.server.http.serving import served

LISTED = "https://app.example.com"
OTHERS = [
    "https://evil.example.com",
    "http://app.example.com",
    "https://app.example.com.evil.com",
    "https://app.example.com:8443",
    "https://APP.example.com",
    "null",
]
BODY = json.dumps({"query": "{ viewer { role } }"})
ASKS_LEAVE = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,x-request-id",
}


@pytest.fixture(scope="module")
async def open_api(sample: SamplePartner, database_url: str) -> AsyncIterator[Api]:
    async with served(database_url, sample.api, cors_origins=(LISTED,)) as api:
        yield api


async def preflight(api: Api, origin: str) -> httpx.Response:
    return await api.client.options("/graphql", headers=ASKS_LEAVE | {"origin": origin})


async def test_a_listed_origin_may_call_and_read(open_api: Api, sample: SamplePartner) -> None:
    response = await preflight(open_api, LISTED)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == LISTED
    assert "POST" in response.headers["access-control-allow-methods"]
    headers = {"origin": LISTED, "authorization": f"Bearer {sample.admin.token}"}
    answer = await open_api.client.post(
        "/graphql", content=BODY, headers=headers | {"content-type": "application/json"}
    )
    assert answer.json()["data"] == {"viewer": {"role": "PARTNER_ADMIN"}}
    assert answer.headers["access-control-allow-origin"] == LISTED
    assert answer.headers["vary"] == "Origin"
    readable = set(answer.headers["access-control-expose-headers"].split(", "))
    assert {"X-Request-Id", "Retry-After", "RateLimit-Remaining"} <= readable
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", OTHERS)
async def test_another_origin_is_not_allowed(open_api: Api, origin: str) -> None:
    response = await preflight(open_api, origin)
    assert response.status_code == 400
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("origin", [LISTED, *OTHERS])
async def test_without_a_list_no_origin_is_allowed(sample: SamplePartner, origin: str) -> None:
    response = await preflight(sample.api, origin)
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
async def test_requests_without_preflight_are_415(sample: SamplePartner, kind: str | None) -> None:
    """Only JSON is accepted, and browsers send a preflight request before JSON to another origin."""
    headers = {"authorization": f"Bearer {sample.admin.token}"} | ({"content-type": kind} if kind else {})
    response = await sample.api.client.post("/graphql", content=BODY, headers=headers)
    assert response.status_code == 415


@pytest.mark.parametrize("path", ["/graphql", "/healthz", "/nothing"])
async def test_every_response_has_security_headers(sample: SamplePartner, path: str) -> None:
    headers = (await sample.api.client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
