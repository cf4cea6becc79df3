"""GraphQL over HTTP: status and media type of every kind of response."""

import json
from typing import Any

import httpx
import pytest

from server.http.headers import GRAPHQL, JSON
from tests.api.client import Caller
from tests.api.sample_partner import SamplePartner

VIEWER = "{ viewer { role } }"
CHANGE = "{ updatePolicy(input: {allowRefund: false}) { userErrors { code } } }"
MUTATION = f"mutation {CHANGE}"
TWO = f"query A {VIEWER} mutation B {CHANGE}"
POLICY = "{ viewer { partner { policy { allowRefund } } } }"
REFUNDS = {"viewer": {"partner": {"policy": {"allowRefund": True}}}}
NEEDS = "query($id: ID!) { node(id: $id) { id } }"


async def ask(caller: Caller, body: Any, accept: str = JSON) -> httpx.Response:
    return await caller.send(json.dumps(body), accept=accept)


async def get(caller: Caller, accept: str = JSON, **params: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {caller.token}", "accept": accept}
    return await caller.client.get("/graphql", params=params, headers=headers)


def code(response: httpx.Response) -> str:
    """The code of the only error."""
    [error] = response.json()["errors"]
    found: str = error["extensions"]["code"]
    return found


async def test_a_response_has_the_accepted_type(sample: SamplePartner) -> None:
    response = await ask(sample.admin, {"query": VIEWER}, GRAPHQL)
    assert response.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    assert response.json()["data"] == {"viewer": {"role": "PARTNER_ADMIN"}}
    assert (await ask(sample.admin, {"query": VIEWER})).headers["content-type"] == JSON


# What is a request, but not one that can be executed: an answer like any other to who knows only JSON.
REQUEST_ERRORS: list[Any] = [
    {"query": "{"},
    {"query": " "},
    {"query": "{ nothing }"},
    {"query": VIEWER, "operationName": "Other"},
    {"query": "fragment F on Query { __typename }"},
    {"query": TWO},
    {"query": NEEDS},
    {"query": NEEDS, "variables": {"id": {}}},
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "unheard of"}}},
]


@pytest.mark.parametrize("body", REQUEST_ERRORS, ids=str)
async def test_a_request_error_is_400_or_200_in_json(sample: SamplePartner, body: Any) -> None:
    for accept, status in ((GRAPHQL, 400), (JSON, 200)):
        response = await ask(sample.admin, body, accept)
        assert response.status_code == status
        assert response.headers["content-type"].startswith(accept)
        assert "data" not in response.json()
        for error in response.json()["errors"]:
            assert error["extensions"]["requestId"] == response.headers["x-request-id"]


# What is no request at all.
MALFORMED: list[Any] = [
    None,
    1,
    "text",
    [],
    [{"query": VIEWER}],
    {},
    {"query": None},
    {"query": ""},
    {"query": 1},
    {"query": VIEWER, "variables": []},
    {"query": VIEWER, "variables": "{}"},
    {"query": VIEWER, "extensions": []},
    {"query": VIEWER, "operationName": 1},
    {"documentId": 1},
]


@pytest.mark.parametrize("body", MALFORMED, ids=str)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_malformed_request_is_400(sample: SamplePartner, body: Any, accept: str) -> None:
    response = await ask(sample.admin, body, accept)
    assert response.status_code == 400
    assert "data" not in response.json()
    assert code(response) == "BAD_USER_INPUT"


async def test_a_batch_is_refused_with_advice(sample: SamplePartner) -> None:
    response = await ask(sample.admin, [{"query": VIEWER}, {"query": VIEWER}])
    assert response.json()["errors"][0]["message"] == "Batches are not taken: send one operation a request."


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_an_error_of_a_field_is_200_with_data(sample: SamplePartner, accept: str) -> None:
    query = '{ ok: viewer { role } node(id: "x") { id } }'
    response = await ask(sample.platform, {"query": query}, accept)
    assert (response.status_code, code(response)) == (200, "BAD_USER_INPUT")
    assert response.json()["data"]["ok"]


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_an_error_of_all_data_is_200_with_null(sample: SamplePartner, accept: str) -> None:
    response = await ask(sample.side_of(sample.customers[0]), {"query": MUTATION}, accept)
    assert response.status_code == 200
    assert response.json()["data"] is None
    assert code(response) == "FORBIDDEN"


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_an_unknown_principal_is_401(sample: SamplePartner, accept: str) -> None:
    response = await ask(Caller(sample.api.client, "x"), {"query": VIEWER}, accept)
    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
    assert response.headers["content-type"].startswith(accept)


@pytest.mark.parametrize("accept", ["text/html", "text/event-stream", f"{JSON};q=0"])
async def test_406_executes_nothing(sample: SamplePartner, accept: str) -> None:
    response = await ask(sample.admin, {"query": MUTATION}, accept)
    assert (response.status_code, code(response)) == (406, "BAD_USER_INPUT")
    assert await sample.admin.ask(POLICY) == REFUNDS


async def test_a_query_may_come_by_get(sample: SamplePartner) -> None:
    response = await get(
        sample.admin, query=NEEDS, variables='{"id": "x"}', operationName="", extensions="{}"
    )
    assert (response.status_code, code(response)) == (200, "BAD_USER_INPUT")
    named = await get(sample.admin, query="query A { viewer { role } }", operationName="A")
    assert named.json()["data"] == {"viewer": {"role": "PARTNER_ADMIN"}}


@pytest.mark.parametrize("name", [{}, {"operationName": "B"}])
async def test_a_mutation_by_get_is_405(sample: SamplePartner, name: dict[str, str]) -> None:
    query = TWO if name else MUTATION
    response = await get(sample.admin, GRAPHQL, query=query, **name)
    assert (response.status_code, response.headers["allow"], code(response)) == (
        405,
        "POST",
        "BAD_USER_INPUT",
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_another_method_is_405(sample: SamplePartner, method: str) -> None:
    headers = {"authorization": f"Bearer {sample.admin.token}"}
    response = await sample.api.client.request(method, "/graphql", headers=headers)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    assert code(response) == "BAD_USER_INPUT"


async def test_a_subscription_is_for_sockets(sample: SamplePartner) -> None:
    query = "subscription { subscriptionChanged { id } }"
    posted = await ask(sample.admin, {"query": query})
    assert (posted.status_code, code(posted)) == (400, "BAD_USER_INPUT")
    assert (await get(sample.admin, query=query)).status_code == 405


async def test_of_several_operations_one_must_be_named(sample: SamplePartner) -> None:
    query = "query A { viewer { role } } query B { viewer { name } }"
    assert code(await ask(sample.admin, {"query": query})) == "BAD_USER_INPUT"
    named = await ask(sample.admin, {"query": query, "operationName": "A"})
    assert named.json()["data"] == {"viewer": {"role": "PARTNER_ADMIN"}}


async def test_of_several_mutations_one_must_be_named(sample: SamplePartner) -> None:
    query = f"mutation A {CHANGE} query B {VIEWER}"
    assert code(await ask(sample.admin, {"query": query})) == "BAD_USER_INPUT"
    assert await sample.admin.ask(POLICY) == REFUNDS
