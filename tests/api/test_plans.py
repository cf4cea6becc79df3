"""Compiled plans answer as the reference way does, for every role: data, errors and paths."""

import gc
import re
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import Caller
from tests.api.database import statements
from tests.api.differential import both, callers, comparable, cursors_of, outcomes, query
from tests.api.sample_partner import SamplePartner, foreign_id
from tests.api.test_reading import WHOLE_GRAPH

DOCUMENTS = 420
"""Queries that are drawn. Each is sent as every role."""
EACH = 60
"""After so many documents garbage is collected."""
TURNS = 10
"""How often two answers may differ: timing decides which of several errors reaches the parent."""


async def test_the_whole_graph_is_planned_for_everyone(
    sample: SamplePartner, reference: httpx.AsyncClient
) -> None:
    for caller in callers(sample)[:-1]:
        before = outcomes()
        planned, expected = await both(caller, reference, WHOLE_GRAPH, {"id": sample.customers[0].id})
        assert comparable(planned) == comparable(expected)
        assert list(outcomes() - before) == [""]


async def test_rows_below_a_row_are_found_by_an_index(sample: SamplePartner, engine: AsyncEngine) -> None:
    """PostgreSQL cannot know how many rows a page has: a plain join may make it read entire tables."""
    with statements(engine) as seen:
        await sample.admin.ask(WHOLE_GRAPH, id=sample.customers[0].id)
    [planned] = [text for text in seen if "level0" in text]
    tables = re.split(r"\b(?:level|count)\d+ AS \n", planned.partition("\n SELECT -1")[0])[1:]
    below = [text for text in tables if re.search(r"\blevel\d+\b", text)]
    assert len(below) > 20
    assert all("JOIN LATERAL" in text for text in below)


NODES = "customers(first: 2) { nodes { id name subscriptions(last: 3) { nodes { reference } } } }"


async def test_nodes_are_those_of_the_edges(sample: SamplePartner, reference: httpx.AsyncClient) -> None:
    before, edges = outcomes(), NODES.replace("nodes", "edges { node").replace("} }", "} } }")
    text = f"{{ a: {NODES} b: {edges} }}"
    planned, expected = await both(sample.admin, reference, text, {})
    assert comparable(planned) == comparable(expected)
    assert list(outcomes() - before) == [""]
    found = planned["data"]["a"]["nodes"]
    of_edges = [edge["node"] for edge in planned["data"]["b"]["edges"]]
    assert [node["name"] for node in found] == [node["name"] for node in of_edges]
    assert [node["subscriptions"]["nodes"] for node in found] == [
        [edge["node"] for edge in node["subscriptions"]["edges"]] for node in of_edges
    ]


async def test_edges_and_nodes_read_the_rows_once(sample: SamplePartner, engine: AsyncEngine) -> None:
    with statements(engine) as seen:
        await sample.admin.ask("{ customers { edges { cursor node { id } } nodes { name } } }")
    [planned] = [text for text in seen if "level0" in text]
    assert "level1" not in planned


async def test_failed_sibling_does_not_affect_others(
    sample: SamplePartner, reference: httpx.AsyncClient
) -> None:
    """A failed non-null field cancels its siblings; other fields wait for the same rows."""
    query = """query($id: ID!) {
      bad: customer(by: {id: $id}) { contracts { totalCount } members(after: "nothing") { totalCount } }
      good: customer(by: {id: $id}) { contracts { totalCount } }
    }"""
    planned, expected = await both(sample.admin, reference, query, {"id": sample.customers[0].id})
    assert expected["data"] == {"bad": None, "good": {"contracts": {"totalCount": 1}}}
    assert comparable(planned) == comparable(expected)


async def test_nodes_are_planned_in_the_order_of_their_ids(
    sample: SamplePartner, reference: httpx.AsyncClient
) -> None:
    """Of every type, with null for unknown ids."""
    nothing, other = foreign_id("Customer"), foreign_id("NoSuchType")
    known = [key for customer in sample.customers[:2] for key in customer.ids.values()]
    ids = [known[1], nothing, *known, other, known[1], *reversed(known)]
    text = """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
      ... on Customer { members { totalCount } } ... on CustomerSubscription { price { amount } } } }"""
    for caller in callers(sample)[:-1]:
        before = outcomes()
        planned, expected = await both(caller, reference, text, {"ids": ids})
        assert comparable(planned) == comparable(expected)
        assert list(outcomes() - before) == [""]
    found = (await sample.admin.ask(text, ids=ids))["nodes"]
    assert [node and node["id"] for node in found] == [None if i in (nothing, other) else i for i in ids]


async def test_several_nodes_fields_have_their_own_ids(
    sample: SamplePartner, reference: httpx.AsyncClient
) -> None:
    first, second = (customer.ids["Member"] for customer in sample.customers[:2])
    text = """query($a: [ID!]!, $b: [ID!]!) {
      a: nodes(ids: $a) { id } b: nodes(ids: $b) { id } c: node(id: "%s") { id } }"""
    planned, expected = await both(sample.admin, reference, text % first, {"a": [first], "b": [second]})
    assert comparable(planned) == comparable(expected)
    assert planned["data"] == {"a": [{"id": first}], "b": [{"id": second}], "c": {"id": first}}


@pytest.mark.usefixtures("garbage_waits")
async def test_drawn_queries_are_answered_alike(sample: SamplePartner, reference: httpx.AsyncClient) -> None:
    ids = sorted({key for customer in sample.customers[:2] for key in customer.ids.values()})
    cursors, before, asking = await cursors_of(sample), outcomes(), callers(sample)
    for number in range(DOCUMENTS):
        text, values = query(f"query {number}", ids, cursors)
        turn = number % len(asking)  # who asks first: known queries take a shorter way
        for caller in asking[turn:] + asking[:turn]:
            await answered_alike(caller, reference, text, values)
        if number % EACH == 0:
            gc.collect()
    ways = outcomes() - before
    assert ways[""] > DOCUMENTS * len(asking) / 4, ways


async def answered_alike(
    caller: Caller, reference: httpx.AsyncClient, text: str, values: dict[str, Any]
) -> None:
    for _ in range(TURNS):
        planned, expected = await both(caller, reference, text, values)
        if comparable(planned) == comparable(expected):
            return
    assert comparable(planned) == comparable(expected), (text, values)
