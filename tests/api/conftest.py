"""What tests over HTTP share besides the API itself."""

import gc
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from app import create_app
from server.auth.tokens import InstanceTokens
from tests.api.client import Api, served
from tests.settings import settings_with


@pytest.fixture(scope="session")
async def reference(database_url: str, api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A server that knows no plans, and the same tokens."""
    app = create_app(database_url, InstanceTokens(api.key), settings_with(pool_size=20, plans=False))
    async with served(app, api.key) as reference:
        yield reference.client


@pytest.fixture
def garbage_waits() -> Iterator[None]:
    """Nothing is collected but where a test says so.

    What graphql-core leaves unawaited beside failed fields is warned of when it is collected. In the midst of
    a named tuple's constructor, which has no builtins, Python cannot look up that such a warning is ignored.
    """
    gc.disable()
    yield
    gc.enable()
    gc.collect()
