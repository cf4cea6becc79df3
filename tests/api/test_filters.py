"""Filters and orders of lists."""

from typing import Any

import pytest

from tests.api.client import Api, World, a_customer, a_subscription, a_world
from tests.api.sample_partner import SamplePartner

SUBSCRIPTIONS = """query($filter: SubscriptionFilter, $orderBy: SubscriptionOrder) {
  subscriptions(filter: $filter, orderBy: $orderBy, first: 100) {
    totalCount edges { node { reference } } } }"""
CUSTOMERS = """query($filter: CustomerFilter, $orderBy: CustomerOrder) {
  customers(filter: $filter, orderBy: $orderBy, first: 100) { totalCount edges { node { name } } } }"""
REFERENCES = ["S-000001", "S-000002", "S-000003", "S-000004"]


@pytest.fixture(scope="module")
async def shop(api: Api) -> World:
    """Four subscriptions: S-000001 of the article's customer, three of Beta's, of which one is a trial."""
    shop = await a_world(api)
    beta = await a_customer(shop.admin, name="Beta 50%_off")
    await a_customer(shop.admin, name="alpha")
    await a_subscription(shop.admin, beta, planCode="business", startsOn="2021-01-31", autoRenewal=False)
    await a_subscription(shop.admin, beta, cycle="MONTHLY", startsOn="2021-06-01")
    await a_subscription(shop.admin, beta, startsOn="2021-06-10", trialDays=14)
    return shop


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({}, [1, 2, 3, 4]),
        ({"status": ["ACTIVE"]}, [1, 2, 3]),
        ({"status": ["TRIAL", "ACTIVE"]}, [1, 2, 3, 4]),
        ({"status": []}, []),
        ({"planCode": ["business"]}, [2]),
        ({"planCode": ["business", "professional"]}, [1, 2, 3, 4]),
        ({"planCode": ["unknown"]}, []),
        ({"productCode": ["phone"]}, [1, 2, 3, 4]),
        ({"productCode": ["fax"]}, []),
        ({"autoRenewal": False}, [2]),
        ({"autoRenewal": True}, [1, 3, 4]),
        ({"endsBefore": "2021-11-15"}, [3, 4]),
        ({"endsBefore": "2021-11-16"}, [1, 3, 4]),
        ({"endsBefore": "2021-06-23"}, []),
        ({"endsBefore": "2021-06-24"}, [4]),
        ({"search": "000003"}, [3]),
        ({"search": "s-00000"}, [1, 2, 3, 4]),
        ({"search": "BETA"}, [2, 3, 4]),
        ({"search": "50%_off"}, [2, 3, 4]),
        ({"search": "%"}, [2, 3, 4]),
        ({"search": "B_ta"}, []),
        ({"search": "\\"}, []),
        ({"search": ""}, [1, 2, 3, 4]),
        ({"search": "beta", "autoRenewal": True, "status": ["ACTIVE"]}, [3]),
        (None, [1, 2, 3, 4]),
    ],
)
async def test_subscription_filters_combine(shop: World, narrowed: Any, found: list[int]) -> None:
    listed = (await shop.admin.ask(SUBSCRIPTIONS, filter=narrowed))["subscriptions"]
    assert [edge["node"]["reference"] for edge in listed["edges"]] == [REFERENCES[n - 1] for n in found]
    assert listed["totalCount"] == len(found)


@pytest.mark.parametrize(
    ("field", "ascending"), [("REFERENCE", [1, 2, 3, 4]), ("CREATED_AT", None), ("ENDS_ON", [4, 3, 1, 2])]
)
async def test_subscriptions_are_sorted_either_way(
    shop: World, field: str, ascending: list[int] | None
) -> None:
    found = {}
    for direction in ("ASC", "DESC"):
        data = await shop.admin.ask(SUBSCRIPTIONS, orderBy={"field": field, "direction": direction})
        found[direction] = [edge["node"]["reference"] for edge in data["subscriptions"]["edges"]]
    assert found["ASC"] == found["DESC"][::-1]
    # All four were made at one moment of the sandbox's clock: any order of them will do.
    wanted = REFERENCES if ascending is None else [REFERENCES[n - 1] for n in ascending]
    assert (sorted(found["ASC"]) if ascending is None else found["ASC"]) == wanted


