"""One kept connection that asks over HTTP/1.1 and waits: so plain that its own time hardly counts."""

import socket
from types import TracebackType
from typing import Any, Self

import orjson


class Client:
    """Raises RuntimeError for an answer that is not 200, or that does not say how long it is."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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
        return bytes(received[end + 4 : whole])

    def ask(self, document: str, variables: dict[str, Any]) -> Any:
        """The data. Raises RuntimeError for errors."""
        answer = orjson.loads(self.post(encoded(document, variables)))
        if answer.get("errors"):
            raise RuntimeError(f"Refused: {answer['errors']}")
        return answer["data"]

    def _receive(self, into: bytearray) -> None:
        part = self._socket.recv(1 << 20)
        if not part:
            raise RuntimeError("The server has hung up.")
        into += part


def encoded(document: str, variables: dict[str, Any], **more: Any) -> bytes:
    """The body of a request."""
    return orjson.dumps({"query": document, "variables": variables, **more})
