"""npm's graphql-ws, the usual client of browsers, works. Needs node, npm and a registry."""

import asyncio
from pathlib import Path

from tests.api.client import World
from tests.live.npm import run
from tests.live.serving import Server
from tests.live.watching import last_record, note


async def test_it_gets_queries_records_and_errors(node: Path, server: Server, world: World) -> None:
    after = await last_record(world.admin, world.subscription)
    made = [await note(world.admin, world.subscription, "missed")]
    watch = {"url": server.websocket, "token": world.customer_admin.token}
    watching = asyncio.create_task(
        run(node / "watch.js", count=3, subscription=world.subscription, after=after, **watch)
    )
    made += [await note(world.admin, world.subscription, f"note {number}") for number in range(2)]
    viewer, *records, errors, closed = await watching
    assert viewer == {"viewer": {"role": "CUSTOMER_ADMIN"}}
    assert [record["data"]["subscriptionChanged"]["id"] for record in records] == made
    assert [error["extensions"]["code"] for error in errors["errors"]] == ["BAD_USER_INPUT"]
    assert closed == {"closed": 1000}


async def test_an_invalid_token_closes_with_forbidden(node: Path, server: Server) -> None:
    assert await run(node / "watch.js", url=server.websocket, token="x") == [
        {"closed": 4403},
        {"failed": 4403},
    ]


async def test_an_unknown_subscription_is_a_coded_error(node: Path, server: Server, world: World) -> None:
    watch = {"url": server.websocket, "token": world.customer_admin.token, "subscription": world.customer}
    _, found, *_ = await run(node / "watch.js", **watch)
    assert [error["extensions"]["code"] for error in found["errors"]] == ["BAD_USER_INPUT"]
