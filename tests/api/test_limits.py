"""A request beyond a limit gets a code and the limit's name, and does nothing."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from graphql import get_introspection_query, get_operation_ast, parse
from joserfc.jwk import OKPKey

from app import create_app
from domain.principal import Role
from schema.cost import measure
from server.auth.tokens import InstanceTokens
from tests.api.client import Caller, served
from tests.api.sample_partner import SamplePartner
from tests.settings import default_schema, settings_with

LIMITS = settings_with().limits


def many(count: int, text: str) -> str:
    """Repeats the text, with `#` replaced by the number of the repetition."""
    return " ".join(text.replace("#", str(n)) for n in range(count))


TOO_MUCH = {
    "MAX_TOKENS": "{ " + many(5_000, "viewer") + " }",
    "MAX_FRAGMENTS": "{ viewer { role } } " + many(101, "fragment F# on Viewer { role }"),
    "MAX_ROOT_FIELDS": "{ " + many(51, "a#: viewer { role }") + " }",
    "MAX_DEPTH": "{ customers "
    + "{ edges { node { subscriptions " * 7
    + "{ totalCount }"
    + " } } }" * 7
    + "}",
    "MAX_ALIASES": "{ viewer { " + many(201, "a#: role") + " } }",
    "MAX_DIRECTIVES": "{ viewer { role " + "@include(if: true) " * 201 + "} }",
    "MAX_COST": "{ customers(first: 100) { edges { node { subscriptions(first: 100) { edges { node { id "
    "history(first: 100) { edges { node { id } } } } } } } } } }",
}


@pytest.mark.parametrize("limit", TOO_MUCH)
async def test_a_refusal_names_its_limit(sample: SamplePartner, limit: str) -> None:
    body = await sample.admin.post(TOO_MUCH[limit])
    (error,) = body["errors"]
    maximum = getattr(LIMITS, limit.lower())
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert error["extensions"]["limit"] == limit
    assert error["extensions"]["maximum"] == maximum
    assert str(maximum) in error["message"]
    assert body.get("data") is None


def test_documents_of_tools_are_within_the_limits() -> None:
    document = parse(get_introspection_query(input_value_deprecation=True))
    operation = get_operation_ast(document)
    assert operation
    size = measure(default_schema()._schema, document, operation, {})
    assert size.cost <= LIMITS.max_cost
    assert size.depth <= LIMITS.max_depth


async def test_every_answer_tells_its_cost(sample: SamplePartner) -> None:
    body = await sample.admin.post("query($n: Int!) { customers(first: $n) { edges { node { id } } } }", n=30)
    assert body["extensions"]["cost"] == 31
    assert (await sample.admin.post("{ nothing }"))["extensions"]["cost"] == 1


async def test_a_mutation_beyond_a_limit_does_nothing(sample: SamplePartner) -> None:
    customer = {"name": "Beyond", "timeZone": "Asia/Singapore"}
    call = "a#: createCustomer(input: $input) { customer { id } }"
    query = "mutation($input: CreateCustomerInput!) { " + many(51, call) + " }"
    body = await sample.admin.post(query, input=customer)
    assert body["errors"][0]["extensions"]["limit"] == "MAX_ROOT_FIELDS"
    found = await sample.admin.ask('{ customers(filter: {search: "Beyond"}) { totalCount } }')
    assert found["customers"]["totalCount"] == 0


class _Time:
    now = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def strict(database_url: str) -> AsyncIterator[tuple[Caller, _Time]]:
    """An operator at a server with narrow limits, and that server's clock."""
    key, time = OKPKey.generate_key("Ed25519"), _Time()
    settings = settings_with(pool_size=1, max_body_bytes=300, max_cost=50, rate_limit=60)
    app = create_app(database_url, InstanceTokens(key), settings, clock=time)
    async with served(app, key) as strict:
        yield strict.as_role(Role.PLATFORM_OPERATOR), time


EXPENSIVE = json.dumps({"query": "{ customers(first: 40) { edges { node { id } } } }"})  # 41 points


async def test_a_caller_beyond_its_rate_must_wait(strict: tuple[Caller, _Time]) -> None:
    operator, time = strict
    first = await operator.send(EXPENSIVE)
    assert first.status_code == 200
    assert first.headers["RateLimit-Policy"] == '"cost";q=60;w=60'
    assert first.headers["RateLimit"] == '"cost";r=19;t=41'
    refused = await operator.send(EXPENSIVE)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "22"
    (error,) = refused.json()["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert "22 s" in error["message"]
    time.now = time.now.replace(second=22)
    assert (await operator.send(EXPENSIVE)).status_code == 200


@pytest.mark.parametrize("size", [300, 301])
async def test_a_body_has_a_bounded_size(strict: tuple[Caller, _Time], size: int) -> None:
    operator, _ = strict
    content = json.dumps({"query": "{ viewer { role } }"}).ljust(size)

    async def in_chunks() -> AsyncIterator[bytes]:
        for start in range(0, size, 50):
            yield content[start : start + 50].encode()

    headers = {"authorization": f"Bearer {operator.token}", "content-type": "application/json"}
    for body in (content, in_chunks()):
        response = await operator.client.post("/graphql", content=body, headers=headers)
        assert response.status_code == (200 if size == 300 else 413)
        if size > 300:
            assert response.json()["errors"][0]["extensions"]["limit"] == "MAX_BODY_BYTES"
