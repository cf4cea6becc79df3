"""A live query that stays open. It must show every record, even though the database goes away."""

import json
from contextlib import suppress

import websockets

PROTOCOL = websockets.Subprotocol("graphql-transport-ws")
WATCH = "subscription { subscriptionChanged { id } }"


class Watcher:
    """`seen` has the ids of the records; `broken` says what ended the query, None if nothing did."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token
        self.seen: set[str] = set()
        self.broken: str | None = None

    async def watch(self) -> None:
        """Until canceled."""
        with suppress(websockets.ConnectionClosedOK):
            async with websockets.connect(self._url, subprotocols=[PROTOCOL], proxy=None) as socket:
                init = {"type": "connection_init", "payload": {"Authorization": f"Bearer {self._token}"}}
                await socket.send(json.dumps(init))
                await socket.recv()
                await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": WATCH}}))
                async for text in socket:
                    self._take(json.loads(text))
        self.broken = self.broken or "The socket was closed."

    def _take(self, message: dict[str, object]) -> None:
        match message:
            case {"type": "next", "payload": {"data": {"subscriptionChanged": {"id": str(record)}}}}:
                self.seen.add(record)
            case {"type": "ping" | "pong"}:
                pass
            case _:
                self.broken = json.dumps(message)
