"""The output of a plan: JSON that a generated function writes, and what that function calls.

It writes JSON as text, because objects that are made only for writing cost more.
"""

import base64
import linecache
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from itertools import count, groupby
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any
from uuid import UUID
from weakref import finalize

import orjson
from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, Table, Text
from sqlalchemy import Enum as EnumType

from resolvers.edges import Entity
from resolvers.paging import PageBounds
from resolvers.plan.document import UnservedError
from resolvers.plan.level import ABOVE, FIRST_ROW, LEVEL


@dataclass(frozen=True)
class Json:
    """A template for `%`, and the source of its values."""

    template: str
    values: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """A Python expression for the text."""
        if self.template == "%s":
            return self.values[0]
        return f"{self.template!r} % ({''.join(f'{value}, ' for value in self.values)})"


def text(source: str) -> Json:
    """The value of the source, which is JSON."""
    return Json("%s", (source,))


def plain(source: str) -> Json:
    """The value of the source: a string without characters that JSON escapes."""
    return Json('"%s"', (source,))


def obj(fields: Iterable[tuple[str, Json]]) -> Json:
    """An object. Its names are GraphQL names, which need no escape."""
    named = list(fields)
    template = ",".join(f'"{name}":{value.template}' for name, value in named)
    return Json(f"{{{template}}}", tuple(source for _, value in named for source in value.values))


def unless_null(source: str, json: Json) -> Json:
    """null if the source is None, else that JSON."""
    return text(f"('null' if {source} is None else {json.source})")


def stored(column: Column[Any], source: str) -> Json:
    """The column's value. The source is the value in a row."""
    json = _stored(column, source)
    return unless_null(source, json) if column.nullable else json


def _stored(column: Column[Any], source: str) -> Json:
    if isinstance(column.type, JSON):
        return text(f"dumped(parsed({source}))")
    if isinstance(column.type, Boolean):
        return text(f"literals[{source}]")
    if isinstance(column.type, Integer):
        return Json("%d", (source,))
    if isinstance(column.type, DateTime):
        return plain(f"{source}.isoformat()")
    if isinstance(column.type, Text):
        return text(f"escaped({source})")
    return plain(source)


Row = Sequence[Any]
DAYS = 4_096
"""Days whose day before is cached: many rows have the same days."""

LITERALS = {True: "true", False: "false", None: "null"}

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_KEY = len(str(UUID(int=0)))
_DAY = timedelta(days=1)


def by_level(rows: Sequence[Row]) -> dict[int, list[Row]]:
    """The rows of each level. Raises RuntimeError if row-level security was not set before they were read."""
    levels = {level: list(those) for level, those in groupby(rows, itemgetter(LEVEL))}
    if next(iter(levels), None) != FIRST_ROW:
        raise RuntimeError("rows were read before row-level security was set")
    return levels


@lru_cache(DAYS)
def day_before(day: str) -> str:
    return (date.fromisoformat(day) - _DAY).isoformat()


def dumped(value: Any) -> str:
    return orjson.dumps(value).decode()


def required(value: Any) -> Any:
    """The value of a non-null field. Raises UnservedError for None: graphql-core reports the error."""
    if value is None:
        raise UnservedError("null")
    return value


def shown(value: Any, shape: Callable[[Any], str]) -> str:
    """The value in that shape; null for None."""
    return "null" if value is None else shape(value)


def joined(groups: Sequence[list[str]]) -> list[str]:
    """Each group as the items of a JSON list, without brackets."""
    return [",".join(group) for group in groups]


def global_ids(rows: Sequence[Row], at: int, typename: str) -> list[str]:
    """The global id of each row; its key is at the place `at`.

    All are encoded at once. Each is padded to a multiple of three bytes, so that its Base64 is separate.
    """
    prefix = f"{typename}:"
    fill = "\0" * (-(len(prefix) + _KEY) % 3)
    texts = prefix + (fill + prefix).join([row[at] for row in rows]) + fill
    encoded = b2a_base64(texts.encode(), newline=False).translate(_URL_SAFE).decode()
    each = (len(prefix) + _KEY + len(fill)) // 3 * 4
    return [encoded[start : start + each - len(fill)] for start in range(0, len(rows) * each, each)]


