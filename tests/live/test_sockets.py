"""The protocol on the wire: authentication, expiry, errors."""

import gc
import time
from typing import Any
from unittest.mock import AsyncMock

import pytest
from starlette.websockets import WebSocket

from domain.principal import Principal, Role
from resolvers.errors import unavailable
from resolvers.ids import key_of
from server.auth.tokens import mint
from server.http.endpoint import GraphQLEndpoint
from tests.api.client import World
from tests.live.serving import Server
from tests.live.watching import (
    close_code,
    first_message,
    last_record,
    note,
    open_socket,
    receive,
    send,
    until,
)

VIEWER = "{ viewer { role } }"
IS_VIEWER = {"viewer": {"role": "CUSTOMER_ADMIN"}}
SETTINGS = "query($id: ID!) { subscription(by: {id: $id}) { version settings } }"
UPDATE = (
    "mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) "
    "{ subscription { version } record { reason } userErrors { code } } }"
)


def token_until(world: World, seconds: float) -> str:
    """A token that ends that many seconds from now."""
    principal = Principal(
        Role.CUSTOMER_ADMIN, "x", key_of(world.partner, "Partner"), key_of(world.customer, "Customer")
    )
    return mint(world.api.key, principal, int(time.time() + seconds) - 86_400, 1)


def sockets() -> list[WebSocket]:
    """Those that the server still holds."""
    gc.collect()
    return [one for one in gc.get_objects() if type(one) is WebSocket]


@pytest.mark.parametrize(
    "payload", [{}, {"Authorization": 5}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}]
)
async def test_a_socket_without_a_token_is_closed(server: Server, payload: dict[str, Any]) -> None:
    async with open_socket(server) as socket:
        await send(socket, "connection_init", payload)
        assert await close_code(socket) == 4403


async def test_a_token_that_has_ended_is_turned_away(server: Server, world: World) -> None:
    async with open_socket(server) as socket:
        await send(socket, "connection_init", {"Authorization": f"Bearer {token_until(world, -5)}"})
        assert await close_code(socket) == 4403


async def test_a_token_that_ends_closes_the_socket(server: Server, world: World) -> None:
    async with open_socket(server, token_until(world, 2.5)) as socket:
        await send(socket, "subscribe", {"query": "subscription { subscriptionChanged { id } }"}, "watch")
        assert (await first_message(socket, VIEWER))["payload"]["data"] == IS_VIEWER
        assert await close_code(socket) == 4403
        assert socket.close_reason == "The token has expired."


async def test_a_closed_socket_is_forgotten(server: Server, world: World) -> None:
    async with open_socket(server, token_until(world, 80_000)) as socket:
        await first_message(socket, VIEWER)
        assert sockets()
    await until(lambda: not sockets())


async def test_a_database_that_is_away_means_try_again(
    server: Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GraphQLEndpoint, "_currency", AsyncMock(side_effect=unavailable()))
    async with open_socket(server) as socket:
        await send(socket, "connection_init", {"Authorization": f"Bearer {world.admin.token}"})
        assert await close_code(socket) == 1013


async def test_authorization_is_read_in_any_case(server: Server, world: World) -> None:
    async with open_socket(server) as socket:
        await send(socket, "connection_init", {"authorization": f"bearer {world.customer_admin.token}"})
        assert (await receive(socket))["type"] == "connection_ack"


async def test_an_operation_before_init_closes_the_socket(server: Server) -> None:
    async with open_socket(server) as socket:
        await send(socket, "subscribe", {"query": VIEWER}, "1")
        assert await close_code(socket) == 4401


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "5",
        '"ping"',
        '{"type": "unheard of"}',
        '{"id": "1"}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": null}',
        '{"type": "subscribe", "id": ["1"], "payload": {"query": "{ viewer { role } }"}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": [1]}}',
        '{"type": "complete", "id": {}}',
        "9" * 5000,
        "[" * 100 + "]" * 100,
        "[" * 100_000,
        b"{}",
    ],
    ids=lambda text: repr(text)[:40],
)
async def test_an_invalid_message_closes_the_socket(server: Server, world: World, text: str | bytes) -> None:
    async with open_socket(server, world.customer_admin.token) as socket:
        await socket.send(text)
        assert await close_code(socket) == 4400


