"""Reads the parameters of a request over HTTP, and checks their types."""

import json
from typing import Any

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.types import Scope

from server.http.headers import header, is_json

MAX_NESTING = 64
"""Levels of a request's JSON, inclusive."""

_TYPES: tuple[tuple[str, type, str], ...] = (
    ("query", str, "a string"),
    ("documentId", str, "a string"),
    ("operationName", str, "a string"),
    ("variables", dict, "an object"),
    ("extensions", dict, "an object"),
)


def parameters(scope: Scope, body: bytes) -> dict[str, Any]:
    """The parameters by name. Raises HTTPException 400, or 415 for a content type other than JSON."""
    if scope["method"] == "GET":
        return _well_formed(_of_url(scope["query_string"]))
    if not is_json(header(scope, b"content-type")):
        raise HTTPException(415, "Send application/json, in UTF-8.")
    return _well_formed(_read(body))


def decode(data: str | bytes) -> object:
    """Raises ValueError or RecursionError for invalid JSON, HTTPException 400 for JSON nested too deep."""
    value: object = json.loads(data)
    _check_nesting(value)
    return value


def _of_url(query: bytes) -> dict[str, object]:
    """The parameters in a URL. An empty parameter counts as omitted."""
    values: dict[str, object] = {name: value for name, value in QueryParams(query).items() if value}
    for name in ("variables", "extensions"):
        if name in values:
            values[name] = _read(str(values[name]))
    return values


def _read(data: str | bytes) -> object:
    try:
        return decode(data)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "The request cannot be read as JSON.") from error


def _well_formed(data: object) -> dict[str, Any]:
    if isinstance(data, list):
        raise HTTPException(400, "Batches are not taken: send one operation a request.")
    if not isinstance(data, dict):
        raise HTTPException(400, "A request is a JSON object with a `query`.")
    for name, kind, described in _TYPES:
        if not isinstance(data.get(name), kind | None):
            raise HTTPException(400, f"`{name}` must be {described}, or left out.")
    return data


def _check_nesting(value: object) -> None:
    """Deeper JSON would overflow the stack, here or in the database."""
    level = [value]
    for _ in range(MAX_NESTING):
        level = [
            item
            for parent in level
            if isinstance(parent, dict | list)
            for item in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not level:
            return
    raise HTTPException(400, f"The request's JSON is nested more than {MAX_NESTING} levels deep.")
