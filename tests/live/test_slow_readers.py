"""A client that reads too slowly is dropped with SLOW_READER; its buffer is bounded."""

import socket

import pytest

from resolvers import live_updates
from tests.api.client import World
from tests.live.serving import Server
from tests.live.watching import first_message, last_record, live_query, note, open_socket, receive, send

BUFFER = 5
REASON = "slow " * 200
FAT = " ".join(f"r{number}: reason" for number in range(199))
"""Makes each record a message of a fifth of a megabyte, so that few fill what lies between."""
WATCH = (
    "subscription($id: ID, $after: ID) "
    f"{{ subscriptionChanged(subscriptionId: $id, after: $after) {{ id {FAT} }} }}"
)


async def test_a_slow_reader_is_dropped_and_can_resume(
    server: Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_updates, "BUFFER", BUFFER)
    after = await last_record(world.admin, world.subscription)
    options = {"compression": None, "max_size": None, "max_queue": 1, "sock": _narrow(server)}
    async with open_socket(server, world.customer_admin.token, **options) as reader:
        variables = {"id": world.subscription, "after": after}
        await send(reader, "subscribe", {"query": WATCH, "variables": variables}, "watch")
        made = [await note(world.admin, world.subscription, REASON + "0")]
        while not _dropped(server):
            assert len(made) < 200
            made.append(await note(world.admin, world.subscription, f"{REASON}{len(made)}"))
        made += [await note(world.admin, world.subscription, f"{REASON}and {n}") for n in range(3)]
        seen = []
        while "errors" not in (message := await receive(reader))["payload"]:
            seen.append(message["payload"]["data"]["subscriptionChanged"]["id"])
        [error] = message["payload"]["errors"]
        assert error["extensions"]["code"] == "SLOW_READER"
        assert await receive(reader) == {"type": "complete", "id": "watch"}
        assert (await first_message(reader, "{ viewer { role } }"))["type"] == "next"  # the socket stays open
    assert seen == made[: len(seen)]
    assert BUFFER < len(seen) <= len(made) - 4
    async with live_query(server, world.customer_admin, world.subscription, seen[-1]) as watch:
        rest = [(await watch.next())["id"] for _ in made[len(seen) :]]
    assert seen + rest == made


def _narrow(server: Server) -> socket.socket:
    """A connection that takes little on the reader's side."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", server.port))
    narrow.setblocking(False)
    return narrow


def _dropped(server: Server) -> bool:
    assert server.live_updates
    return any(one._dropped for watchers in [*server.live_updates._watchers.values()] for one in [*watchers])