@pytest.mark.parametrize(
    "query",
    [
        "{",
        "{ viewer { secret } }",
        "query($n: Int!) { viewer { role } }",
        "subscription { subscriptionChanged }",
        "fragment f on Query { viewer { role } }",
    ],
)
async def test_a_broken_operation_is_an_error_of_it_alone(server: Server, world: World, query: str) -> None:
    async with open_socket(server, world.customer_admin.token) as socket:
        message = await first_message(socket, query)
        assert message["type"] == "error"
        assert {error["extensions"]["code"] for error in message["payload"]} == {"BAD_USER_INPUT"}
        assert (await first_message(socket, VIEWER, "2"))["payload"]["data"] == IS_VIEWER


async def test_one_operation_too_many_is_refused_with_a_code(server: Server, world: World) -> None:
    async with open_socket(server, world.customer_admin.token) as socket:
        for number in range(100):
            payload = {"query": "subscription { subscriptionChanged { id } }"}
            await send(socket, "subscribe", payload, f"w{number}")
        message = await first_message(socket, VIEWER, "one more")
        assert message["type"] == "error"
        assert [error["extensions"]["code"] for error in message["payload"]] == ["LIMIT_EXCEEDED"]
        await send(socket, "complete", key="w0")
        assert (await first_message(socket, VIEWER, "again"))["payload"]["data"] == IS_VIEWER


async def test_the_platform_has_nothing_to_watch(server: Server, world: World) -> None:
    operator = world.api.as_role(Role.PLATFORM_OPERATOR)
    async with open_socket(server, operator.token) as socket:
        message = await first_message(socket, "subscription { subscriptionChanged { id } }")
        errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        assert [error["extensions"]["code"] for error in errors] == ["FORBIDDEN"]


async def test_queries_and_mutations_work_over_the_socket(server: Server, world: World) -> None:
    async with open_socket(server, world.admin.token) as socket:
        for number in range(1, 4):
            await note(world.admin, world.subscription, f"{number}")  # over HTTP, in another process
            found = (await answer(socket, SETTINGS, f"q{number}", id=world.subscription))["subscription"]
            assert found == {"version": number + 1, "settings": {"note": f"{number}"}}


async def test_texts_of_mutations_are_kept_apart(server: Server, world: World) -> None:
    """One socket, one response key, three operations: each gets its own result."""

    def update(value: int, key: str | None) -> dict[str, Any]:
        settings = {"subscriptionId": world.subscription, "settings": {"value": value}}
        return settings | {"reason": f"to {value}", "idempotencyKey": key}

    async with open_socket(server, world.admin.token) as socket:
        for number, key in enumerate(["first", None, "third"]):
            done = await answer(socket, UPDATE, f"m{number}", input=update(number, key))
            assert done["updateSettings"]["record"] == {"reason": f"to {number}"}
        await answer(socket, SETTINGS, "q", id=world.subscription)
        again = await answer(socket, UPDATE, "again", input=update(0, "first"))
    assert again["updateSettings"] == {
        "record": {"reason": "to 0"},
        "subscription": {"version": 2},
        "userErrors": [],
    }


async def test_a_completed_operation_sends_no_more(server: Server, world: World) -> None:
    after = await last_record(world.admin, world.subscription)
    query = "subscription($id: ID, $a: ID) { subscriptionChanged(subscriptionId: $id, after: $a) { reason } }"
    async with open_socket(server, world.customer_admin.token) as socket:
        await note(world.admin, world.subscription, "first")
        message = await first_message(socket, query, "watch", id=world.subscription, a=after)
        assert message["payload"]["data"] == {"subscriptionChanged": {"reason": "first"}}
        await send(socket, "complete", key="watch")
        await send(socket, "ping")
        assert await receive(socket) == {"type": "pong"}
        await note(world.admin, world.subscription, "second")
        assert (await first_message(socket, VIEWER))["payload"]["data"] == IS_VIEWER


async def answer(socket: Any, query: str, key: str, **variables: Any) -> dict[str, Any]:
    message = await first_message(socket, query, key, **variables)
    assert message["type"] == "next"
    assert "errors" not in message["payload"], message["payload"]
    assert await receive(socket) == {"type": "complete", "id": key}
    data: dict[str, Any] = message["payload"]["data"]
    return data
