"""The check after `make soak` finds differences."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from models.engine import create_engine
from tests.api.client import World
from tests.api.sample_partner import foreign_id
from tools.soak.check import compare
from tools.soak.clients import Client, Notes


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_engine(database_url, None, 1)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def a_client(world: World) -> Client:
    """One that has noted its only mutation."""
    data = {"subscriptionId": world.subscription, "quantity": 3}
    made = await world.admin.made("changeQuantity", data, "record { id } quote { price { amount } }")
    client = Client(world.api.client, "", world.subscription, Notes(), 3)
    client._note(made | {"userErrors": []})
    return client


async def test_what_was_acknowledged_is_stored(world: World, connection: AsyncConnection) -> None:
    client = await a_client(world)
    assert (len(client.records), client.charged > 0) == (1, True)
    assert await compare(connection, [client]) == []


async def test_each_difference_is_found(world: World, connection: AsyncConnection) -> None:
    client = await a_client(world)
    [record], charged = client.records, client.charged
    for records, total, expected in (
        ([], charged, ["never acknowledged", "version 2 after 0"]),
        ([record, foreign_id("HistoryRecord")], charged, ["not there", "version 2 after 2"]),
        ([record, record], charged, ["one record", "version 2 after 2"]),
        ([record], charged + Decimal("0.01"), ["charged"]),
    ):
        client.records, client.charged = records, total
        found = await compare(connection, [client])
        assert [text for text, line in zip(expected, found, strict=True) if text in line] == expected
