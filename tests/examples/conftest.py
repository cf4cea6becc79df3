"""The example, built and served beside a server. Where node or Chromium is absent, tests are skipped."""

import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server

import httpx
import pytest
from playwright.async_api import Browser

from app import create_app
from server.auth.tokens import InstanceTokens
from tests.chromium import chromium
from tests.conftest import KEY
from tests.live.serving import Server, in_thread
from tests.settings import settings_with

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "subscription-page"
TADA = ("node", "node_modules/gql.tada/bin/cli.js", "generate-output")
VITE = ("node", "node_modules/vite/bin/vite.js")
SECONDS = 60.0  # within which Vite serves


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy beside a copy of the SDL, so that what is generated and built stays out of the project."""
    if not shutil.which("node") or not (EXAMPLE / "node_modules" / ".installed").exists():
        pytest.skip("There is no node here, or no npm: `make test` installs packages where both are.")
    root = tmp_path_factory.mktemp("example")
    copy = root / EXAMPLE.relative_to(ROOT)
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("node_modules", "dist", "schema.d.ts"))
    (copy / "node_modules").symlink_to(EXAMPLE / "node_modules")
    (root / "schema").mkdir()
    shutil.copy(ROOT / "schema" / "schema.graphql", root / "schema")
    return copy


@pytest.fixture(scope="session")
def server(database_url: str) -> Iterator[Server]:
    with in_thread(create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=5)), KEY) as server:
        yield server


@pytest.fixture(scope="session")
def site(example: Path, server: Server) -> Iterator[str]:
    """The host and port that serve the built page."""
    subprocess.run([*VITE, "build", "--logLevel", "warn"], cwd=example, check=True, timeout=SECONDS)
    with create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with _preview(example, server, port):
        yield f"127.0.0.1:{port}"


@contextmanager
def _preview(example: Path, server: Server, port: int) -> Iterator[None]:
    options = ("preview", "--host", "127.0.0.1", "--port", str(port), "--strictPort", "--logLevel", "warn")
    variables = os.environ | {"TENURE_URL": f"http://{server.host}"}
    process = subprocess.Popen([*VITE, *options], cwd=example, env=variables)
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield
    finally:
        process.terminate()
        process.wait(SECONDS)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("Vite does not serve the page.")
