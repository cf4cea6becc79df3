"""The client that ariadne-codegen generates from the SDL and a few operations, against a real server."""

import json
from pathlib import Path

from tests.api.client import World
from tests.clients.conftest import Workshop
from tests.clients.running import ran
from tests.live.serving import Server
from tests.live.watching import last_record


async def test_it_reads_quotes_changes_and_watches(
    workshop: Workshop, python: Path, server: Server, world: World
) -> None:
    directory = workshop("ariadne")
    await ran(directory, python, "-m", "ariadne_codegen")
    after = await last_record(world.admin, world.subscription)
    addresses = {"http": f"http://{server.host}/graphql", "websocket": server.websocket}
    request = json.dumps({**addresses, "token": world.admin.token, "after": after})
    result = json.loads(await ran(directory, python, "use.py", request))
    assert result["types"] == ["date", "Decimal", "str", "dict", "datetime", "SubscriptionStatus"]
    assert (result["price"], result["quoted"]) == ("370.00", "370.00")
    assert result["quantities"] == [1, 3, 3]
    assert result["records"][0] == result["records"][1]
    assert result["userErrors"] == [["STALE_VERSION", ["expectedVersion"]]]
