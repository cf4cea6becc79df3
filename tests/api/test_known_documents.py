"""Which documents are kept; and that a known one is treated like a new one."""

from graphql import parse

from schema.known_documents import KEPT, LONGEST, Documents
from tests.api.sample_partner import SamplePartner

DOCUMENT = parse("{ viewer { role } }")


def test_the_one_not_asked_for_longest_goes_first() -> None:
    documents = Documents()
    for number in range(KEPT):
        documents.keep(str(number), DOCUMENT)
    assert documents.find("0") is DOCUMENT
    documents.keep("one more", DOCUMENT)
    assert documents.find("0") is DOCUMENT
    assert documents.find("1") is None


def test_a_long_document_is_not_kept() -> None:
    documents = Documents()
    for length in (LONGEST, LONGEST + 1):
        documents.keep("x" * length, DOCUMENT)
    assert documents.find("x" * LONGEST)
    assert documents.find("x" * (LONGEST + 1)) is None


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
