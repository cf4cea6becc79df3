"""Real servers for tests: in a thread, to look inside, or in their own processes."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

import httpx
import uvicorn
from joserfc.jwk import OKPKey
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from resolvers.live_updates import LiveUpdates
from server.uvicorn import BoundedHttp
from tests.api.client import Api

SECONDS = 60.0  # within which a server has started


@dataclass(frozen=True)
class Server:
    host: str
    key: OKPKey
    pid: int
    live_updates: LiveUpdates | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return int(self.host.partition(":")[2])

    @property
    def websocket(self) -> str:
        return f"ws://{self.host}/graphql"

    @asynccontextmanager
    async def api(self) -> AsyncIterator[Api]:
        """The API over HTTP, through this server and no other."""
        async with httpx.AsyncClient(base_url=f"http://{self.host}") as client:
            yield Api(client, self.key)


@contextmanager
def in_thread(app: Starlette, key: OKPKey, port: int = 0) -> Iterator[Server]:
    listening = create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        app, http=BoundedHttp, log_config=None, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield Server(f"127.0.0.1:{listening.getsockname()[1]}", key, os.getpid(), _live_updates_of(app))
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@contextmanager
def in_process(
    database_url: str, key: OKPKey, directory: Path, *options: str, **variables: str
) -> Iterator[Server]:
    """`tenure serve`, as it is started anywhere, with that key, and these in its environment."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "instance-key.json").write_text(json.dumps(key.as_dict(private=True)), encoding="utf-8")
    port = _free_port()
    settings = {"DATABASE_URL": database_url, "DATA_DIR": str(directory), "PORT": str(port)}
    settings |= {"SHUTDOWN_GRACE": "0"} | variables
    program = [sys.executable, "-m", "cli", "serve", *options]
    process = subprocess.Popen(program, env=os.environ | settings, stdout=subprocess.DEVNULL)
    server = Server(f"127.0.0.1:{port}", key, process.pid, process=process)
    try:
        _wait_ready(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"http://{server.host}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("The server did not start.")


def _live_updates_of(app: Starlette) -> LiveUpdates:
    [live_updates] = [route.app._live_updates for route in app.routes if isinstance(route, WebSocketRoute)]
    assert isinstance(live_updates, LiveUpdates)
    return live_updates


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
