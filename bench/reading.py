"""Reading: plans against the reference way, and against hand-written json_agg statements behind Starlette.

Requests go straight into the ASGI applications, so that what is timed is the servers and the database.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from joserfc.jwk import OKPKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import create_app
from bench.frame import scratch_database, take_turns
from bench.sales import sell
from models.engine import DatabaseRole, create_engine
from resolvers.auth import InstanceTokens, Principal, Role, mint
from schema.exposure import Exposure

NOW = datetime(2025, 1, 31, 12, tzinfo=UTC)
SUBSCRIPTION = """
  id reference status quantity autoRenewal purchasedOn version
  plan { id code name } addOns { id code name quantity status }
  numbers(first: 10) { edges { node { id e164 skuCode } } }
  history(first: 5) { edges { node { id action actor summary lines { kind quantity } } } }"""
QUERIES = {
    "page": f"""query($n: Int!) {{ customers(first: $n) {{ edges {{ node {{ id orgUuid name timeZone
      subscriptions(first: 10) {{ edges {{ node {{ {SUBSCRIPTION} }} }} }} }} }} }} }}""",
    "detail": f"query($r: String!) {{ subscription(by: {{reference: $r}}) {{ {SUBSCRIPTION} }} }}",
}
VARIABLES: dict[str, dict[str, Any]] = {"page": {"n": 50}, "detail": {"r": "S-000100"}}
TIMES = {"page": 1, "detail": 10}
"""How often a side answers in one round."""


def by_hand(pool: asyncpg.Pool, partner_id: UUID) -> Starlette:
    """What one would write who wants these two answers and no more: no tokens, no limits, no GraphQL."""
    subscription = _sql("subscription")
    texts = {name: _sql(name).replace("{subscription}", subscription) for name in QUERIES}

    async def answer(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        [value] = asked["variables"].values()
        async with pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute("SELECT set_config('app.partner_id', $1, true)", str(partner_id))
            data = await connection.fetchval(texts[asked["name"]], partner_id, value)
        return Response(b'{"data":' + data.encode() + b"}", media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


def _sql(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


async def ask(app: Starlette, token: str, name: str) -> bytes:
    """The body of the application's answer."""
    body = orjson.dumps({"query": QUERIES[name], "variables": VARIABLES[name], "name": name})
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        parts.append(message.get("body", b""))

    headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {token}".encode())]
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/graphql", "raw_path": b"/graphql",
        "query_string": b"", "root_path": "", "scheme": "http", "headers": headers, "server": ("bench", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    return b"".join(parts)


async def bench(url: str, count: int, rounds: int) -> None:
    engine = create_engine(url, DatabaseRole.APP, 1)
    partner_id = await sell(engine, "Bench", count, NOW, sandbox=True)
    await engine.dispose()
    key = OKPKey.generate_key("Ed25519")
    token = mint(key, Principal(Role.PARTNER_ADMIN, "bench", partner_id), int(time.time()), days=1)
    settings = {"role": DatabaseRole.APP.value, "timezone": "UTC", "jit": "off"}
    async with asyncpg.create_pool(
        url.replace("+asyncpg", ""), min_size=1, max_size=1, server_settings=settings, reset=_nothing
    ) as pool:
        apps = {
            "reference way": create_app(url, InstanceTokens(key), exposure=Exposure(plans=False)),
            "plans": create_app(url, InstanceTokens(key)),
            "json_agg by hand": by_hand(pool, partner_id),
        }
        for name in QUERIES:
            await compare(apps, token, name)
            sides = {side: _times(app, token, name) for side, app in apps.items()}
            figures = await take_turns(rounds, sides, between=_ready)
            figures.print(f"{name}, medians of {rounds} rounds", TIMES[name], "answers")
    for app in list(apps.values())[:2]:
        await app.state.engine.dispose()
        await app.state.listing.dispose()


async def compare(apps: dict[str, Starlette], token: str, name: str) -> None:
    """Raises where the answers differ; warms up all sides."""
    for _ in range(8):
        answers = {side: orjson.loads(await ask(app, token, name))["data"] for side, app in apps.items()}
    first, *others = answers.values()
    if any(other != first for other in others):
        raise AssertionError(f"the sides answer {name} differently")
    print(f"{name}: equal, {len(orjson.dumps(first)):,} bytes")


def _times(app: Starlette, token: str, name: str) -> Callable[[], Awaitable[None]]:
    async def side() -> None:
        for _ in range(TIMES[name]):
            await ask(app, token, name)

    return side


async def _ready(_round: int) -> None:
    """Nothing has to be prepared."""


async def _nothing(_connection: Any) -> None:
    """Each request's transaction leaves nothing behind."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000, help="subscriptions, five to a customer")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with scratch_database() as database_url:
        asyncio.run(bench(database_url, options.count, options.rounds))
