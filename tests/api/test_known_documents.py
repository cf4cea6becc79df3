"""Which documents are kept. A known document gets the same answers as a new one."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from resolvers.context import Context
from resolvers.log_context import BOUND
from schema.execution.admission import (
    KEPT_CHARACTERS,
    LONGEST_DOCUMENT,
    Document,
    InvalidDocumentError,
    Request,
)
from tests.api.sample_partner import SamplePartner
from tests.settings import default_schema


class FreeOfCharge:
    """A context for admission only."""

    def spend(self, cost: int) -> None: ...


@pytest.fixture
def admission() -> Iterator[Any]:
    token = BOUND.set({})  # admission names the operation in the log
    yield default_schema()._admission
    BOUND.reset(token)


def admitted(admission: Any, query: str) -> Document:
    request = Request(query, None, {}, cast(Context, FreeOfCharge()))
    admission.admit(request, None)
    return request.document


def padded(number: int, length: int = LONGEST_DOCUMENT) -> str:
    return f"{{ viewer {{ role }} }} # {number}".ljust(length)


def test_the_least_recently_used_document_is_dropped(admission: Any) -> None:
    kept = [admitted(admission, padded(n)) for n in range(KEPT_CHARACTERS // LONGEST_DOCUMENT)]
    assert admitted(admission, padded(0)) is kept[0]
    admitted(admission, "{ __typename }")
    assert admitted(admission, padded(0)) is kept[0]
    assert admitted(admission, padded(1)) is not kept[1]


@pytest.mark.parametrize(("length", "is_kept"), [(LONGEST_DOCUMENT, True), (LONGEST_DOCUMENT + 1, False)])
def test_a_long_document_is_not_kept(admission: Any, length: int, is_kept: bool) -> None:
    first = admitted(admission, padded(0, length))
    assert (admitted(admission, padded(0, length)) is first) == is_kept


def test_an_invalid_document_is_not_kept(admission: Any) -> None:
    for _ in range(2):
        with pytest.raises(InvalidDocumentError):
            admitted(admission, "{ nothing }")
    assert len(admission._documents) == 0


async def test_known_document_is_answered_as_at_first(sample: SamplePartner) -> None:
    query = "query($n: Int!) { customers(first: $n) { edges { node { name } } } }"
    first = await sample.admin.post(query, n=1)
    assert len(first["data"]["customers"]["edges"]) == 1
    assert await sample.admin.post(query, n=1) == first
    assert len((await sample.admin.ask(query, n=2))["customers"]["edges"]) == 2
    assert (await sample.admin.post(query, n="x"))["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    for _ in range(2):
        refused = await sample.admin.post("{ nothing }")
        assert refused["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_known_document_is_refused_when_too_large(
    sample: SamplePartner,
) -> None:
    inner = "subscriptions(first: $n) { edges { node { history(first: $n) { edges { node { id } } } } } }"
    query = f"query($n: Int!) {{ customers(first: $n) {{ edges {{ node {{ {inner} }} }} }} }}"
    assert "errors" not in await sample.admin.post(query, n=1)
    refused = await sample.admin.post(query, n=100)
    assert refused["errors"][0]["extensions"]["limit"] == "MAX_COST"
