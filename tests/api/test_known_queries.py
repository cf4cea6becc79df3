"""A known query takes a shorter way, but costs, variables and permissions still count."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app import create_app
from server.auth.tokens import InstanceTokens
from tests.api.client import Caller, served
from tests.api.sample_partner import SamplePartner
from tests.settings import settings_with

PAGE = "query($n: Int!) { customers(first: $n) { edges { node { name } } } }"
TWO = "query A { viewer { role } } query B { viewer { name } }"
MONEY = "query($id: ID!) { customer(by: {id: $id}) { subscriptions { edges { node { cost { amount } } } } } }"


@pytest.fixture
async def strict(database_url: str, sample: SamplePartner) -> AsyncIterator[Caller]:
    """The sample partner at a server with narrow limits."""
    settings = settings_with(pool_size=1, max_cost=20, rate_limit=30)
    app = create_app(database_url, InstanceTokens(sample.api.key), settings)
    async with served(app, sample.api.key) as strict:
        yield Caller(strict.client, sample.admin.token)


async def answer(caller: Caller, query: str, **more: Any) -> Any:
    return (await caller.send(json.dumps({"query": query, **more}))).json()


def code_of(body: Any) -> str:
    [error] = body["errors"]
    return str(error["extensions"]["code"])


def costs(body: Any) -> list[Any]:
    return [edge["node"]["cost"] for edge in body["data"]["customer"]["subscriptions"]["edges"]]


async def test_cost_counts_for_each_set_of_variables(strict: Caller) -> None:
    for _ in range(2):
        assert (await answer(strict, PAGE, variables={"n": 2}))["extensions"] == {"cost": 3}
    assert code_of(await answer(strict, PAGE, variables={"n": 50})) == "LIMIT_EXCEEDED"


async def test_each_request_is_charged_once(strict: Caller) -> None:
    content = json.dumps({"query": PAGE, "variables": {"n": 9}})
    rates = [(await strict.send(content)).headers["RateLimit"] for _ in range(3)]
    assert [rate.split(";")[1] for rate in rates] == ["r=20", "r=10", "r=0"]
    assert code_of(await answer(strict, PAGE, variables={"n": 9})) == "RATE_LIMITED"


async def test_variables_are_checked_each_time(sample: SamplePartner) -> None:
    for _ in range(2):
        assert "errors" not in await answer(sample.admin, PAGE, variables={"n": 1})
        for wrong in ({"n": "1"}, {"n": -1}, {}, {"n": None}):
            assert code_of(await answer(sample.admin, PAGE, variables=wrong)) == "BAD_USER_INPUT"


async def test_named_operation_of_several_is_run(sample: SamplePartner) -> None:
    for _ in range(2):
        for name, field in (("A", "role"), ("B", "name")):
            body = await answer(sample.admin, TWO, operationName=name)
            assert list(body["data"]["viewer"]) == [field]
        for name in (None, "", "C"):
            assert code_of(await answer(sample.admin, TWO, operationName=name)) == "BAD_USER_INPUT"


async def test_each_principal_sees_its_own_data(sample: SamplePartner) -> None:
    customer, other = sample.customers[:2]
    values = {"id": customer.id}
    for _ in range(2):
        assert None not in costs(await answer(sample.admin, MONEY, variables=values))
        assert set(costs(await answer(sample.side_of(customer), MONEY, variables=values))) == {None}
        assert (await answer(sample.side_of(other), MONEY, variables=values))["data"] == {"customer": None}
        assert (await answer(sample.platform, MONEY, variables=values))["data"] == {"customer": None}
