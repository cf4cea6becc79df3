"""Relay paging. A cursor holds the values of a row, not an offset: it stays valid while rows are inserted."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Column, ColumnElement, SmallInteger, and_, literal, or_

from resolvers.edges import Order
from resolvers.errors import bad_input

DEFAULT_PAGE = 20
MAX_PAGE = 100


@dataclass(frozen=True)
class PageBounds:
    """At most `limit` rows of an ordered list, between cursors; from the list's end if `backward`."""

    limit: int
    backward: bool = False
    after: str | None = None
    before: str | None = None


def page_of(
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> PageBounds:
    """Raises BAD_USER_INPUT for both `first` and `last`, and for a size outside 0 to MAX_PAGE."""
    if first is not None and last is not None:
        raise bad_input("Give `first` or `last`, not both.")
    size = last if first is None else first
    if size is not None and not 0 <= size <= MAX_PAGE:
        raise bad_input(f"A page has from 0 to {MAX_PAGE} entries; {size} is not in that range.")
    return PageBounds(DEFAULT_PAGE if size is None else size, last is not None, after, before)


def cursor_of(order: Order, row: Any) -> str:
    """The row's values in the columns of the order, encoded."""
    values = [getattr(row, column.name) for column in order.columns]
    text = orjson.dumps(values, default=str)  # the driver's UUIDs are of a class of its own
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def beyond(order: Order, cursor: str, *, after: bool) -> ColumnElement[bool]:
    """The rows after (or before) the cursor in that order. Raises BAD_USER_INPUT."""
    values = _values(order, cursor)
    greater = after is not order.descending
    return _compare(order.columns, values, greater=greater)


def _compare(
    columns: Sequence[Column[object]], values: Sequence[object], *, greater: bool
) -> ColumnElement[bool]:
    column, value = columns[0], literal(values[0], columns[0].type)
    strict = column > value if greater else column < value
    if len(columns) == 1:
        return strict
    return or_(strict, and_(column == value, _compare(columns[1:], values[1:], greater=greater)))


def _values(order: Order, cursor: str) -> list[object]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        raw = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if len(raw) != len(order.columns):
            raise ValueError("a cursor of another order")
        return [_value(column, item) for column, item in zip(order.columns, raw, strict=True)]
    except (binascii.Error, ValueError, TypeError, OverflowError) as error:
        raise bad_input(
            f"“{cursor[:80]}” is not a cursor of this list. Send cursors as the same list gave them."
        ) from error


def _value(column: Column[object], item: object) -> object:
    kind = column.type.python_type
    if kind is int and isinstance(item, int) and not isinstance(item, bool):
        if abs(item) >= 2 ** (15 if isinstance(column.type, SmallInteger) else 31):
            raise ValueError("a number that the column cannot hold")
        return item
    if kind is int or not isinstance(item, str) or "\0" in item:
        raise TypeError("a value of another type")
    if kind is datetime:
        return _instant(item)
    if kind is date:
        return date.fromisoformat(item)
    return UUID(item) if kind is UUID else item


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant has an offset")
    return instant.astimezone(UTC)
