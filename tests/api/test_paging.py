"""Relay's pages: forward and backward, over every connection, and stable while rows are inserted."""

import asyncio
import base64
import json
from typing import Any

import pytest

from tests.api.client import Caller, Json, World, a_customer
from tests.api.sample_partner import SamplePartner

PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }"
ARGUMENTS = "first: $first, after: $after, last: $last, before: $before"
VARIABLES = "$first: Int, $after: String, $last: Int, $before: String"
ROOTS = ("customers", "subscriptions", "products", "availableNumbers", "invoices")
OF_CUSTOMER = ("members", "subscriptions", "contracts", "invoices")
OF_SUBSCRIPTION = ("numbers", "assignees", "history", "invoices", "provisioning")
ORDERS = [
    f"orderBy: {{field: {field}, direction: {direction}}}, "
    for field in ("NAME", "CREATED_AT")
    for direction in ("ASC", "DESC")
]


async def page_of(caller: Caller, name: str, more: str = "", **paging: Any) -> Json:
    data = await caller.ask(f"query({VARIABLES}) {{ {name}({more}{ARGUMENTS}) {{ {PAGE} }} }}", **paging)
    found: Json = data[name]
    return found


async def walk(caller: Caller, name: str, size: int, *, backward: bool = False, more: str = "") -> list[str]:
    """The ids of all pages of that size, in the list's own order."""
    found: list[str] = []
    paging: Json = {"last" if backward else "first": size}
    while True:
        page = await page_of(caller, name, more, **paging)
        ids = [edge["node"]["id"] for edge in page["edges"]]
        info, sides = page["pageInfo"], ("hasPreviousPage", "hasNextPage")
        found = ids + found if backward else found + ids
        further, back = sides if backward else sides[::-1]
        assert len(ids) == size or not info[further]
        assert info[back] is (len(found) > len(ids))
        if not info[further]:
            return found
        paging["before" if backward else "after"] = info["startCursor" if backward else "endCursor"]


@pytest.mark.parametrize("name", ROOTS)
@pytest.mark.parametrize("size", [1, 2, 3])
async def test_pages_make_the_same_list_both_ways(sample: SamplePartner, name: str, size: int) -> None:
    whole = [edge["node"]["id"] for edge in (await page_of(sample.admin, name, first=100))["edges"]]
    assert len(whole) == len(set(whole)) > 1
    assert await walk(sample.admin, name, size) == whole
    assert await walk(sample.admin, name, size, backward=True) == whole


@pytest.mark.parametrize("order", ORDERS)
async def test_pages_follow_any_order(sample: SamplePartner, order: str) -> None:
    forward = await walk(sample.admin, "customers", 2, more=order)
    assert await walk(sample.admin, "customers", 2, more=order, backward=True) == forward
    assert len(set(forward)) == 3


@pytest.mark.parametrize(
    ("parent", "name"),
    [("customer", name) for name in OF_CUSTOMER] + [("subscription", name) for name in OF_SUBSCRIPTION],
)
async def test_connections_below_a_parent_have_pages(sample: SamplePartner, parent: str, name: str) -> None:
    customer = sample.customers[0]
    key = customer.id if parent == "customer" else customer.subscription
    query = (
        f"query($id: ID!, {VARIABLES}) {{ {parent}(by: {{id: $id}}) {{ {name}({ARGUMENTS}) {{ {PAGE} }} }} }}"
    )

    async def read(**paging: Any) -> Json:
        found: Json = (await sample.admin.ask(query, id=key, **paging))[parent][name]
        return found

    whole = (await read(first=100))["edges"]
    forward = [await read(first=1)]
    while forward[-1]["pageInfo"]["hasNextPage"]:
        forward.append(await read(first=1, after=forward[-1]["pageInfo"]["endCursor"]))
    assert [page["edges"][0] for page in forward] == whole
    last = await read(last=1)
    assert last["edges"] == whole[-1:]
    assert last["pageInfo"]["hasPreviousPage"] is (len(whole) > 1)
    beyond = await read(first=1, after=whole[-1]["cursor"])
    assert (beyond["edges"], beyond["pageInfo"]["hasNextPage"]) == ([], False)
    assert (await read(last=1, before=whole[0]["cursor"]))["edges"] == []


async def test_each_parent_s_page_is_cut_on_its_own(sample: SamplePartner) -> None:
    data = await sample.admin.ask(
        f"{{ customers {{ edges {{ node {{ id subscriptions(first: 1) {{ {PAGE} }} }} }} }} }}"
    )
    pages = [edge["node"]["subscriptions"] for edge in data["customers"]["edges"]]
    assert [len(page["edges"]) for page in pages] == [1, 1, 1]
    assert {page["pageInfo"]["hasNextPage"] for page in pages} == {True}


