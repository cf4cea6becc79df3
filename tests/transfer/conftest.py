"""A partner for each test, in the session's database."""

from collections.abc import AsyncIterator

import pytest

from models.engine import DatabaseRole, create_engine
from tests.transfer.import_partner import Books


@pytest.fixture
async def books(database_url: str) -> AsyncIterator[Books]:
    engine = create_engine(database_url, DatabaseRole.APP, pool_size=2)
    yield Books(engine)
    await engine.dispose()
