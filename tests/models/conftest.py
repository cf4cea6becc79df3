"""An empty database."""

import uuid
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import make_url

from tests.models.databases import run


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[str]:
    """The URL of a new database on the same server."""
    name = f"empty_{uuid.uuid4().hex}"
    await run(database_url, f"CREATE DATABASE {name}")
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    await run(database_url, f"DROP DATABASE {name} WITH (FORCE)")
