"""Bodies that are no GraphQL request get JSON with a code, never a server error."""

import gzip
import json
from typing import Any

import pytest

from tests.api.client import Api, Json, World, a_world
from tests.api.sample_partner import SamplePartner

QUERY = "{ viewer { role } }"
DEEP = 100_000
PURCHASE = """mutation($id: ID!, $k: String!, $s: JSON!) { createSubscription(input: {
  customerId: $id, idempotencyKey: $k, planCode: "professional", cycle: YEARLY,
  settings: $s}) { userErrors { code } } }"""


def assert_refused(body: Json, *codes: str) -> None:
    assert body.get("data") is None
    assert body["errors"]
    for error in body["errors"]:
        assert error["extensions"]["code"] in (codes or ("BAD_USER_INPUT",))
        assert error["message"]


NOT_REQUESTS: list[Any] = [
    None, 1, 1.5, True, "text", [], {}, [None], [[]], [{"query": QUERY}], {"query": None}, {"query": 1},
    {"query": ""}, {"query": []}, {"query": {}}, {"query": " "}, {"query": "#"}, {"query": "{"},
    {"query": "{ nothing }"}, {"query": "\0"}, {"query": "\ud800"},
    {"query": "fragment F on Query { __typename }"},
    {"query": QUERY, "variables": 1}, {"query": QUERY, "variables": []}, {"query": QUERY, "variables": "{}"},
    {"query": QUERY, "extensions": 1}, {"query": QUERY, "operationName": "Other"},
    {"query": QUERY, "operationName": 7}, {"query": QUERY, "operationName": {}},
    {"variables": {}}, {"Query": QUERY},
    {"query": "subscription { nothing }"}, {"query": "{ viewer }"}, {"query": "{ viewer { role { x } } }"},
    {"query": "query($x: Nothing) { viewer { role } }"}, {"query": "{ node { id } }"},
    {"query": "{ node(id: 1.5) { id } }"}, {"query": "query($id: ID!) { node(id: $id) { id } }"},
]  # fmt: skip


@pytest.mark.parametrize("content", NOT_REQUESTS, ids=repr)
async def test_json_that_is_no_request_is_refused(sample: SamplePartner, content: Any) -> None:
    response = await sample.admin.send(json.dumps(content))
    assert response.status_code in {200, 400}
    assert_refused(response.json())


NOT_JSON = [
    "", " ", "null x", "{", "[", '{"query"}', "not json", "{'query': 1}", b"\xff\xfe", b"\x00", "\ufeff{}",
    '{"query": "\x01"}', "<xml/>", '"\\ud800"', "NaN", "1e400", "query { viewer { role } }",
    gzip.compress(b'{"query": "{ viewer { role } }"}', mtime=0),
]  # fmt: skip


@pytest.mark.parametrize("content", NOT_JSON, ids=repr)
async def test_a_body_that_is_not_json_is_refused(sample: SamplePartner, content: str | bytes) -> None:
    response = await sample.admin.send(content)
    assert response.status_code == 400
    assert_refused(response.json())


@pytest.mark.parametrize(
    "content",
    [
        "[" * DEEP,
        "[" * DEEP + "]" * DEEP,
        '{"query": ' + "[" * DEEP + "]" * DEEP + "}",
        '{"query": "{ __typename }", "variables": {"x": ' + "[" * DEEP + "]" * DEEP + "}}",
        '{"query": "{ __typename }", "variables": ' + '{"x": ' * DEEP + "1" + "}" * DEEP + "}",
    ],
    ids=len,
)
async def test_deeply_nested_json_is_refused(sample: SamplePartner, content: str) -> None:
    response = await sample.admin.send(content)
    assert response.status_code == 400
    assert_refused(response.json())


@pytest.fixture(scope="module")
async def shop(api: Api) -> World:
    return await a_world(api)


