"""Cursors: their values, and the condition for the rows beyond them."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.dialects import postgresql

from models import tables as t
from resolvers.edges import Order
from resolvers.errors import RequestError
from resolvers.paging import PageBounds, beyond, cursor_of, page_of

KEY = UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff")
BY_NAME = Order((t.customer.c.name, t.customer.c.id))
BY_INSTANT = Order((t.customer.c.created_at, t.customer.c.id), descending=True)
BY_DAY = Order((t.subscription.c.term_ends_before, t.subscription.c.id))
BY_NUMBERS = Order((t.outbox.c.version, t.outbox.c.position, t.outbox.c.id))
ROWS: list[tuple[Order, dict[str, Any]]] = [
    (BY_NAME, {"name": "Ä “quoted” \\ 日本語", "id": KEY}),
    (BY_INSTANT, {"created_at": datetime(2021, 6, 16, 1, 2, 3, 456789, UTC), "id": KEY}),
    (BY_DAY, {"term_ends_before": date(2021, 11, 16), "id": KEY}),
    (BY_NUMBERS, {"version": 2**31 - 1, "position": 2**15 - 1, "id": KEY}),
]


def values(order: Order, cursor: str) -> list[Any]:
    """The values in the condition."""
    compiled = beyond(order, cursor, after=True).compile(dialect=postgresql.dialect())
    return list(dict.fromkeys(compiled.params.values()))


@pytest.mark.parametrize(("order", "row"), ROWS)
def test_a_cursor_holds_the_exact_values_of_a_row(order: Order, row: dict[str, Any]) -> None:
    cursor = cursor_of(order, SimpleNamespace(**row))
    assert cursor.isascii()
    assert "=" not in cursor
    assert values(order, cursor) == list(row.values())


@pytest.mark.parametrize(
    ("order", "after", "sign"), [(BY_NAME, True, ">"), (BY_NAME, False, "<"), (BY_INSTANT, True, "<")]
)
def test_rows_beyond_a_cursor_follow_it(order: Order, after: bool, sign: str) -> None:
    row = {"name": "n", "created_at": datetime(2021, 1, 1, tzinfo=UTC), "id": KEY}
    condition = str(beyond(order, cursor_of(order, SimpleNamespace(**row)), after=after))
    other = "<" if sign == ">" else ">"
    assert f" {sign} " in condition
    assert f" {other} " not in condition


@pytest.mark.parametrize("other", [BY_INSTANT, BY_DAY, BY_NUMBERS])
def test_a_cursor_of_another_order_is_refused(other: Order) -> None:
    cursor = cursor_of(BY_NAME, SimpleNamespace(name="n", id=KEY))
    with pytest.raises(RequestError, match="not a cursor of this list"):
        beyond(other, cursor, after=True)


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ((None, None, None, None), PageBounds(20)),
        ((0, None, None, None), PageBounds(0)),
        ((100, "a", None, None), PageBounds(100, after="a")),
        ((None, None, 7, "b"), PageBounds(7, backward=True, before="b")),
        ((5, "a", None, "b"), PageBounds(5, after="a", before="b")),
    ],
)
def test_arguments_make_a_page(asked: tuple[Any, ...], page: PageBounds) -> None:
    assert page_of(*asked) == page


@pytest.mark.parametrize("asked", [(1, None, 1, None), (-1, None, None, None), (None, None, 101, None)])
def test_a_page_out_of_bounds_is_refused(asked: tuple[Any, ...]) -> None:
    with pytest.raises(RequestError):
        page_of(*asked)