@pytest.mark.parametrize(
    ("search", "names"),
    [(None, ["Beta 50%_off", "Customer", "alpha"]), ("ALPHA", ["alpha"]), ("50%", ["Beta 50%_off"])],
)
async def test_customers_are_searched_by_name(shop: World, search: str | None, names: list[str]) -> None:
    listed = (await shop.admin.ask(CUSTOMERS, filter={"search": search}))["customers"]
    assert [edge["node"]["name"] for edge in listed["edges"]] == names
    assert listed["totalCount"] == len(names)


async def test_customers_are_sorted_by_name_either_way(shop: World) -> None:
    order = {"field": "NAME", "direction": "DESC"}
    listed = (await shop.admin.ask(CUSTOMERS, orderBy=order))["customers"]
    assert [edge["node"]["name"] for edge in listed["edges"]] == ["alpha", "Customer", "Beta 50%_off"]


async def test_below_a_customer_the_same_filters_hold(shop: World) -> None:
    data = await shop.admin.ask(
        """query($status: [SubscriptionStatus!]) { customers { edges { node { name
        subscriptions(filter: {status: $status}, orderBy: {field: ENDS_ON, direction: DESC}) {
          totalCount edges { node { reference } } } } } } }""",
        status=["TRIAL", "ACTIVE"],
    )
    found = {
        edge["node"]["name"]: [e["node"]["reference"] for e in edge["node"]["subscriptions"]["edges"]]
        for edge in data["customers"]["edges"]
    }
    assert found == {
        "Beta 50%_off": ["S-000002", "S-000003", "S-000004"],
        "Customer": ["S-000001"],
        "alpha": [],
    }


async def test_two_filters_in_one_request_do_not_mix(shop: World) -> None:
    data = await shop.admin.ask(
        "{ a: subscriptions(filter: {autoRenewal: true}) { totalCount edges { node { id } } } "
        "b: subscriptions(filter: {autoRenewal: false}) { totalCount edges { node { id } } } }"
    )
    assert {name: (page["totalCount"], len(page["edges"])) for name, page in data.items()} == {
        "a": (3, 3),
        "b": (1, 1),
    }


@pytest.mark.parametrize(
    ("search", "found"), [("member", 1), ("M1@EXAMPLE", 1), ("m0@", 0), ("", 1), ("%", 0)]
)
async def test_members_are_searched_by_name_and_address(
    sample: SamplePartner, search: str, found: int
) -> None:
    data = await sample.admin.ask(
        "query($id: ID!, $s: String) { customer(by: {id: $id}) { members(search: $s) { totalCount } } }",
        id=sample.customers[1].id,
        s=search,
    )
    assert data["customer"]["members"]["totalCount"] == found


@pytest.mark.parametrize(
    ("status", "found"), [(["PENDING"], 1), (["ISSUED"], 0), (["PENDING", "ISSUED"], 1), ([], 0), (None, 1)]
)
async def test_invoices_are_narrowed_by_status(
    sample: SamplePartner, status: list[str] | None, found: int
) -> None:
    data = await sample.admin.ask(
        """query($id: ID!, $filter: InvoiceFilter) { invoices(filter: $filter) { totalCount }
        customer(by: {id: $id}) { invoices(filter: $filter) { totalCount } } }""",
        id=sample.customers[1].id,
        filter={"status": status},
    )
    assert data["customer"]["invoices"]["totalCount"] == found
    # Each of the two customers billed at once has three invoices.
    assert data["invoices"]["totalCount"] == found + (6 if status is None or "ISSUED" in status else 0)


@pytest.mark.parametrize(("actions", "found"), [(["CREATE"], 1), (["CREATE", "CHANGE_PLAN"], 2), ([], 0)])
async def test_history_is_narrowed_by_action(sample: SamplePartner, actions: list[str], found: int) -> None:
    data = await sample.admin.ask(
        """query($id: ID!, $actions: [SubscriptionAction!]) { subscription(by: {id: $id}) {
        history(actions: $actions) { totalCount edges { node { action } } } } }""",
        id=sample.customers[0].subscription,
        actions=actions,
    )
    history = data["subscription"]["history"]
    assert {edge["node"]["action"] for edge in history["edges"]} == set(actions)
    assert history["totalCount"] == found


@pytest.mark.parametrize(("status", "found"), [("ACTIVE", 1), ("CANCELED", 0), (None, 1)])
async def test_add_ons_are_narrowed_by_status(sample: SamplePartner, status: str | None, found: int) -> None:
    data = await sample.admin.ask(
        "query($id: ID!, $s: AddOnStatus) { subscription(by: {id: $id}) { addOns(status: $s) { id } } }",
        id=sample.customers[0].subscription,
        s=status,
    )
    assert len(data["subscription"]["addOns"]) == found
