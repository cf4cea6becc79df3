"""Applications on the session's database that show, or take, more or less than others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from app import create_app
from schema.features import Features
from server.auth.tokens import InstanceTokens
from tests.api.client import Api


@asynccontextmanager
async def exposed(database_url: str, api: Api, features: Features) -> AsyncIterator[Api]:
    """An application of its own, which knows the tokens of the other."""
    app = create_app(database_url, InstanceTokens(api.key), pool_size=2, features=features)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tenure") as client:
        yield Api(client, api.key)
    await app.state.engine.dispose()
    await app.state.listing.dispose()
