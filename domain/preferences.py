"""A subscription's settings: a JSON object of the customer's own. Source: rules, section 4.16."""

import json
from collections.abc import Mapping
from typing import Any

from domain.errors import ErrorCode, LifecycleError

MAX_BYTES = 16 * 1024


def merged(current: Mapping[str, Any], changes: object) -> dict[str, Any]:
    """`current` with the keys of `changes` laid over it; a null removes its key.

    Raises INVALID_VALUE for anything but an object, and above MAX_BYTES of JSON in UTF-8.
    """
    if not isinstance(changes, Mapping):
        raise LifecycleError(ErrorCode.INVALID_VALUE, "Settings must be a JSON object.", "settings")
    result = {key: value for key, value in {**current, **changes}.items() if value is not None}
    text = json.dumps(result, ensure_ascii=False)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"Settings may hold at most {MAX_BYTES} bytes of JSON.", "settings"
        )
    # PostgreSQL's JSON can hold neither.
    if "\\u0000" in json.dumps(result) or any("\ud800" <= character <= "\udfff" for character in text):
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, "Settings must not hold NUL or unpaired surrogates.", "settings"
        )
    return result
