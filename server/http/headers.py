"""The headers of an ASGI request, and the meaning of `Accept` and `Content-Type`."""

import re
from collections.abc import Iterator
from functools import lru_cache

from starlette.types import Scope
from strawberry.http.parse_content_type import parse_content_type

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"

KEPT = 100
"""Cached values of each header: clients send few different ones."""

_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of that name."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return None


def joined(scope: Scope, name: bytes) -> str:
    """All headers of that name, joined by commas; empty without one."""
    return ", ".join([value.decode("latin-1") for key, value in scope["headers"] if key == name])


@lru_cache(KEPT)
def answer_type(accept: str | None) -> str | None:
    """The type that an `Accept` header prefers; None if it accepts neither.

    It prefers GRAPHQL only by name: clients that send nothing, or `*/*`, may know only JSON.
    """
    if not (accept or "").strip():
        return JSON
    ranges = dict(_ranges(accept or ""))
    graphql, json = _weight(GRAPHQL, ranges), _weight(JSON, ranges)
    if not graphql and not json:
        return None
    return GRAPHQL if graphql > json or (graphql == json and GRAPHQL in ranges) else JSON


@lru_cache(KEPT)
def is_json(content_type: str | None) -> bool:
    """Whether the type is JSON in UTF-8. Browsers send a preflight request before JSON to another origin."""
    kind, parameters = parse_content_type(content_type or "")
    return kind.lower() == JSON and parameters.get("charset", "utf-8").lower() in {"utf-8", "utf8"}


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Each media range with its weight, 0 to 1. A range with an invalid weight is ignored."""
    for part in accept.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        weights = [each[2:].strip() for each in parameters if each.startswith("q=")]
        weight = weights[0] if weights else "1"
        if _WEIGHT.fullmatch(weight):
            yield kind, float(weight)


def _weight(kind: str, ranges: dict[str, float]) -> float:
    """The weight of the most specific range that matches."""
    for covering in (kind, "application/*", "*/*"):
        if covering in ranges:
            return ranges[covering]
    return 0.0
