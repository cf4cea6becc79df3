"""Apollo Client's InMemoryCache on a real server: a node with an id is kept once."""

from tests.api.client import World
from tests.clients.caches import check_cache
from tests.clients.conftest import Workshop
from tests.live.serving import Server


async def test_each_subscription_is_kept_once(of_npm: Workshop, server: Server, world: World) -> None:
    await check_cache(of_npm("apollo"), server, world)
