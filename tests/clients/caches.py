"""What a normalised cache must hold. The programs for urql and Apollo have the same input and output."""

import json
from pathlib import Path

from tests.api.client import World, a_subscription
from tests.clients.running import ran
from tests.live.serving import Server
from tests.live.watching import last_record


async def check_cache(directory: Path, server: Server, world: World) -> None:
    first, second = world.subscription, await a_subscription(world.admin, world.customer, quantity=2)
    request = {
        "http": f"http://{server.host}/graphql",
        "websocket": server.websocket,
        "token": world.admin.token,
        "ids": [first, second],
        "after": await last_record(world.admin, second),
    }
    result = json.loads(await ran(directory, "node", "use.js", json.dumps(request)))
    assert result == {
        "firstPage": [[first, 1]],
        "bothPages": [[first, 1], [second, 2]],
        "byId": [1, 2],
        "byReference": second,
        "afterPart": 1,
        "afterMutation": [[first, 5], [second, 2]],
        "beforeUpdate": [[first, 5], [second, 2]],
        "afterUpdate": [[first, 5], [second, 7]],
        "afterUpdateByReference": 7,
    }
