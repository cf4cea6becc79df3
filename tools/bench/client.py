"""One HTTP/1.1 connection, kept open, so simple that its own time hardly counts."""

import socket
import time
from types import TracebackType
from typing import Any, Self

import orjson

from tools.bench.harness import Turn
from tools.server_process import Server

IDLE = 4.0  # seconds after which it connects again: uvicorn hangs up after 5


class Client:
    """Raises RuntimeError for an answer other than 200 and for one without its length."""

    _socket: socket.socket
    _used: float

    def __init__(self, port: int, token: str | None = None) -> None:
        self._port = port
        self._connect()
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        self._head = (
            f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n"
            f"Content-Type: application/json\r\n{authorization}Content-Length: "
        ).encode()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._socket.close()

    def post(self, body: bytes) -> bytes:
        if time.monotonic() - self._used > IDLE:
            self._socket.close()
            self._connect()
        self._socket.sendall(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            self._receive(received)
        head = bytes(received[:end]).lower()
        _, named, rest = head.partition(b"content-length:")
        if not head.startswith(b"http/1.1 200") or not named:
            raise RuntimeError(f"An answer that cannot be used: {bytes(received[:2000])!r}")
        whole = end + 4 + int(rest.partition(b"\r\n")[0])
        while len(received) < whole:
            self._receive(received)
        self._used = time.monotonic()
        return bytes(received[end + 4 : whole])

    def timed(self, body: bytes) -> float:
        """Seconds until the answer is complete."""
        begun = time.perf_counter()
        self.post(body)
        return time.perf_counter() - begun

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._used = time.monotonic()

    def _receive(self, into: bytearray) -> None:
        part = self._socket.recv(1 << 20)
        if not part:
            raise RuntimeError("The server has hung up.")
        into += part


def encoded(document: str, variables: dict[str, Any], **more: Any) -> bytes:
    """The body of a request."""
    return orjson.dumps({"query": document, "variables": variables, **more})


def connected(server: Server) -> Client:
    """A client of the server, as soon as it listens."""
    server.wait()
    return Client(server.port, server.token)


def turn(client: Client, body: bytes) -> Turn:
    """A turn of one request."""

    async def take() -> None:
        client.post(body)

    return take
