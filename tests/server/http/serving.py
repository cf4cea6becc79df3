"""Applications on the session's database with settings of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from app import create_app
from server.auth.tokens import InstanceTokens
from tests.api.client import Api
from tests.settings import settings_with


@asynccontextmanager
async def served(
    database_url: str, api: Api, trusted_documents: dict[str, str] | None = None, **values: Any
) -> AsyncIterator[Api]:
    """Another application, which accepts the same tokens."""
    settings = settings_with(**{"pool_size": 5} | values)
    app = create_app(database_url, InstanceTokens(api.key), settings, trusted_documents=trusted_documents)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tenure") as client:
        yield Api(client, api.key)
    await app.state.engine.dispose()
    await app.state.listing.dispose()
