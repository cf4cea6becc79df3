"""Persisted documents: named by hash, or from a list of trusted ones."""

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.principal import Role
from resolvers.errors import RequestError
from server.http.persisted import LENGTH, RememberedDocuments, read_trusted
from tests.api.client import Caller, Json
from tests.api.sample_partner import SamplePartner
from tests.server.http.serving import served

QUERY = "query Role { viewer { role } }"
OTHER = "{ viewer { name } }"
IS_ADMIN = {"viewer": {"role": "PARTNER_ADMIN"}}


def hash_of(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()


def by_hash(query: str) -> Json:
    """The parameters by which Apollo Client names a document."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(query)}}}


async def answered(caller: Caller, body: Json) -> Json:
    found: Json = (await caller.send(json.dumps(body))).json()
    return found


def code(body: Json) -> str:
    assert "data" not in body
    [error] = body["errors"]
    found: str = error["extensions"]["code"]
    return found


async def test_a_sent_document_may_be_named_by_its_hash(sample: SamplePartner) -> None:
    query = QUERY + " # once"
    unknown = await answered(sample.admin, by_hash(query))
    assert code(unknown) == "PERSISTED_QUERY_NOT_FOUND"
    assert unknown["errors"][0]["message"] == "PersistedQueryNotFound"  # Apollo Client compares this text
    assert (await answered(sample.admin, {"query": query} | by_hash(query)))["data"] == IS_ADMIN
    assert (await answered(sample.admin, by_hash(query)))["data"] == IS_ADMIN
    assert (await answered(sample.admin, {"documentId": f"sha256:{hash_of(query)}"}))["data"] == IS_ADMIN


async def test_the_same_goes_by_get(sample: SamplePartner) -> None:
    query = QUERY + " # by GET"
    hashed = {"extensions": json.dumps(by_hash(query)["extensions"])}
    assert code((await _get(sample.admin, hashed)).json()) == "PERSISTED_QUERY_NOT_FOUND"
    assert (await _get(sample.admin, hashed | {"query": query})).json()["data"] == IS_ADMIN
    assert (await _get(sample.admin, hashed)).json()["data"] == IS_ADMIN
    assert (await _get(sample.admin, {"documentId": hash_of(query)})).json()["data"] == IS_ADMIN


async def _get(caller: Caller, params: dict[str, str]) -> httpx.Response:
    headers = {"authorization": f"Bearer {caller.token}"}
    return await caller.client.get("/graphql", params=params, headers=headers)


async def test_a_mutation_that_is_named_by_get_is_405(sample: SamplePartner) -> None:
    mutation = "mutation { updatePolicy(input: {}) { userErrors { code } } } # by GET"
    await answered(sample.admin, {"query": mutation} | by_hash(mutation))
    assert (await _get(sample.admin, {"documentId": hash_of(mutation)})).status_code == 405


async def test_a_wrong_hash_is_refused_and_forgotten(sample: SamplePartner) -> None:
    victim = QUERY + " # victim"
    assert code(await answered(sample.admin, {"query": OTHER} | by_hash(victim))) == "BAD_USER_INPUT"
    assert code(await answered(sample.admin, by_hash(victim))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_an_unknown_principal_learns_of_no_document(sample: SamplePartner) -> None:
    stranger = Caller(sample.api.client, "x")
    assert code(await answered(stranger, {"query": OTHER} | by_hash(QUERY))) == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "persisted",
    [1, "x", [], {}, {"version": 1}, {"version": 2, "sha256Hash": "x"}, {"version": 1, "sha256Hash": 7}],
    ids=str,
)
async def test_a_malformed_hash_is_refused(sample: SamplePartner, persisted: Any) -> None:
    body = {"query": QUERY, "extensions": {"persistedQuery": persisted}}
    assert code(await answered(sample.admin, body)) == "BAD_USER_INPUT"


def test_recent_short_documents_are_remembered() -> None:
    remembered = RememberedDocuments(entries=2)
    first, second, third = ("{ a }", "{ b }", "{ c }")
    for text in (first, second, first, third):
        assert remembered.document({"query": text} | by_hash(text)) == text
    assert remembered.document(by_hash(first)) == first
    long = "#" * (LENGTH + 1)
    assert remembered.document({"query": long} | by_hash(long)) == long
    for forgotten in (second, long):
        with pytest.raises(RequestError, match="PersistedQueryNotFound"):
            remembered.document(by_hash(forgotten))


@pytest.fixture(scope="module")
async def trusting(sample: SamplePartner, database_url: str) -> AsyncIterator[Caller]:
    """The same admin, of a deployment that answers only QUERY, by its hash or as `role`."""
    trusted = {"role": QUERY, f"sha256:{hash_of(QUERY)}": QUERY}
    async with served(database_url, sample.api, trusted) as api:
        yield api.as_role(Role.PARTNER_ADMIN, sample.partner)


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": "role"},
        {"documentId": hash_of(QUERY)},
        {"documentId": f"sha256:{hash_of(QUERY)}"},
        {"documentId": "role", "query": QUERY},
        {"query": ""} | by_hash(QUERY),
        by_hash(QUERY),
    ],
    ids=str,
)
async def test_a_trusted_document_is_answered(trusting: Caller, body: Json) -> None:
    assert (await answered(trusting, body))["data"] == IS_ADMIN


@pytest.mark.parametrize(
    "body",
    [
        {"query": OTHER},
        {"query": QUERY},
        {"query": "{ __typename }"},
        {"query": OTHER} | by_hash(OTHER),
        by_hash(OTHER),
        {"documentId": "other"},
        {"documentId": ""},
        {"documentId": "role", "query": OTHER},
        {"query": OTHER} | by_hash(QUERY),
        {},
    ],
    ids=str,
)
async def test_nothing_else_is_answered(trusting: Caller, body: Json) -> None:
    assert code(await answered(trusting, body)) == "DOCUMENT_NOT_TRUSTED"


def test_the_list_is_what_code_generators_write(tmp_path: Path) -> None:
    path = tmp_path / "persisted.json"
    path.write_text(json.dumps({"0123abcd": QUERY}), encoding="utf-8")
    assert read_trusted(path) == {"0123abcd": QUERY}


@pytest.mark.parametrize("content", ["", "[]", '"x"', '{"a": 1}', '{"a": null}', "{"])
def test_another_list_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "persisted.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"JSON|Expecting"):
        read_trusted(path)
