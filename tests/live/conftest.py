"""Servers on the session's database: `server` in a thread, `other` in its own process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import create_app
from server.auth.tokens import InstanceTokens
from tests.conftest import KEY
from tests.live import npm
from tests.live.serving import Server, in_process, in_thread
from tests.settings import settings_with


@pytest.fixture(scope="session")
def server(database_url: str) -> Iterator[Server]:
    with in_thread(create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=5)), KEY) as server:
        yield server


@pytest.fixture(scope="session")
def other(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with in_process(database_url, KEY, tmp_path_factory.mktemp("other")) as server:
        yield server


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs for node, with what they need."""
    return npm.installed(tmp_path_factory.mktemp("npm") / "node")