@pytest.mark.parametrize("depth", [10, 60, 100, 200, 300, 500, 700, 800, 900, 950, 1000])
async def test_nested_settings_are_never_a_server_error(shop: World, depth: int) -> None:
    nested = '{"s": ' * depth + "1" + "}" * depth
    variables = f'{{"id": "{shop.customer}", "k": "{depth}", "s": {nested}}}'
    response = await shop.admin.send(f'{{"query": {json.dumps(PURCHASE)}, "variables": {variables}}}')
    assert response.status_code in {200, 400}
    _refused_or_taken(response.json(), taken=depth <= 60)


@pytest.mark.parametrize("depth", [50, 150, 250, 1000, 10_000])
@pytest.mark.parametrize(("opening", "closing"), [("{ a ", "}"), ("{ viewer ", "}"), ("(x: [", "])")])
async def test_deeply_nested_documents_are_refused(
    sample: SamplePartner, depth: int, opening: str, closing: str
) -> None:
    query = "{ viewer " + opening * depth + closing * depth + "}"
    assert_refused(await sample.admin.post(query), "BAD_USER_INPUT", "LIMIT_EXCEEDED")


@pytest.mark.parametrize("depth", [10, 60, 100, 150, 200, 1000])
async def test_nested_literals_are_never_a_server_error(shop: World, depth: int) -> None:
    literal = "{s: " * depth + "1" + "}" * depth
    query = PURCHASE.replace(", $s: JSON!", "").replace("$s", literal)
    _refused_or_taken(await shop.admin.post(query, id=shop.customer, k=f"literal {depth}"), taken=depth <= 60)


def _refused_or_taken(body: Json, *, taken: bool) -> None:
    if "errors" in body:
        assert_refused(body)
        assert not taken
    else:
        codes = [error["code"] for error in body["data"]["createSubscription"]["userErrors"]]
        assert codes == [] if taken else codes in ([], ["INVALID_VALUE"])


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ";", "é", "x" * 5000],
)
async def test_another_content_type_is_refused(sample: SamplePartner, kind: str) -> None:
    body = json.dumps({"query": QUERY})
    headers = {"authorization": f"Bearer {sample.admin.token}", "content-type": kind.encode()}
    response = await sample.api.client.post("/graphql", content=body, headers=headers)  # type: ignore[arg-type]
    assert response.status_code == 415
    assert_refused(response.json())


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", 'application/json;charset="UTF-8"']
)
async def test_json_is_taken_with_or_without_its_charset(sample: SamplePartner, kind: str) -> None:
    response = await sample.admin.send(json.dumps({"query": QUERY}), **{"content-type": kind})
    assert response.json()["data"] == {"viewer": {"role": "PARTNER_ADMIN"}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_refused(sample: SamplePartner, method: str) -> None:
    headers = {"authorization": f"Bearer {sample.admin.token}"}
    response = await sample.api.client.request(method, "/graphql", headers=headers)
    assert response.status_code in {400, 404, 405}
    if method != "HEAD":
        assert_refused(response.json())


async def test_get_takes_queries_but_no_mutations(sample: SamplePartner) -> None:
    headers = {"authorization": f"Bearer {sample.admin.token}"}
    get = sample.api.client.get
    response = await get("/graphql", params={"query": QUERY}, headers=headers)
    assert response.json()["data"] == {"viewer": {"role": "PARTNER_ADMIN"}}
    mutation = "mutation { updatePolicy(input: {refundWindowDays: 1}) { userErrors { code } } }"
    for params in (
        {"query": mutation},
        {"query": QUERY, "variables": "{"},
        {"query": QUERY, "variables": "[]"},
        {},
    ):
        response = await get("/graphql", params=params, headers=headers)
        assert response.status_code in {400, 404, 405}
        assert_refused(response.json())


async def test_a_large_body_is_answered(sample: SamplePartner) -> None:
    response = await sample.admin.send(json.dumps({"query": QUERY, "variables": {"x": "y" * 1_900_000}}))
    assert response.status_code == 200


async def test_unknown_paths_are_not_found(sample: SamplePartner) -> None:
    for path in ("/", "/graphql/", "/nothing"):
        assert (await sample.api.client.get(path)).status_code in {307, 404}
