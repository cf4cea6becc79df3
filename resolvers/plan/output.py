"""JSON as the generated function writes it: as text, since objects made to be written once cost more."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, Text


@dataclass(frozen=True)
class Json:
    """A text for `%` to fill in, and the source of what it is filled in with."""

    template: str
    values: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Python that gives the whole text."""
        if self.template == "%s":
            return self.values[0]
        return f"{self.template!r} % ({''.join(f'{value}, ' for value in self.values)})"


def text(source: str) -> Json:
    """What the source gives is JSON."""
    return Json("%s", (source,))


def plain(source: str) -> Json:
    """What the source gives is a string, of such characters alone as stand for themselves."""
    return Json('"%s"', (source,))


def obj(fields: Iterable[tuple[str, Json]]) -> Json:
    """An object, of names as GraphQL has them."""
    named = list(fields)
    template = ",".join(f'"{name}":{value.template}' for name, value in named)
    return Json(f"{{{template}}}", tuple(source for _, value in named for source in value.values))


def unless_null(source: str, shown: Json) -> Json:
    """null where the source gives None."""
    return text(f"('null' if {source} is None else {shown.source})")


def stored(column: Column[Any], source: str) -> Json:
    """The column's value, which the source gives as rows bring it."""
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
