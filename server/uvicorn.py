"""Uvicorn with a bound on request heads, and with a shutdown that load balancers notice."""

import math
import signal
import time
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from server.settings import Settings

MAX_HEAD = 65_536
"""Bytes of a request's head, inclusive."""

FRAMING = 8
"""Bytes that may come with each byte of a body sent in chunks."""


class BoundedHttp(HttpToolsProtocol):
    """Refuses a head of more than MAX_HEAD bytes. The parser itself has no bound."""

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
    """On SIGTERM it is not ready for `grace` seconds, so that load balancers send nothing more.

    Then it accepts nothing new, closes the sockets (1012), lets requests finish, and stops. Ctrl-C or a
    second SIGTERM skips the grace.
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


def server_of(settings: Settings, app: Starlette) -> Server:
    """A server for the application at HOST and PORT."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=BoundedHttp,
        log_config=None,
        access_log=False,
        ws_max_size=settings.max_body_bytes,
        # No request takes longer, so each that is under way can finish.
        timeout_graceful_shutdown=math.ceil(settings.request_deadline),
    )
    return Server(config, app, settings.shutdown_grace)
