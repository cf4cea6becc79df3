"""The demo on scratch data, served by its own process: its URL, tokens and ids."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

import httpx

SECONDS = 60.0  # within which a server has started
IDS = """{
  customers(first: 5) { edges { node { id members(first: 2) { edges { node { id } } } } } }
  subscriptions(first: 10) { edges { node { id plan { id } addOns { id }
    history(first: 1) { edges { node { id } } } scheduledChanges { id } } } }
  products(first: 3) { edges { node { id } } }
  invoices(first: 3) { edges { node { id } } }
  webhookEndpoints(first: 3) { edges { node { id } } }
  availableNumbers(first: 5) { edges { node { id } } }
  viewer { partner { id } }
}"""


@dataclass(frozen=True)
class DemoServer:
    """`tokens` by role, one of them invalid; `ids` of objects that exist."""

    url: str
    tokens: dict[str, str]
    ids: tuple[str, ...]


@contextmanager
def served(directory: Path) -> Iterator[DemoServer]:
    with create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    own = {"DATA_DIR": str(directory), "PORT": str(port), "DATABASE_URL": ""}
    program = [sys.executable, "-m", "cli"]
    # Without workers: they would call the URLs that the fuzzer makes up.
    subprocess.run([*program, "demo"], env=os.environ | own, check=True, stdout=subprocess.DEVNULL)
    with (directory / "server.log").open("wb") as log:
        server = subprocess.Popen([*program, "serve"], env=os.environ | own, stdout=log, stderr=log)
        try:
            _wait_ready(port, server)
            made = json.loads((directory / "demo.json").read_text(encoding="utf-8"))
            tokens: dict[str, str] = made["tokens"]
            yield DemoServer(
                made["url"], tokens | {"nobody": "x"}, _ids(made["url"], tokens["PARTNER_ADMIN"])
            )
        finally:
            server.terminate()
            server.wait()


def _wait_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("The server did not start.")


def _ids(url: str, token: str) -> tuple[str, ...]:
    answer = httpx.post(url, json={"query": IDS}, headers={"Authorization": f"Bearer {token}"}).json()
    return tuple(sorted(_found(answer["data"])))


def _found(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "id":
                yield inner
            else:
                yield from _found(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _found(inner)
