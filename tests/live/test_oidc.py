"""Tokens of an identity provider, over HTTP and over sockets."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app import create_app
from domain.principal import Role
from server.auth.claims import claims_of
from server.auth.jwks import COOL_DOWN, IdentityProvider, KeyCache
from server.auth.oidc import OidcTokens
from tests.api.client import Api, Caller, World
from tests.conftest import KEY
from tests.issuer import AUDIENCE, ISSUER, JWKS_URL, KEYS, Issuer, published, token
from tests.live.serving import Server, in_thread
from tests.live.watching import close_code, first_message, open_socket, receive, send
from tests.settings import settings_with

VIEWER = "{ viewer { role name partner { id } customer { id } } }"


@dataclass
class Stage:
    issuer: Issuer
    server: Server
    now: float = 0.0  # the clock of the key cache

    async def asks(self, text: str) -> httpx.Response:
        async with self.server.api() as api:
            return await Caller(api.client, text).send(f'{{"query": "{VIEWER}"}}')


@pytest.fixture
async def stage(database_url: str, api: Api) -> AsyncIterator[Stage]:
    issuer = Issuer()
    provider = IdentityProvider(ISSUER, JWKS_URL, transport=issuer.transport)
    stage = Stage(issuer, Server("", KEY, 0))
    keys = KeyCache(provider.keys, lambda: stage.now)
    settings = settings_with(pool_size=2)
    verifier = OidcTokens(keys, ISSUER, AUDIENCE, claims_of(settings), settings.oidc_leeway)
    app = create_app(database_url, verifier, settings)
    with in_thread(app, KEY) as stage.server:
        yield stage


def good(world: World | None = None, seconds: float = 600, **changes: Any) -> str:
    """A token that ends that many seconds from now: of the world's customer, else of the platform."""
    now = int(time.time())
    whose = {"role": "CUSTOMER_ADMIN", "partner": world.partner, "customer": world.customer} if world else {}
    return token(**{"iat": now, "exp": now + seconds} | whose | changes)


async def test_the_viewer_is_the_principal_of_the_claims(stage: Stage, world: World) -> None:
    response = await stage.asks(good(world, sub="Ann"))
    assert response.json()["data"] == {
        "viewer": {
            "role": "CUSTOMER_ADMIN",
            "name": "Ann",
            "partner": {"id": world.partner},
            "customer": {"id": world.customer},
        }
    }
    assert stage.issuer.asked == [JWKS_URL]


async def test_it_acts_under_its_name(stage: Stage, world: World) -> None:
    async with stage.server.api() as api:
        data = {"subscriptionId": world.subscription, "settings": {"a": 1}}
        made = await Caller(api.client, good(world, sub="Ann")).made(
            "updateSettings", data, "record { actor }"
        )
    assert made["record"]["actor"] == "Ann"


async def test_an_invalid_token_is_401(stage: Stage, world: World) -> None:
    for text in (good(seconds=-60), good(aud="other"), good(role="GOD"), world.admin.token, "x"):
        response = await stage.asks(text)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        [error] = response.json()["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"


async def test_tokens_of_the_own_key_are_refused(stage: Stage) -> None:
    text = Api(httpx.AsyncClient(), KEY).as_role(Role.PLATFORM_OPERATOR).token
    assert (await stage.asks(text)).status_code == 401


async def test_without_keys_the_answer_is_503_not_401(stage: Stage) -> None:
    stage.issuer.answers = {JWKS_URL: httpx.ConnectError("refused")}
    response = await stage.asks(good())
    assert response.status_code == 503
    assert "www-authenticate" not in response.headers
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"
    assert "identity provider" in error["message"]
    async with open_socket(stage.server) as socket:
        await send(socket, "connection_init", {"Authorization": f"Bearer {good()}"})
        assert await close_code(socket) == 1013
    assert stage.issuer.asked == [JWKS_URL]
    stage.issuer.answers, stage.now = Issuer().answers, COOL_DOWN
    assert (await stage.asks(good())).status_code == 200


async def test_a_provider_that_goes_away_later_is_not_missed(stage: Stage) -> None:
    assert (await stage.asks(good())).status_code == 200
    stage.issuer.answers, stage.now = {JWKS_URL: httpx.Response(500)}, 3600.0
    assert (await stage.asks(good())).status_code == 200


async def test_a_revoked_key_is_401_when_keys_are_old(stage: Stage) -> None:
    assert (await stage.asks(good())).status_code == 200
    stage.issuer.answers = {JWKS_URL: published(KEYS["ec"], KEYS["okp"])}
    assert (await stage.asks(good())).status_code == 200
    stage.now = 3600.0
    assert (await stage.asks(good())).status_code == 401


async def test_an_empty_key_set_counts_as_a_failure(stage: Stage) -> None:
    assert (await stage.asks(good())).status_code == 200
    stage.issuer.answers, stage.now = {JWKS_URL: published()}, 3600.0
    assert (await stage.asks(good())).status_code == 200


async def test_a_socket_closes_when_its_token_expires(stage: Stage, world: World) -> None:
    for text in ("x", good(seconds=-60), world.admin.token):
        async with open_socket(stage.server) as socket:
            await send(socket, "connection_init", {"Authorization": f"Bearer {text}"})
            assert await close_code(socket) == 4403
    async with open_socket(stage.server) as socket:
        # The leeway of 30 seconds is over shortly after.
        await send(socket, "connection_init", {"Authorization": f"Bearer {good(world, seconds=-26)}"})
        assert (await receive(socket))["type"] == "connection_ack"
        viewer = (await first_message(socket, VIEWER))["payload"]["data"]["viewer"]
        assert viewer["customer"] == {"id": world.customer}
        assert await close_code(socket) == 4403


async def test_a_partner_that_does_not_exist_is_401(stage: Stage) -> None:
    text = good(role="PARTNER_ADMIN", partner="00000000-0000-0000-0000-000000000001")
    assert (await stage.asks(text)).status_code == 401