def below(rows: Sequence[Row], values: Sequence[Any], parents: int) -> list[list[Any]]:
    """The values, one of each row, in one list for each row above."""
    lists: list[list[Any]] = [[] for _ in range(parents)]
    for row, value in zip(rows, values, strict=True):
        lists[row[ABOVE]].append(value)
    return lists


def counts_below(counts: Sequence[Row], at: int, parents: int) -> list[int]:
    """The number of rows below each row above. The root counts as one row above."""
    numbers = [0] * parents
    for row in counts:
        numbers[row[ABOVE] or 0] = row[at]
    return numbers


class PageShape:
    """Cuts the rows of each parent to a page. `times`: whether each value of the order is an instant."""

    def __init__(self, page: PageBounds, times: Sequence[bool]) -> None:
        self._page, self._times = page, times

    def cut(self, groups: Sequence[list[Any]]) -> list[list[Any]]:
        """The rows of the page, in the list's order."""
        limit = self._page.limit
        if self._page.backward:
            return [group[:limit][::-1] for group in groups]
        return [group[:limit] for group in groups]

    def cursor(self, values: str) -> str:
        """The cursor for the order's values, which are JSON."""
        restored = [
            _instant(value) if is_time else value
            for value, is_time in zip(orjson.loads(values), self._times, strict=True)
        ]
        return base64.urlsafe_b64encode(orjson.dumps(restored)).rstrip(b"=").decode()

    def infos(self, groups: Sequence[list[Row]], at: int) -> list[tuple[str, str, str, str]]:
        """For each page, in JSON: has a next page, has a previous page, first cursor, last cursor."""
        return [
            self._info(kept, at, more=len(group) > self._page.limit)
            for group, kept in zip(groups, self.cut(groups), strict=True)
        ]

    def _info(self, kept: Sequence[Row], at: int, *, more: bool) -> tuple[str, str, str, str]:
        page = self._page
        following = page.before is not None if page.backward else more
        preceding = more if page.backward else page.after is not None
        ends = [f'"{self.cursor(row[at])}"' for row in (kept[0], kept[-1])] if kept else ["null", "null"]
        return LITERALS[following], LITERALS[preceding], ends[0], ends[1]


def _instant(text: str) -> datetime:
    """PostgreSQL drops trailing zeros of a fraction of a second; Python keeps them."""
    return datetime.fromisoformat(text)


class TypedRow:
    """A row whose columns have typed values, like those of a Record."""

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
    """Converters for columns that are read as text but have another type."""
    converters: dict[str, Callable[[Any], Any]] = {}
    for column in table.c:
        kind = column.type.python_type
        if isinstance(column.type, EnumType) and issubclass(kind, Enum):
            converters[column.name] = kind.__members__.__getitem__
        elif isinstance(column.type, JSON):
            converters[column.name] = orjson.loads
        elif kind is date:
            converters[column.name] = date.fromisoformat
        elif kind is UUID:
            converters[column.name] = UUID
    return converters


_HELPERS = {
    "below": below,
    "counts_below": counts_below,
    "day_before": day_before,
    "dumped": dumped,
    "escaped": encode_basestring,
    "global_ids": global_ids,
    "joined": joined,
    "parsed": orjson.loads,
    "required": required,
    "shown": shown,
    "literals": LITERALS,
}
_numbers = count(1)


def generated(names: Sequence[str], lines: Sequence[str], answer: Json, constants: Mapping[str, Any]) -> Any:
    """A function of an object with attributes of those names. It runs the lines and returns the answer.

    A traceback shows its source, which is kept as long as the function.
    """
    body = [*(f"{name} = x.{name}" for name in names), *lines, f"return {answer.source}"]
    source = "\n".join(["def shape(x):", *(f"    {line}" for line in body)])
    filename = f"<plan {next(_numbers)}>"
    scope = {**_HELPERS, **constants}
    # The source holds only numbers, column names and GraphQL names: nothing that a client chose freely.
    exec(compile(source, filename, "exec"), scope)  # noqa: S102 - for the reason above
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    finalize(scope["shape"], linecache.cache.pop, filename, None)
    return scope["shape"]
