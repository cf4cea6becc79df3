"""Rows as the statement brings them, arrays of JSON, and what the generated code does with their values."""

import base64
from binascii import b2a_base64
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Enum as EnumType
from sqlalchemy import Table

from resolvers.edges import Entity
from resolvers.paging import Page
from resolvers.plan.errors import UnservedError

Row = list[Any]
FEW = 4_096
"""Days and amounts that are kept as they are shown: many rows have the same ones."""

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_KEY = len(str(UUID(int=0)))
_DAY = timedelta(days=1)
_WHOLE_SECONDS = len("2021-06-16T09:00:00+00:00")


def instant(text: str | None) -> str | None:
    """PostgreSQL leaves zeros out at the end of a fraction of a second; Python does not."""
    if text is None or len(text) == _WHOLE_SECONDS:
        return text
    return datetime.fromisoformat(text).isoformat()


@lru_cache(FEW)
def day_before(text: str | None) -> str | None:
    return None if text is None else (date.fromisoformat(text) - _DAY).isoformat()


def given(value: Any) -> Any:
    """The value of a field that cannot be null; the reference way tells of one that is."""
    if value is None:
        raise UnservedError("null")
    return value


def shown(value: Any, shape: Callable[[Any], Any]) -> Any:
    """What is selected of a value; null of none."""
    return None if value is None else shape(value)


def total_of(counts: Sequence[Row]) -> int:
    """The count at the root, where there is one group."""
    total: int = counts[0][1]
    return total


def identified(rows: Sequence[Row], at: int, typename: str) -> None:
    """Puts its global id at the end of each row, made of the key that stands `at` its place.

    All are encoded at once: filled up to whole groups of three bytes, each is so for itself.
    """
    prefix = f"{typename}:"
    fill = "\0" * (-(len(prefix) + _KEY) % 3)
    texts = prefix + (fill + prefix).join([row[at] for row in rows]) + fill
    encoded = b2a_base64(texts.encode(), newline=False).translate(_URL_SAFE).decode()
    each = (len(prefix) + _KEY + len(fill)) // 3 * 4
    for row, start in zip(rows, range(0, len(encoded), each), strict=False):
        row.append(encoded[start : start + each - len(fill)])


def grouped(rows: Iterable[Row], *more: int) -> Mapping[Hashable, list[Row]]:
    """The rows by their parent's key; by further columns besides, where some are given."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    if more:
        for row in rows:
            groups[(row[0], *(row[i] for i in more))].append(row)
    else:
        for row in rows:
            groups[row[0]].append(row)
    return groups


class PageShape:
    """Cuts the rows of one parent to a page, and says where the page lies. `times` are which of the order's
    values are instants."""

    def __init__(self, page: Page, times: Sequence[bool]) -> None:
        self._page, self._times = page, times

    def all(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows in the list's order, where there are none but the page's."""
        return rows[::-1] if self._page.backward else rows

    def cut(self, rows: Sequence[Row]) -> tuple[list[Row], bool]:
        """The page's rows in the list's order, and whether there are more beyond."""
        kept = list(rows[: self._page.limit])
        if self._page.backward:
            kept.reverse()
        return kept, len(rows) > self._page.limit

    def cursor(self, row: Row) -> str:
        values = [instant(v) if is_time else v for v, is_time in zip(row[1], self._times, strict=True)]
        return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()

    def info(self, kept: Sequence[Row], more: bool) -> tuple[bool, bool, str | None, str | None]:
        """Whether a page follows, whether one precedes, and the first and last cursor."""
        page = self._page
        following = page.before is not None if page.backward else more
        preceding = more if page.backward else page.after is not None
        if not kept:
            return following, preceding, None, None
        return following, preceding, self.cursor(kept[0]), self.cursor(kept[-1])


class TypedRow:
    """A row with the values that the reference way has, by column; `row` is itself, as of a Record."""

    __slots__ = ("_at", "_readers", "_values", "entity")

    def __init__(
        self, entity: Entity, at: Mapping[str, int], readers: Mapping[str, Any], values: Row
    ) -> None:
        self.entity, self._values, self._at, self._readers = entity, values, at, readers

    @property
    def row(self) -> "TypedRow":
        return self

    def __getattr__(self, name: str) -> Any:
        value, read = self._values[self._at[name]], self._readers.get(name)
        return value if value is None or read is None else read(value)


def readers(table: Table) -> dict[str, Callable[[Any], Any]]:
    """What turns JSON into the value that Python has, for those columns where it is another."""
    found: dict[str, Callable[[Any], Any]] = {}
    for column in table.c:
        kind = column.type.python_type
        if isinstance(column.type, EnumType) and issubclass(kind, Enum):
            found[column.name] = kind.__members__.__getitem__
        elif kind is datetime:
            found[column.name] = datetime.fromisoformat
        elif kind is date:
            found[column.name] = date.fromisoformat
        elif kind is UUID:
            found[column.name] = UUID
    return found
