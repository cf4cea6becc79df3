"""Nobody sees what is another's: a customer another customer's, a partner another partner's."""

import json

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Role
from tests.api.client import Api, Caller
from tests.api.sample_partner import FREE_NUMBERS, SamplePartner, a_sample_partner
from tests.api.test_reading import WHOLE_GRAPH

OPEN = {"Partner", "Product", "Plan"}
"""What all customers of a partner share."""
HIDDEN = {"WebhookEndpoint"}
"""What is the partner's own business."""
SIDES = (Role.CUSTOMER_ADMIN, Role.CUSTOMER_MEMBER)
LISTS = """{ customers { edges { node { id } } } subscriptions { edges { node { customer { id } } } }
  invoices { edges { node { customer { id } } } }
  availableNumbers(first: 100) { edges { node { e164 subscription { id } } } } }"""


@pytest.fixture(scope="module")
async def neighbour(api: Api, engine: AsyncEngine) -> SamplePartner:
    """Another partner that looks just the same."""
    return await a_sample_partner(api, engine, customers=1)


async def seen(caller: Caller, *ids: str) -> list[str]:
    """Those of the ids that the caller is shown, by `nodes` and one by one."""
    one_by_one = " ".join(f'n{at}: node(id: "{key}") {{ id }}' for at, key in enumerate(ids))
    data = await caller.ask(
        f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id }} {one_by_one} }}", ids=list(ids)
    )
    together = data.pop("nodes")
    assert together == list(data.values())
    return [node["id"] for node in together if node]


@pytest.mark.parametrize("role", SIDES)
async def test_customer_sees_own_nodes_only(sample: SamplePartner, role: Role) -> None:
    own, other = sample.customers[:2]
    caller = sample.side_of(own, role)
    mine = [key for name, key in own.ids.items() if name not in HIDDEN]
    assert sorted(await seen(caller, *own.ids.values())) == sorted(mine)
    theirs = [key for name, key in other.ids.items() if name not in OPEN]
    assert await seen(caller, *theirs) == []


@pytest.mark.parametrize("role", SIDES)
async def test_a_customer_s_lists_hold_its_own_alone(sample: SamplePartner, role: Role) -> None:
    own = sample.customers[0]
    data = await sample.side_of(own, role).ask(LISTS)
    assert data["customers"]["edges"] == [{"node": {"id": own.id}}]
    for name in ("subscriptions", "invoices"):
        assert {edge["node"]["customer"]["id"] for edge in data[name]["edges"]} == {own.id}
    free = [edge["node"] for edge in data["availableNumbers"]["edges"]]
    assert free == [{"e164": e164, "subscription": None} for e164 in FREE_NUMBERS]


async def test_customer_finds_no_other_by_key_or_search(sample: SamplePartner) -> None:
    own, other = sample.customers[:2]
    keys = await sample.admin.ask(
        "query($c: ID!, $s: ID!) { customer(by: {id: $c}) { orgUuid } "
        "subscription(by: {id: $s}) { reference } }",
        c=other.id,
        s=other.subscription,
    )
    data = await sample.side_of(own).ask(
        "query($o: UUID!, $r: String!, $c: ID!, $s: ID!, $n: String!) { "
        "a: customer(by: {orgUuid: $o}) { id } b: customer(by: {id: $c}) { id } "
        "c: subscription(by: {reference: $r}) { id } d: subscription(by: {id: $s}) { id } "
        "e: customers(filter: {search: $n}) { totalCount } "
        "f: subscriptions(filter: {search: $n}) { totalCount } }",
        o=keys["customer"]["orgUuid"],
        r=keys["subscription"]["reference"],
        c=other.id,
        s=other.subscription,
        n="Customer 01",
    )
    assert data == dict.fromkeys("abcd") | {"e": {"totalCount": 0}, "f": {"totalCount": 0}}


async def test_customer_graph_names_nothing_of_another(sample: SamplePartner) -> None:
    own, other = sample.customers[:2]
    words = json.dumps(await sample.side_of(own).ask(WHOLE_GRAPH, id=own.id))
    assert own.ids["PhoneNumber"] in words
    assert [name for name, key in other.ids.items() if name not in OPEN and key in words] == []
    assert "Customer 01" not in words


async def test_a_partner_is_shown_no_node_of_another_partner(
    sample: SamplePartner, neighbour: SamplePartner
) -> None:
    theirs = neighbour.customers[0].ids.values()
    for caller in (sample.admin, sample.staff, sample.side_of(sample.customers[0])):
        assert await seen(caller, *theirs) == []
    assert sorted(await seen(neighbour.admin, *theirs)) == sorted(theirs)


async def test_platform_operator_sees_no_partner_rows(sample: SamplePartner) -> None:
    operator = sample.api.as_role(Role.PLATFORM_OPERATOR)
    assert await seen(operator, *sample.customers[0].ids.values()) == []


async def test_customer_is_unknown_at_another_partner(
    sample: SamplePartner, neighbour: SamplePartner
) -> None:
    stranger = sample.api.as_role(Role.CUSTOMER_ADMIN, sample.partner, neighbour.customers[0].id)
    data = await stranger.ask(
        "{ viewer { customer { id } } customers { totalCount } invoices { totalCount } }"
    )
    assert data == {
        "viewer": {"customer": None},
        "customers": {"totalCount": 0},
        "invoices": {"totalCount": 0},
    }


async def test_the_same_reference_names_each_partner_s_own(
    sample: SamplePartner, neighbour: SamplePartner
) -> None:
    query = '{ subscription(by: {reference: "S-000001"}) { id } }'
    mine, theirs = await sample.admin.ask(query), await neighbour.admin.ask(query)
    assert mine["subscription"]["id"] != theirs["subscription"]["id"]
