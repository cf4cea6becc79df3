"""How many statements a query runs: that depends on its shape, never on the number of rows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app import create_app
from server.auth.tokens import InstanceTokens
from tests.api.client import Api, Caller, World, a_world
from tests.api.sample_partner import House, a_house
from tests.api.test_reading import MONEY, WHOLE_GRAPH, nodes
from tests.api.watching import statements
from tests.settings import settings_with

DEEP = f"""query($first: Int) {{ customers(first: $first) {{ totalCount edges {{ node {{ id name
  members {{ totalCount edges {{ node {{ id name }} }} }}
  contracts {{ edges {{ node {{ id }} }} }}
  invoices {{ totalCount edges {{ node {{ id price {MONEY} lines {{ kind }} }} }} }}
  subscriptions(filter: {{status: ACTIVE}}) {{ totalCount edges {{ node {{
    reference customer {{ id }} contract {{ id }} price {MONEY} cost {MONEY} actions {{ action }}
    plan {{ code prices {{ cycle }} addOns {{ code prices {{ cycle }} }} }}
    nextRenewal {{ lines {{ kind }} }}
    addOns {{ id changes {{ source }} }} scheduledChanges {{ id addOn {{ id }} }}
    numbers {{ totalCount edges {{ node {{ e164 subscription {{ id }} }} }} }}
    assignees {{ totalCount edges {{ node {{ id }} }} }}
    history {{ totalCount edges {{ node {{ id lines {{ kind }} }} }} }}
    invoices {{ totalCount edges {{ node {{ id }} }} }}
    provisioning {{ totalCount edges {{ node {{ id }} }} }}
  }} }} }}
}} }} }} }}"""


@dataclass(frozen=True)
class Side:
    """A partner's admin at a server, and that server's pool."""

    admin: Caller
    engine: AsyncEngine


@pytest.fixture(scope="module")
async def street(api: Api, engine: AsyncEngine) -> House:
    return await a_house(api, engine, customers=30)


@pytest.fixture(scope="module")
async def loading(database_url: str, street: House) -> AsyncIterator[Side]:
    """A server that knows no plans: its loaders read everything."""
    app = create_app(database_url, InstanceTokens(street.api.key), settings_with(plans=False))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://loading") as client:
        side = Side(Caller(client, street.admin.token), app.state.engine)
        await side.admin.ask("{ viewer { role } }")  # the partner's currency is asked for once
        yield side
    await app.state.engine.dispose()
    await app.state.listing.dispose()


@pytest.fixture(scope="module")
def planning(street: House, engine: AsyncEngine) -> Side:
    return Side(street.admin, engine)


async def test_a_plan_is_one_statement_but_for_what_is_computed(planning: Side) -> None:
    """Beyond it, whole states are loaded for what is computed: for all subscriptions at once."""
    for customers in (3, 30):
        with statements(planning.engine) as seen:
            data = await planning.admin.ask(DEEP, first=customers)
        assert len(nodes(data["customers"])) == customers
        assert len([text for text in seen if "level0" in text]) == 1
        assert len(seen) < 10


async def test_a_deep_query_runs_as_many_statements_for_30_customers_as_for_3(loading: Side) -> None:
    ran = {}
    for customers in (3, 30):
        with statements(loading.engine) as seen:
            data = await loading.admin.ask(DEEP, first=customers)
        rows = nodes(data["customers"])
        assert len(rows) == customers
        assert {len(nodes(row["subscriptions"])) for row in rows} == {2}
        ran[customers] = len(seen)
    assert ran[3] == ran[30] < 120


async def test_one_edge_is_one_statement_whatever_the_number_of_parents(loading: Side) -> None:
    query = "{ customers(first: 30) { edges { node { subscriptions { edges { node { id } } } } } } }"
    with statements(loading.engine) as seen:
        await loading.admin.ask(query)
    assert len([text for text in seen if " FROM " in text.replace("\n", " ")]) == 2


async def test_a_row_that_many_name_is_read_once(loading: Side) -> None:
    query = "{ subscriptions(first: 60) { edges { node { plan { id } } } } }"
    with statements(loading.engine) as seen:
        data = await loading.admin.ask(query)
    assert len(nodes(data["subscriptions"])) == 60
    assert len([text for text in seen if "FROM plan" in text]) == 1


async def test_nodes_are_read_in_one_statement_a_type(loading: Side, street: House) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ran = []
    for rooms in (3, 30):
        ids = [key for room in street.rooms[:rooms] for key in room.ids.values()]
        with statements(loading.engine) as seen:
            data = await loading.admin.ask(query, ids=ids)
        assert [node["id"] for node in data["nodes"]] == ids
        ran.append(len(seen))
    assert ran[0] == ran[1]


@pytest.mark.parametrize("name", ["customers", "subscriptions", "products", "availableNumbers", "invoices"])
async def test_the_total_is_counted_only_when_it_is_asked_for(loading: Side, name: str) -> None:
    for asked, counts in (("", 0), ("totalCount ", 1)):
        with statements(loading.engine) as seen:
            await loading.admin.ask(f"{{ {name}(first: 2) {{ {asked}edges {{ node {{ id }} }} }} }}")
        assert len([text for text in seen if "count(" in text]) == counts


async def test_totals_below_parents_are_counted_together(loading: Side) -> None:
    query = "{ customers(first: 30) { edges { node { subscriptions(first: 1) { totalCount } } } } }"
    with statements(loading.engine) as seen:
        data = await loading.admin.ask(query)
    assert {row["subscriptions"]["totalCount"] for row in nodes(data["customers"])} == {2}
    assert len([text for text in seen if "count(" in text]) == 1


async def test_the_whole_graph_of_a_bare_partner_is_read_the_same_way(api: Api, engine: AsyncEngine) -> None:
    bare: World = await a_world(api)
    data = await bare.admin.ask(WHOLE_GRAPH, id=bare.customer)
    assert nodes(data["customer"]["contracts"]) == []
