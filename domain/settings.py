"""The settings of a subscription: a JSON object. rules §4.16."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from domain.errors import ErrorCode, LifecycleError

MAX_BYTES = 16 * 1024


def merged(current: Mapping[str, Any], changes: object) -> dict[str, Any]:
    """`current` with the keys of `changes` replaced; a null removes its key.

    Raises INVALID_VALUE if `changes` is no object, if the database cannot store the JSON, and above
    MAX_BYTES of JSON in UTF-8.
    """
    if not isinstance(changes, Mapping):
        raise _invalid("Settings must be a JSON object.")
    result = {key: value for key, value in {**current, **changes}.items() if value is not None}
    try:
        text = json.dumps(result, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
        unstorable = any(_unstorable(leaf) for leaf in _leaves(result))
    except (ValueError, RecursionError) as error:
        raise _invalid(
            "Settings must hold plain JSON, not too deep: no infinite numbers, no unpaired surrogates."
        ) from error
    if size > MAX_BYTES:
        raise _invalid(f"Settings may hold at most {MAX_BYTES} bytes of JSON.")
    if unstorable:
        raise _invalid("Settings must hold no NUL characters, and no integers beyond 64 bits.")
    return result


def same_json(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both are the same JSON. In Python 1 and True are equal; in JSON they are not."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        yield from value
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _unstorable(leaf: object) -> bool:
    return "\0" in leaf if isinstance(leaf, str) else isinstance(leaf, int) and abs(leaf) >= 2**63


def _invalid(message: str) -> LifecycleError:
    return LifecycleError(ErrorCode.INVALID_VALUE, message, "settings")
