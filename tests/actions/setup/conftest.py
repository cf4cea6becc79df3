"""Setting up is tested over HTTP, with a look at the tables behind it."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette


@pytest.fixture(scope="session")
def engine(app: Starlette) -> AsyncEngine:
    engine: AsyncEngine = app.state.engine
    return engine