async def test_cursors_stay_put_while_rows_are_inserted(world: World) -> None:
    for name in ("b", "d", "f"):
        await a_customer(world.admin, name=name)
    first = await page_of(world.admin, "customers", 'filter: {search: ""}, ', first=3)
    names = "query($after: String) { customers(first: 10, after: $after) { edges { node { name } } } }"
    before = await world.admin.ask(names, after=first["pageInfo"]["endCursor"])
    await asyncio.gather(*(a_customer(world.admin, name=name) for name in ("a", "c", "d", "e")))
    after = await world.admin.ask(names, after=first["pageInfo"]["endCursor"])

    def listed(data: Json) -> list[str]:
        return [edge["node"]["name"] for edge in data["customers"]["edges"]]

    # The page was Customer, b, d: later pages repeat and skip nothing.
    assert (listed(before), listed(after)) == (["f"], ["d", "e", "f"])


@pytest.mark.parametrize(
    ("paging", "size"), [({}, 20), ({"first": 0}, 0), ({"last": 0}, 0), ({"first": 100}, 25)]
)
async def test_a_page_has_20_entries_unless_asked_otherwise(
    sample: SamplePartner, paging: Json, size: int
) -> None:
    page = await page_of(sample.admin, "availableNumbers", **paging)
    assert len(page["edges"]) == size
    assert page["pageInfo"]["hasNextPage"] is (size < 25 and "last" not in paging)
    if not size:
        assert (page["pageInfo"]["startCursor"], page["pageInfo"]["endCursor"]) == (None, None)


@pytest.mark.parametrize(
    "paging",
    [
        {"first": 101},
        {"last": 101},
        {"first": -1},
        {"last": -1},
        {"first": 1, "last": 1},
        {"first": 2**31 - 1},
    ],
)
async def test_invalid_page_size_is_bad_input(sample: SamplePartner, paging: Json) -> None:
    await _refused(sample.admin, "customers", **paging)


CRAFTED: list[Any] = [
    None, 7, True, "text", {}, [], ["x"], [1, 2], [None, None], ["x", "y"], ["x", 5],
    ["x", "not-a-uuid"], ["x", "00000000-0000-0000-0000-000000000000", "more"], {"a": 1, "b": 2},
    ["\0", "00000000-0000-0000-0000-000000000000"], [[], {}],
]  # fmt: skip


@pytest.mark.parametrize("content", CRAFTED, ids=repr)
async def test_a_crafted_cursor_is_a_broken_request(sample: SamplePartner, content: Any) -> None:
    await _refused(sample.admin, "customers", first=1, after=_encoded(content))


@pytest.mark.parametrize("cursor", ["", "?", "a", "Zm9v", "é", "\0", "\ud800", "=" * 5, "W" * 100_000])
@pytest.mark.parametrize("side", ["after", "before"])
async def test_a_malformed_cursor_is_a_broken_request(sample: SamplePartner, cursor: str, side: str) -> None:
    await _refused(sample.admin, "customers", **{"first": 1, side: cursor})


NIL = "00000000-0000-0000-0000-000000000000"
WRONG_TIMES = [
    "2021-01-01",
    "2021-01-01T00:00:00",
    "0001-01-01T00:00:00+23:59",
    "now",
    "9999-12-31T23:59:59-23:00",
]


@pytest.mark.parametrize("instant", WRONG_TIMES)
async def test_crafted_instant_in_cursor_is_no_server_error(sample: SamplePartner, instant: str) -> None:
    body = await _paged(sample.admin, "customers", ORDERS[2], first=1, after=_encoded([instant, NIL]))
    assert {error["extensions"]["code"] for error in body.get("errors", [])} <= {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    "values", [[1, 100_000, NIL], [1, -100_000, NIL], [2**31, 1, NIL], [1.5, 1, NIL], [True, 1, NIL]]
)
async def test_crafted_number_in_cursor_is_no_server_error(sample: SamplePartner, values: list[Any]) -> None:
    query = (
        "query($id: ID!, $after: String) { subscription(by: {id: $id}) { "
        "provisioning(first: 1, after: $after) { edges { cursor } } } }"
    )
    body = await sample.admin.post(query, id=sample.customers[0].subscription, after=_encoded(values))
    assert {error["extensions"]["code"] for error in body.get("errors", [])} <= {"BAD_USER_INPUT"}


async def test_a_cursor_of_another_list_is_a_broken_request(sample: SamplePartner) -> None:
    invoices = await page_of(sample.admin, "invoices", first=1)
    await _refused(sample.admin, "customers", first=1, after=invoices["pageInfo"]["endCursor"])
    customers = await page_of(sample.admin, "customers", first=1)
    await _refused(sample.admin, "invoices", first=1, after=customers["pageInfo"]["endCursor"])


async def _paged(caller: Caller, name: str, more: str = "", **paging: Any) -> Json:
    return await caller.post(f"query({VARIABLES}) {{ {name}({more}{ARGUMENTS}) {{ {PAGE} }} }}", **paging)


async def _refused(caller: Caller, name: str, **paging: Any) -> None:
    body = await _paged(caller, name, **paging)
    assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_USER_INPUT"]
    assert body["data"] is None


def _encoded(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
