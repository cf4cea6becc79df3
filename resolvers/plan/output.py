"""The output of a plan: JSON that a generated function writes, and what that function calls.

JSON is written as text, because objects that are made only to be written cost more.
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
from resolvers.plan.level import ABOVE, LEVEL, SEEN_FIRST


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
    """The source gives JSON."""
    return Json("%s", (source,))


def plain(source: str) -> Json:
    """The source gives a string without characters that JSON escapes."""
    return Json('"%s"', (source,))


def obj(fields: Iterable[tuple[str, Json]]) -> Json:
    """An object. Its names are GraphQL names, which need no escape."""
    named = list(fields)
    template = ",".join(f'"{name}":{value.template}' for name, value in named)
    return Json(f"{{{template}}}", tuple(source for _, value in named for source in value.values))


def unless_null(source: str, shown: Json) -> Json:
    """null if the source gives None."""
    return text(f"('null' if {source} is None else {shown.source})")


def stored(column: Column[Any], source: str) -> Json:
    """The column's value. The source gives it as it is in a row."""
    shown = _stored(column, source)
    return unless_null(source, shown) if column.nullable else shown


def _stored(column: Column[Any], source: str) -> Json:
    if isinstance(column.type, JSON):
        return text(f"dumped(parsed({source}))")
    if isinstance(column.type, Boolean):
        return text(f"words[{source}]")
    if isinstance(column.type, Integer):
        return Json("%d", (source,))
    if isinstance(column.type, DateTime):
        return plain(f"{source}.isoformat()")
    if isinstance(column.type, Text):
        return text(f"escaped({source})")
    return plain(source)


Row = Sequence[Any]
FEW = 4_096
"""Days that are kept with their day before: many rows have the same ones."""

WORDS = {True: "true", False: "false", None: "null"}

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_KEY = len(str(UUID(int=0)))
_DAY = timedelta(days=1)


def by_level(rows: Sequence[Row]) -> dict[int, list[Row]]:
    """The rows of each level. Raises RuntimeError if row-level security was not set before they were read."""
    found = {level: list(those) for level, those in groupby(rows, itemgetter(LEVEL))}
    if next(iter(found), None) != SEEN_FIRST:
        raise RuntimeError("rows were read before it was set whose rows are visible")
    return found


@lru_cache(FEW)
def day_before(day: str) -> str:
    return (date.fromisoformat(day) - _DAY).isoformat()


def dumped(value: Any) -> str:
    return orjson.dumps(value).decode()


def given(value: Any) -> Any:
    """The value of a field that cannot be null. Raises UnservedError: graphql-core reports the null."""
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


def below(rows: Sequence[Row], made: Sequence[Any], parents: int) -> list[list[Any]]:
    """The values made of the rows, in one list for each row above."""
    found: list[list[Any]] = [[] for _ in range(parents)]
    for row, one in zip(rows, made, strict=True):
        found[row[ABOVE]].append(one)
    return found


def counts_below(counts: Sequence[Row], at: int, parents: int) -> list[int]:
    """The number of rows below each row above. The root counts as one row above."""
    found = [0] * parents
    for row in counts:
        found[row[ABOVE] or 0] = row[at]
    return found


class PageShape:
    """Cuts the rows of each parent to a page. `times` says which of the order's values are instants."""

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
        whole = [
            _instant(v) if is_time else v
            for v, is_time in zip(orjson.loads(values), self._times, strict=True)
        ]
        return base64.urlsafe_b64encode(orjson.dumps(whole)).rstrip(b"=").decode()

    def infos(self, groups: Sequence[list[Row]], at: int) -> list[tuple[str, str, str, str]]:
        """For each page, in JSON: whether one follows, one precedes, the first and the last cursor."""
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
    """PostgreSQL drops the last zeros of a fraction of a second; Python keeps them."""
    return datetime.fromisoformat(text)


class TypedRow:
    """A row with typed values by column, as a Record has them."""

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


_HELPERS = {
    "below": below,
    "counts_below": counts_below,
    "day_before": day_before,
    "dumped": dumped,
    "escaped": encode_basestring,
    "given": given,
    "global_ids": global_ids,
    "joined": joined,
    "parsed": orjson.loads,
    "shown": shown,
    "words": WORDS,
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
