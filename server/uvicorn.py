"""Serves the application over HTTP, and leaves in good order."""

import signal
import time
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 65_536
"""Bytes of a request's head, inclusive."""

FRAMING = 8
"""Bytes that may come with each byte of a body sent in chunks."""


class BoundedHttp(HttpToolsProtocol):
    """HTTP whose heads are bounded: the parser would keep one of any length, waiting for its end."""

    _received = _body = 0

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        if self._received - self._body > MAX_HEAD + FRAMING * self._body:
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        self._received = self._body = 0
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        super().on_body(body)


class Server(uvicorn.Server):
    """On SIGTERM it says for `grace` seconds that it is not ready, so that nothing more is sent to it. Then
    it takes nothing new, closes the sockets (1012), lets requests finish, and stops.

    Ctrl-C, or a second SIGTERM, leaves the grace out.
    """

    def __init__(self, config: uvicorn.Config, app: Starlette, grace: float) -> None:
        super().__init__(config)
        self._app, self._grace = app, grace
        self._stop_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        leaving = self._stop_at is not None
        super().handle_exit(sig, frame)
        if sig == signal.SIGTERM and not leaving:
            self._app.state.leaving = True
            self._stop_at = time.monotonic() + self._grace
            self.should_exit = self._grace <= 0

    async def on_tick(self, counter: int) -> bool:
        if self._stop_at is not None and time.monotonic() >= self._stop_at:
            self.should_exit = True
        return await super().on_tick(counter)
