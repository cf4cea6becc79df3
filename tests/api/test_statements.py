"""The number of statements depends on the query's shape, never on the number of rows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app import create_app
from server.auth.tokens import InstanceTokens
from tests.api.client import Api, Caller, World, a_world, served
from tests.api.database import statements
from tests.api.sample_partner import SamplePartner, a_sample_partner
from tests.api.test_reading import MONEY, WHOLE_GRAPH, nodes
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
async def large_sample(api: Api, engine: AsyncEngine) -> SamplePartner:
    return await a_sample_partner(api, engine, customers=30)


@pytest.fixture(scope="module")
async def loading(database_url: str, large_sample: SamplePartner) -> AsyncIterator[Side]:
    """A server that knows no plans: its loaders read everything."""
    app = create_app(database_url, InstanceTokens(large_sample.api.key), settings_with(plans=False))
    async with served(app, large_sample.api.key) as api:
        side = Side(Caller(api.client, large_sample.admin.token), app.state.engine)
        await side.admin.ask("{ viewer { role } }")  # reads the partner's currency, which is read once
        yield side


@pytest.fixture(scope="module")
def planning(large_sample: SamplePartner, engine: AsyncEngine) -> Side:
    return Side(large_sample.admin, engine)


async def test_plan_is_one_statement_besides_computed_fields(planning: Side) -> None:
    """Computed fields load the states of all subscriptions at once."""
    for customers in (3, 30):
        with statements(planning.engine) as seen:
            data = await planning.admin.ask(DEEP, first=customers)
        assert len(nodes(data["customers"])) == customers
        assert len([text for text in seen if "level0" in text]) == 1
        assert len(seen) < 10


async def test_statements_do_not_grow_with_rows(loading: Side) -> None:
    ran = {}
    for customers in (3, 30):
        with statements(loading.engine) as seen:
            data = await loading.admin.ask(DEEP, first=customers)
        rows = nodes(data["customers"])
        assert len(rows) == customers
        assert {len(nodes(row["subscriptions"])) for row in rows} == {2}
        ran[customers] = len(seen)
    assert ran[3] == ran[30] < 120


async def test_one_edge_is_one_statement_for_all_parents(loading: Side) -> None:
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


async def test_nodes_are_read_in_one_statement_a_type(loading: Side, large_sample: SamplePartner) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ran = []
    for customers in (3, 30):
        ids = [key for customer in large_sample.customers[:customers] for key in customer.ids.values()]
        with statements(loading.engine) as seen:
            data = await loading.admin.ask(query, ids=ids)
        assert [node["id"] for node in data["nodes"]] == ids
        ran.append(len(seen))
    assert ran[0] == ran[1]


@pytest.mark.parametrize("name", ["customers", "subscriptions", "products", "availableNumbers", "invoices"])
async def test_total_is_counted_only_when_selected(loading: Side, name: str) -> None:
    for field, counts in (("", 0), ("totalCount ", 1)):
        with statements(loading.engine) as seen:
            await loading.admin.ask(f"{{ {name}(first: 2) {{ {field}edges {{ node {{ id }} }} }} }}")
        assert len([text for text in seen if "count(" in text]) == counts


async def test_totals_below_parents_are_counted_together(loading: Side) -> None:
    query = "{ customers(first: 30) { edges { node { subscriptions(first: 1) { totalCount } } } } }"
    with statements(loading.engine) as seen:
        data = await loading.admin.ask(query)
    assert {row["subscriptions"]["totalCount"] for row in nodes(data["customers"])} == {2}
    assert len([text for text in seen if "count(" in text]) == 1


async def test_whole_graph_of_a_bare_partner_is_read(api: Api) -> None:
    bare: World = await a_world(api)
    data = await bare.admin.ask(WHOLE_GRAPH, id=bare.customer)
    assert nodes(data["customer"]["contracts"]) == []
