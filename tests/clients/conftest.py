"""A server on the session's database, and workshops: copies of these folders with what their tools need."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import create_app
from server.auth.tokens import InstanceTokens
from tests.conftest import KEY
from tests.live.serving import Server, in_thread
from tests.settings import settings_with

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

Workshop = Callable[[str], Path]


@pytest.fixture(scope="session")
def server(database_url: str) -> Iterator[Server]:
    with in_thread(create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=5)), KEY) as server:
        yield server


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """Copies that folder, the operations and the SDL, so that what is generated stays out of the project."""

    def stocked(folder: str) -> Path:
        shutil.copytree(HERE / folder, tmp_path, dirs_exist_ok=True)
        shared = ("operations.graphql", "documents.js", "values.js", "package.json")
        for path in (*(HERE / name for name in shared), ROOT / "schema" / "schema.graphql"):
            shutil.copy(path, tmp_path)
        return tmp_path

    return stocked


@pytest.fixture
def of_npm(workshop: Workshop) -> Workshop:
    """The same, with npm's packages."""
    packages = HERE / "node_modules"
    if not shutil.which("node") or not (packages / ".installed").exists():
        pytest.skip("There is no node here, or no npm: `make test` installs packages where both are.")

    def stocked(folder: str) -> Path:
        directory = workshop(folder)
        (directory / "node_modules").symlink_to(packages)
        return directory

    return stocked


@pytest.fixture(scope="session")
def python() -> Path:
    """The interpreter of the environment for generated clients."""
    path = ROOT / ".venv" / "clients" / "bin" / "python"
    assert path.exists(), "Run `make .venv/clients/.installed` first; `make test` does."
    return path
