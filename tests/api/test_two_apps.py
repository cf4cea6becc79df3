"""Two applications on one database see each other's changes."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from app import create_app
from domain.principal import Role
from server.auth.tokens import InstanceTokens
from tests.api.client import Api, Caller, World, served
from tests.conftest import KEY
from tests.settings import settings_with

CHANGE = """mutation($input: ChangePlanInput!) { changePlan(input: $input) {
  userErrors { code } record { id } subscription { version } } }"""
STATE = """query($id: ID!) { subscription(by: {id: $id}) {
  version plan { code } history { totalCount } invoices { totalCount } } }"""


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Api]:
    """Another app with its own pools and caches."""
    app = create_app(database_url, InstanceTokens(KEY), settings_with(pool_size=10))
    async with served(app, KEY) as other:
        yield other


@pytest.fixture
def there(other: Api, world: World) -> Caller:
    return other.as_role(Role.PARTNER_ADMIN, world.partner)


async def test_one_key_at_both_is_one_change_with_one_answer(world: World, there: Caller) -> None:
    data = {"subscriptionId": world.subscription, "planCode": "business", "idempotencyKey": "both"}
    body = json.dumps({"query": CHANGE, "variables": {"input": data}})
    answers = await asyncio.gather(*(caller.send(body) for _ in range(10) for caller in (world.admin, there)))
    assert len({answer.text for answer in answers}) == 1
    for caller in (world.admin, there):
        found = (await caller.ask(STATE, id=world.subscription))["subscription"]
        assert (found["version"], found["plan"]["code"]) == (2, "business")
        assert (found["history"]["totalCount"], found["invoices"]["totalCount"]) == (2, 2)


async def test_answer_of_one_app_is_never_out_of_date(world: World, there: Caller) -> None:
    for version in range(1, 6):
        for caller in (world.admin, there):
            found = (await caller.ask(STATE, id=world.subscription))["subscription"]
            assert found["version"] == version
        data = {"subscriptionId": world.subscription, "quantity": version + 1}
        await (there if version % 2 else world.admin).made("changeQuantity", data, "subscription { version }")
