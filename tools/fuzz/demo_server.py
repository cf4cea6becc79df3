"""The demo on scratch data, served by its own process: its URL, tokens and ids."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tools.server_process import TENURE, free_port, started

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
    port = free_port()
    settings = {"DATA_DIR": str(directory), "PORT": str(port), "DATABASE_URL": ""}
    demo = [sys.executable, "-m", "cli", "demo"]
    # Without workers: they would call the URLs that the fuzzer makes up.
    subprocess.run(demo, env=os.environ | settings, check=True, stdout=subprocess.DEVNULL)
    with started(TENURE, settings, port=port) as server:
        server.wait()
        made = json.loads((directory / "demo.json").read_text(encoding="utf-8"))
        tokens: dict[str, str] = made["tokens"]
        ids = _ids(made["url"], tokens["PARTNER_ADMIN"])
        yield DemoServer(made["url"], tokens | {"nobody": "x"}, ids)


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
