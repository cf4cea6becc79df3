"""The partner of a customer."""

from cli.console import partner_of
from models.engine import new_id
from resolvers.ids import key_of
from tests.api.client import World, a_world


async def test_a_customer_s_partner_is_found(database_url: str, world: World) -> None:
    found = await partner_of(database_url, key_of(world.customer, "Customer"))
    assert found == key_of(world.partner, "Partner")


async def test_a_customer_that_is_not_there_has_none(database_url: str, world: World) -> None:
    assert await partner_of(database_url, new_id()) is None


async def test_of_many_partners_none_is_the_only_one(database_url: str, world: World) -> None:
    await a_world(world.api)
    assert await partner_of(database_url, None) is None
