"""Global ids are opaque, and any other text is refused."""

from uuid import UUID

import pytest

from models.engine import new_id
from resolvers.edges import NODES
from resolvers.errors import RequestError
from resolvers.ids import key_of, parse_global_id, to_global_id

KEY = UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff")


@pytest.mark.parametrize("typename", sorted(NODES))
def test_an_id_names_its_type_and_its_row(typename: str) -> None:
    text = to_global_id(typename, KEY)
    assert parse_global_id(text) == (typename, KEY)
    assert key_of(text, typename) == KEY
    assert text.replace("-", "").replace("_", "").isalnum()


def test_ids_differ_by_type_and_by_row() -> None:
    ids = {to_global_id(typename, key) for typename in NODES for key in (KEY, new_id(), new_id())}
    assert len(ids) == 3 * len(NODES)


def test_an_id_of_another_type_is_refused_by_name() -> None:
    with pytest.raises(RequestError, match="id of a Plan; the id of a Customer is wanted"):
        key_of(to_global_id("Plan", KEY), "Customer")


NOT_IDS = [
    "",
    " ",
    "x",
    str(KEY),
    "é",
    "\0",
    "\ud800",
    "=",
    "W10",
    "Q3VzdG9tZXI6",
    "Q3VzdG9tZXI6eA",
    "a" * 100_000,
]


@pytest.mark.parametrize("text", NOT_IDS, ids=lambda text: ascii(text)[:20])
def test_a_bad_id_is_refused_with_a_short_quote(text: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_global_id(text)
    assert len(caught.value.message) < 200
