"""Rows as the statement brings them, and what the generated code does with their values."""

import base64
from binascii import b2a_base64
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import JSON, Table
from sqlalchemy import Enum as EnumType

from resolvers.edges import Entity
from resolvers.paging import Page
from resolvers.plan.errors import UnservedError
from resolvers.plan.levels import ABOVE, LEVEL, SEEN_FIRST

Row = Sequence[Any]
FEW = 4_096
"""Days that are kept as they are shown: many rows have the same ones."""

WORDS = {True: "true", False: "false", None: "null"}

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_KEY = len(str(UUID(int=0)))
_DAY = timedelta(days=1)


def by_level(rows: Sequence[Row]) -> dict[int, list[Row]]:
    """The rows of each level. Raises RuntimeError where they were not read in their order."""
    found = {level: list(those) for level, those in groupby(rows, itemgetter(LEVEL))}
    if next(iter(found), None) != SEEN_FIRST:
        raise RuntimeError("rows were looked for before it was said whose rows can be seen")
    return found


@lru_cache(FEW)
def day_before(day: str) -> str:
    return (date.fromisoformat(day) - _DAY).isoformat()


def dumped(value: Any) -> str:
    return orjson.dumps(value).decode()


def given(value: Any) -> Any:
    """The value of a field that cannot be null; the reference way tells of one that is."""
    if value is None:
        raise UnservedError("null")
    return value


def shown(value: Any, shape: Callable[[Any], str]) -> str:
    """What is selected of a value; null of none."""
    return "null" if value is None else shape(value)


def joined(groups: Sequence[list[str]]) -> list[str]:
    """Each as what stands between a list's brackets."""
    return [",".join(group) for group in groups]


def global_ids(rows: Sequence[Row], at: int, typename: str) -> list[str]:
    """That of each row, made of the key that stands `at` its place.

    All are encoded at once: filled up to whole groups of three bytes, each is so for itself.
    """
    prefix = f"{typename}:"
    fill = "\0" * (-(len(prefix) + _KEY) % 3)
    texts = prefix + (fill + prefix).join([row[at] for row in rows]) + fill
    encoded = b2a_base64(texts.encode(), newline=False).translate(_URL_SAFE).decode()
    each = (len(prefix) + _KEY + len(fill)) // 3 * 4
    return [encoded[start : start + each - len(fill)] for start in range(0, len(rows) * each, each)]


def below(rows: Sequence[Row], made: Sequence[Any], parents: int) -> list[list[Any]]:
    """What was made of the rows, in a list for each of the rows above them."""
    found: list[list[Any]] = [[] for _ in range(parents)]
    for row, one in zip(rows, made, strict=True):
        found[row[ABOVE]].append(one)
    return found


def counts_below(counts: Sequence[Row], at: int, parents: int) -> list[int]:
    """How many rows there are below each of the rows above. The root, which is no row, counts as one."""
    found = [0] * parents
    for row in counts:
        found[row[ABOVE] or 0] = row[at]
    return found


class PageShape:
    """Cuts the rows of each parent to a page, and says where the page lies. `times` are which of the order's
    values are instants."""

    def __init__(self, page: Page, times: Sequence[bool]) -> None:
        self._page, self._times = page, times

    def cut(self, groups: Sequence[list[Any]]) -> list[list[Any]]:
        """Those of the page, in the list's order."""
        limit = self._page.limit
        if self._page.backward:
            return [group[:limit][::-1] for group in groups]
        return [group[:limit] for group in groups]

    def cursor(self, values: str) -> str:
        """Of the order's values in a row, as JSON."""
        whole = [
            _instant(v) if is_time else v
            for v, is_time in zip(orjson.loads(values), self._times, strict=True)
        ]
        return base64.urlsafe_b64encode(orjson.dumps(whole)).rstrip(b"=").decode()

    def infos(self, groups: Sequence[list[Row]], at: int) -> list[tuple[str, str, str, str]]:
        """Of each, in JSON: whether a page follows, whether one precedes, and the first and last cursor."""
        return [
            self._info(kept, at, more=len(group) > self._page.limit)
            for group, kept in zip(groups, self.cut(groups), strict=True)
        ]

    def _info(self, kept: Sequence[Row], at: int, *, more: bool) -> tuple[str, str, str, str]:
        page = self._page
        following = page.before is not None if page.backward else more
        preceding = more if page.backward else page.after is not None
        ends = [f'"{self.cursor(row[at])}"' for row in (kept[0], kept[-1])] if kept else ["null", "null"]
        return WORDS[following], WORDS[preceding], ends[0], ends[1]


def _instant(text: str) -> datetime:
    """PostgreSQL leaves zeros out at the end of a fraction of a second; Python does not."""
    return datetime.fromisoformat(text)


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
    """What turns text into the value that Python has, for columns that are read as text but are none."""
    found: dict[str, Callable[[Any], Any]] = {}
    for column in table.c:
        kind = column.type.python_type
        if isinstance(column.type, EnumType) and issubclass(kind, Enum):
            found[column.name] = kind.__members__.__getitem__
        elif isinstance(column.type, JSON):
            found[column.name] = orjson.loads
        elif kind is date:
            found[column.name] = date.fromisoformat
        elif kind is UUID:
            found[column.name] = UUID
    return found
