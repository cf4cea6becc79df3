"""What tests over HTTP share besides the API itself."""

import gc
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from app import create_app
from schema.features import Features
from server.auth.tokens import InstanceTokens
from tests.api.client import Api
from tests.api.sample_partner import SamplePartner, a_sample_partner


@pytest.fixture(scope="session")
def engine(app: Starlette) -> AsyncEngine:
    """The application's own pool: under row-level security."""
    engine: AsyncEngine = app.state.engine
    return engine


@pytest.fixture(scope="session")
async def sample(api: Api, engine: AsyncEngine) -> SamplePartner:
    """A partner with something of everything, shared by the tests that only read."""
    return await a_sample_partner(api, engine, customers=3)


@pytest.fixture(scope="session")
async def reference(database_url: str, api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A server that knows no plans, and the same tokens."""
    app = create_app(database_url, InstanceTokens(api.key), pool_size=20, features=Features(plans=False))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://reference"
    ) as client:
        yield client
    await app.state.engine.dispose()
    await app.state.listing.dispose()


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
