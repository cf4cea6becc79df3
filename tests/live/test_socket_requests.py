"""Sockets follow the rules of HTTP: origins, ids, one operation, persisted documents."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from app import create_app
from resolvers.log_context import merge_bound
from server.auth.tokens import InstanceTokens
from tests.api.client import Json, World
from tests.conftest import KEY
from tests.live.serving import Server, in_thread
from tests.live.watching import first_message, open_socket, receive, send, until
from tests.settings import settings_with

LISTED = "https://app.example.com"
QUERY = "query Role { viewer { role } }"
IS_VIEWER = {"viewer": {"role": "CUSTOMER_ADMIN"}}
HASH = hashlib.sha256(QUERY.encode()).hexdigest()
BY_HASH = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HASH}}}


@pytest.fixture(scope="module")
def trusting(database_url: str) -> Iterator[Server]:
    """A server that lists one origin, and trusts one document."""
    settings = settings_with(pool_size=2, cors_origins=(LISTED,))
    with in_thread(
        create_app(database_url, InstanceTokens(KEY), settings, trusted_documents={"role": QUERY}), KEY
    ) as server:
        yield server


async def answer(socket: ClientConnection, payload: Json, key: str = "1") -> Json:
    """The first message to an operation."""
    await send(socket, "subscribe", payload, key)
    message = await receive(socket)
    if message["type"] == "next":
        assert (await receive(socket))["type"] == "complete"
    return message


def code(message: Json) -> str:
    assert message["type"] == "error"
    [error] = message["payload"]
    found: str = error["extensions"]["code"]
    return found


@pytest.mark.parametrize("origin", ["https://evil.example.com", "http://app.example.com", "null"])
async def test_a_page_of_another_origin_is_turned_away(trusting: Server, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with open_socket(trusting, origin=origin):
            pass
    assert refusal.value.response.status_code == 403


async def test_other_origins_are_refused_without_a_list(server: Server) -> None:
    with pytest.raises(InvalidStatus):
        async with open_socket(server, origin=LISTED):
            pass


async def test_listed_own_and_no_origin_are_accepted(trusting: Server, world: World) -> None:
    for origin in (LISTED, f"http://{trusting.host}", None):
        async with open_socket(trusting, world.admin.token, origin=origin):
            pass


async def test_a_document_may_be_named_by_its_hash(server: Server, world: World) -> None:
    async with open_socket(server, world.customer_admin.token) as socket:
        unknown = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
        assert code(await answer(socket, unknown)) == "PERSISTED_QUERY_NOT_FOUND"
        for number, named in enumerate([BY_HASH | {"query": QUERY}, BY_HASH, {"documentId": HASH}]):
            assert (await answer(socket, named, str(number)))["payload"]["data"] == IS_VIEWER
        assert code(await answer(socket, BY_HASH | {"query": "{ viewer { name } }"})) == "BAD_USER_INPUT"


async def test_only_trusted_documents_are_answered(trusting: Server, world: World) -> None:
    async with open_socket(trusting, world.customer_admin.token) as socket:
        refused: list[dict[str, Any]] = [{"query": QUERY}, {"query": "{ viewer { name } }"}, BY_HASH, {}]
        for payload in refused:
            assert code(await answer(socket, payload)) == "DOCUMENT_NOT_TRUSTED"
        assert (await answer(socket, {"documentId": "role"}))["payload"]["data"] == IS_VIEWER


async def test_of_several_operations_one_must_be_named(server: Server, world: World) -> None:
    query = QUERY + " query Name { viewer { name } }"
    async with open_socket(server, world.customer_admin.token) as socket:
        assert code(await answer(socket, {"query": query})) == "BAD_USER_INPUT"
        named = await answer(socket, {"query": query, "operationName": "Role"})
        assert named["payload"]["data"] == IS_VIEWER


async def test_no_suggestions_and_no_introspection(server: Server, world: World) -> None:
    async with open_socket(server, world.customer_admin.token) as socket:
        for query in ("{ viewr { role } }", "{ __schema { __typename } }"):
            message = await first_message(socket, query)
            assert code(message) == "BAD_USER_INPUT"
            assert "Did you mean" not in str(message)


async def test_each_operation_has_an_id_and_a_log_line(server: Server, world: World) -> None:
    with structlog.testing.capture_logs(processors=[merge_bound]) as lines:
        async with open_socket(server, world.customer_admin.token) as socket:
            ids = [
                (await first_message(socket, "query Odd { nothing }"))["payload"][0]["extensions"][
                    "requestId"
                ]
                for _ in range(2)
            ]
            await answer(socket, {"query": QUERY})
        await until(lambda: len(lines) == 4)
    *operations, socket_line = lines
    assert len({line["request_id"] for line in lines}) == 4
    assert [line["request_id"] for line in operations[:2]] == ids
    assert [line["operation"] for line in operations] == ["Odd", "Odd", "Role"]
    assert {line["principal"] for line in operations} == {"customer_admin"}
    assert (socket_line["method"], socket_line["path"], socket_line["status"]) == (
        "WEBSOCKET",
        "/graphql",
        101,
    )


async def test_a_protocol_error_has_a_code(server: Server, world: World) -> None:
    async with open_socket(server, world.customer_admin.token) as socket:
        for number in range(101):
            await send(
                socket, "subscribe", {"query": "subscription { subscriptionChanged { id } }"}, f"{number}"
            )
        refusal = await receive(socket)
        assert (refusal["id"], code(refusal)) == ("100", "LIMIT_EXCEEDED")
