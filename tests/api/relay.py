"""A wire between the application and the database that tests can cut at a chosen moment."""

import asyncio
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum

PATIENCE = 0.3  # seconds for which a message is held up


class Lost(Enum):
    """A COMMIT that never arrives, one without an answer, or one that arrives after the client gave up."""

    REQUEST = "request"
    ANSWER = "answer"
    LATE = "late"


class Relay:
    """Forwards bytes to the database at the port `target`. `lose` is for the next COMMIT.

    `refuse` is the SQLSTATE with which new connections are refused.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.lose: Lost | None = None
        self.refuse: str | None = None
        self._open: set[StreamWriter] = set()

    async def serve(self, near: StreamReader, back: StreamWriter) -> None:
        self._open.add(back)
        try:
            if self.refuse:
                await _refuse(near, back, self.refuse)
            else:
                far, on = await asyncio.open_connection("127.0.0.1", self.target)
                self._open.add(on)
                await asyncio.gather(self._there(near, on, far, back), _pass(far, back))
        except OSError:
            pass
        finally:
            self.cut(back)

    def cut(self, *only: StreamWriter) -> None:
        """Closes those ends, or all."""
        for writer in only or tuple(self._open):
            writer.close()
            self._open.discard(writer)

    async def _there(
        self, near: StreamReader, on: StreamWriter, far: StreamReader, back: StreamWriter
    ) -> None:
        while data := await near.read(65_536):
            lost = self.lose if b"COMMIT" in data else None
            if lost:
                self.lose = None
                back.close()
                await asyncio.sleep(PATIENCE if lost is Lost.LATE else 0)
            if lost is not Lost.REQUEST:
                on.write(data)
                await on.drain()
            if lost is Lost.ANSWER:
                await asyncio.sleep(PATIENCE)
            if lost:
                break
        on.close()


async def _pass(far: StreamReader, back: StreamWriter) -> None:
    while data := await far.read(65_536):
        if not back.is_closing():
            back.write(data)
            await back.drain()
    back.close()


async def _refuse(near: StreamReader, back: StreamWriter, sqlstate: str) -> None:
    """Answers a start as a server does that takes no connections now."""
    await near.read(65_536)
    fields = f"SFATAL\0VFATAL\0C{sqlstate}\0Mnot now\0\0".encode()
    back.write(b"E" + struct.pack("!i", len(fields) + 4) + fields)
    await back.drain()


@asynccontextmanager
async def relayed(target: int) -> AsyncIterator[Relay]:
    relay = Relay(target)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        relay.cut()
