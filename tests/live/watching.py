"""Watchers as clients use them: Python's `gql` over websockets, and plain sockets."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import websockets
from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.websockets import WebsocketsTransport
from websockets.asyncio.client import ClientConnection

from tests.api.client import Caller, Json
from tests.live.serving import Server

FIELDS = "id action actor reason summary subscription { id }"
WATCH = (
    "subscription($id: ID, $after: ID) {{ subscriptionChanged(subscriptionId: $id, after: $after) {{ {} }} }}"
)
PROTOCOL = WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL
PATIENCE = 15.0  # seconds until something that should come counts as missing

logging.getLogger("gql").setLevel(logging.WARNING)


@asynccontextmanager
async def connected(server: Server, token: str) -> AsyncIterator[AsyncClientSession]:
    transport = WebsocketsTransport(
        server.websocket, init_payload={"Authorization": f"Bearer {token}"}, subprotocols=[PROTOCOL]
    )
    async with Client(transport=transport) as session:
        yield session


class Watch:
    """An open live query. Records are read at once, and kept until `next` takes them."""

    def __init__(self, records: AsyncGenerator[dict[str, Any], None]) -> None:
        self._found: asyncio.Queue[Json | Exception] = asyncio.Queue()
        self._reading = asyncio.create_task(self._read(records))

    async def next(self) -> Json:
        """The next record. Raises what ended the query."""
        async with asyncio.timeout(PATIENCE):
            found = await self._found.get()
        if isinstance(found, Exception):
            raise found
        return found

    async def reasons(self, count: int) -> list[str]:
        """The reasons of the next records."""
        return [(await self.next())["reason"] for _ in range(count)]

    async def end(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self, records: AsyncGenerator[dict[str, Any], None]) -> None:
        try:
            async with aclosing(records):
                async for result in records:
                    self._found.put_nowait(result["subscriptionChanged"])
        except Exception as error:
            self._found.put_nowait(error)
        else:
            self._found.put_nowait(EOFError("The server has completed the query."))


@asynccontextmanager
async def live_query(
    server: Server,
    caller: Caller,
    subscription: str | None = None,
    after: str | None = None,
    fields: str = FIELDS,
) -> AsyncIterator[Watch]:
    """A live query on its own socket."""
    variables = {"id": subscription, "after": after}
    request = GraphQLRequest(WATCH.format(fields), variable_values=variables)
    async with connected(server, caller.token) as session:
        watch = Watch(session.subscribe(request))
        try:
            yield watch
        finally:
            await watch.end()


@asynccontextmanager
async def open_socket(
    server: Server, token: str | None = None, **options: Any
) -> AsyncIterator[ClientConnection]:
    """A socket of the protocol. With a token, the connection is already acknowledged."""
    async with websockets.connect(server.websocket, subprotocols=[PROTOCOL], proxy=None, **options) as socket:
        if token is not None:
            await send(socket, "connection_init", {"Authorization": f"Bearer {token}"})
            assert await receive(socket) == {"type": "connection_ack"}
        yield socket


async def send(socket: ClientConnection, kind: str, payload: object = None, key: str | None = None) -> None:
    message = {"type": kind, "id": key, "payload": payload}
    await socket.send(json.dumps({name: value for name, value in message.items() if value is not None}))


async def receive(socket: ClientConnection) -> Json:
    """The next message, which must be a text frame."""
    async with asyncio.timeout(PATIENCE):
        text = await socket.recv()
    assert isinstance(text, str)
    message: Json = json.loads(text)
    return message


async def first_message(socket: ClientConnection, query: str, key: str = "1", **variables: Any) -> Json:
    """The first message of the operation."""
    await send(socket, "subscribe", {"query": query, "variables": variables}, key)
    message = await receive(socket)
    assert message["id"] == key
    return message


async def close_code(socket: ClientConnection) -> int | None:
    """The code that the server closes the socket with."""
    async with asyncio.timeout(PATIENCE):
        await socket.wait_closed()
    return socket.close_code


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


class Watchers:
    """Counts the watchers of the server in the thread."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._before = self._count()

    async def are_more(self, by: int = 1) -> None:
        """Waits until the server has that many more watchers than at first."""
        await until(lambda: self._count() == self._before + by)

    def _count(self) -> int:
        assert self._server.live_updates
        return sum(len(watchers) for watchers in list(self._server.live_updates._watchers.values()))


async def note(caller: Caller, subscription: str, reason: str) -> str:
    """Takes a free action. Returns the id of its record."""
    data = {"subscriptionId": subscription, "settings": {"note": reason}, "reason": reason}
    return str((await caller.made("updateSettings", data, "record { id }"))["record"]["id"])


async def last_record(caller: Caller, subscription: str) -> str:
    query = "query($id: ID!) { subscription(by: {id: $id}) { history(first: 1) { edges { node { id } } } } }"
    found = await caller.ask(query, id=subscription)
    return str(found["subscription"]["history"]["edges"][0]["node"]["id"])
