"""Compiled plans answer as the reference way does: data, errors and paths, whoever asks."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from app import create_app
from resolvers.auth import InstanceTokens, Role
from schema.exposure import Exposure
from tests.api.client import Api, Caller
from tests.api.house import House
from tests.api.operations import queries
from tests.api.test_reading import WHOLE_GRAPH

CASES = 500
TURNS = 10
"""How often two answers may differ: which of several errors takes a parent down is a matter of time."""


@pytest.fixture(scope="module")
async def reference(database_url: str, api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """A server that knows no plans, and the same tokens."""
    app = create_app(database_url, InstanceTokens(api.key), pool_size=20, exposure=Exposure(plans=False))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://reference"
    ) as client:
        yield client
    await app.state.engine.dispose()
    await app.state.listing.dispose()


def outcomes() -> Counter[str]:
    """How many queries went which way, so far; planned ones under no name."""
    [counted] = [metric for metric in REGISTRY.collect() if metric.name == "tenure_queries"]
    return Counter(
        {one.labels["fallback"]: int(one.value) for one in counted.samples if one.name.endswith("_total")}
    )


def callers(house: House) -> list[Caller]:
    room = house.rooms[0]
    return [
        house.admin,
        house.staff,
        house.side_of(room),
        house.side_of(room, Role.CUSTOMER_MEMBER),
        house.platform,
    ]


async def all_ways(
    caller: Caller, reference: httpx.AsyncClient, query: str, values: dict[str, Any]
) -> list[Any]:
    """The planned answer twice, because known queries take a shorter way, and that of the reference way."""
    content = json.dumps({"query": query, "variables": values})
    sides = [caller, caller, Caller(reference, caller.token)]
    return [(await side.send(content)).json() for side in sides]


def comparable(body: Any) -> Any:
    """Without the order of errors, which nothing promises, and what names the request."""
    errors = [
        {key: value for key, value in error.items() if key != "extensions"}
        | {"code": error["extensions"]["code"]}
        for error in body.get("errors", [])
    ]
    return body.get("data"), sorted(errors, key=json.dumps)


async def test_the_whole_graph_is_planned_for_everyone(house: House, reference: httpx.AsyncClient) -> None:
    for caller in callers(house)[:-1]:
        before = outcomes()
        first, again, wanted = await all_ways(caller, reference, WHOLE_GRAPH, {"id": house.rooms[0].customer})
        assert comparable(first) == comparable(again) == comparable(wanted)
        assert list(outcomes() - before) == [""]


async def test_what_a_failed_sibling_gives_up_is_still_there_for_others(
    house: House, reference: httpx.AsyncClient
) -> None:
    """Where a field cannot be null, its siblings are given up with it; others wait for the same rows."""
    query = """query($id: ID!) {
      bad: customer(by: {id: $id}) { contracts { totalCount } members(after: "nothing") { totalCount } }
      good: customer(by: {id: $id}) { contracts { totalCount } }
    }"""
    first, again, wanted = await all_ways(house.admin, reference, query, {"id": house.rooms[0].customer})
    assert wanted["data"] == {"bad": None, "good": {"contracts": {"totalCount": 1}}}
    assert comparable(first) == comparable(again) == comparable(wanted)


async def cursors_of(house: House) -> list[str]:
    page = "edges { cursor }"
    lists = f"customers {{ {page} }} subscriptions {{ {page} }} products {{ {page} }} invoices {{ {page} }}"
    found = await house.admin.ask(f"{{ {lists} availableNumbers(first: 5) {{ {page} }} }}")
    return [edge["cursor"] for connection in found.values() for edge in connection["edges"][:3]]


async def test_drawn_queries_are_answered_alike(house: House, reference: httpx.AsyncClient) -> None:
    ids = sorted({key for room in house.rooms[:2] for key in room.ids.values()})
    cursors = await cursors_of(house)
    drawn = given(queries(ids, cursors), st.sampled_from(callers(house)))
    before = outcomes()

    @settings(max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck])
    @drawn
    def collected(asked: tuple[str, dict[str, Any]], caller: Caller) -> None:
        cases.append((asked, caller))

    cases: list[tuple[tuple[str, dict[str, Any]], Caller]] = []
    collected()
    for (query, values), caller in cases:
        for _ in range(TURNS):
            first, again, wanted = map(comparable, await all_ways(caller, reference, query, values))
            if first == again == wanted:
                break
        assert first == again == wanted, (query, values)
    ways = outcomes() - before
    assert ways[""] > CASES / 2, ways
