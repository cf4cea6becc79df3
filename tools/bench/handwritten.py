"""Handwritten json_agg statements behind Starlette and asyncpg, for exactly these answers.

No tokens, no limits, no GraphQL; row-level security is on, as for us.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.engine import DatabaseRole
from resolvers.ids import key_of
from tools.bench.data import PARTNER, plain

FOLDER = Path(__file__).with_suffix("")
PART = (FOLDER / "subscription.sql").read_text(encoding="utf-8")
STATEMENTS = {
    path.stem.replace("_", " "): path.read_text(encoding="utf-8").replace("{subscription}", PART)
    for path in FOLDER.glob("*.sql")
}
SETTINGS = {"role": DatabaseRole.APP.value, "timezone": "UTC", "jit": "off"}


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    url = plain(os.environ["DATABASE_URL"])
    async with asyncpg.create_pool(url, min_size=1, server_settings=SETTINGS, reset=_nothing) as pool:
        app.state.pool = pool
        yield


async def answer(request: Request) -> Response:
    content = orjson.loads(await request.body())
    [value] = content["variables"].values()
    if isinstance(value, dict):
        value = key_of(value["changePlan"]["subscriptionId"], "CustomerSubscription")
    async with request.app.state.pool.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute("SELECT set_config('app.partner_id', $1, true)", str(PARTNER))
        data = await connection.fetchval(STATEMENTS[content["name"]], PARTNER, value)
    return Response(b'{"data":' + data.encode() + b"}", media_type="application/json")


async def _nothing(_connection: Any) -> None:
    """A request leaves nothing on its connection."""


app = Starlette(routes=[Route("/graphql", answer, methods=["POST"])], lifespan=lifespan)
