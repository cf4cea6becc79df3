"""What tests over HTTP share besides the API itself."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from tests.api.client import Api
from tests.api.house import House, a_house


@pytest.fixture(scope="session")
def engine(app: Starlette) -> AsyncEngine:
    """The application's own pool: under row-level security."""
    engine: AsyncEngine = app.state.engine
    return engine


@pytest.fixture(scope="session")
async def house(api: Api, engine: AsyncEngine) -> House:
    """A partner with something of everything, shared by the tests that only read."""
    return await a_house(api, engine, customers=3)
