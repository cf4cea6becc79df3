"""What a deployment shows of its schema: everything in the demo, otherwise only what settings allow."""

from collections.abc import AsyncIterator

import pytest
from graphql import get_introspection_query

from domain.principal import Role
from tests.api.client import Caller, Json
from tests.api.sample_partner import SamplePartner
from tests.server.http.serving import served

POLICY = "mutation($i: BillingPolicyInput!) { updatePolicy(input: $i) { userErrors { code } } }"

# Each with a word that is nearly one of the schema's: a field, an argument, a type, a value of an enum.
MISSPELT: list[tuple[str, Json]] = [
    ("{ viewr { role } }", {}),
    ("{ viewer { rol } }", {}),
    ("{ customers(frst: 1) { totalCount } }", {}),
    ("{ customers(filter: {serch: 1}) { totalCount } }", {}),
    ("query($f: CustomerFiltr) { customers(filter: $f) { totalCount } }", {}),
    ("{ node(id: 1) { ... on Custome { name } } }", {}),
    ("{ node(id: 1) { name } }", {}),
    ("{ viewer { role @skp(if: true) } }", {}),
    ("query($n: Int) { customers(first: $m) { totalCount } }", {}),
    ("mutation { updatePolicy(input: {upgradeBasis: DELT}) { userErrors { code } } }", {}),
    ("mutation { updatePolicy(input: {allowRefnd: true}) { userErrors { code } } }", {}),
    (
        "mutation($i: BillingPolicyInput!) { updatePolicy(input: $i) { userErrors { code } } }",
        {"allowRefnd": 1},
    ),
    (POLICY, {"prorationUnit": "MONT"}),
]


@pytest.fixture(scope="module")
async def shown(sample: SamplePartner, database_url: str) -> AsyncIterator[Caller]:
    """The admin of a deployment that shows its schema."""
    async with served(database_url, sample.api, introspection=True, suggestions=True) as api:
        yield api.as_role(Role.PARTNER_ADMIN, sample.partner)


async def test_the_schema_can_be_read_if_shown(shown: Caller) -> None:
    data = await shown.ask(get_introspection_query())
    assert len(data["__schema"]["types"]) > 80


@pytest.mark.parametrize(
    "query",
    [
        get_introspection_query(),
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Query") { name } }',
        "{ a: __schema { types { name } } }",
        "{ ...F } fragment F on Query { __schema { types { name } } }",
        "{ ... { __schema { types { name } } } }",
        "mutation { __schema { types { name } } }",
    ],
)
async def test_otherwise_the_schema_is_hidden(sample: SamplePartner, query: str) -> None:
    body = await sample.admin.post(query)
    assert "data" not in body
    assert {error["extensions"]["code"] for error in body["errors"]} == {"BAD_USER_INPUT"}


async def test_a_typename_can_always_be_read(sample: SamplePartner) -> None:
    data = await sample.admin.ask("{ __typename viewer { __typename } }")
    assert data == {"__typename": "Query", "viewer": {"__typename": "Viewer"}}


@pytest.mark.parametrize(("query", "values"), MISSPELT)
async def test_no_names_are_suggested_if_off(sample: SamplePartner, query: str, values: Json) -> None:
    body = await sample.admin.post(query, i=values)
    assert body["errors"]
    assert "Did you mean" not in str(body)


async def test_names_are_suggested_if_on(shown: Caller) -> None:
    bodies = [await shown.post(query, i=values) for query, values in MISSPELT]
    assert len([body for body in bodies if "Did you mean" in str(body)]) >= 9
