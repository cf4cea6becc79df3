"""Checks the texts in an input of any type, before a mutation or preview runs."""

import re
from dataclasses import fields, is_dataclass

import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain.errors import ErrorCode, LifecycleError

MAX_TEXT = 10_000

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def check_texts(value: object, *field: str) -> None:
    """Raises INVALID_VALUE, with the field, for a text that is too long or cannot be stored."""
    if isinstance(value, str):
        _check_text(value, *field)
    elif isinstance(value, strawberry.Some):
        check_texts(value.value, *field)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check_texts(item, *field, str(index))
    elif is_dataclass(value):
        for part in fields(value):
            check_texts(getattr(value, part.name), *field, to_camel_case(part.name))


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can store the text: it has neither NUL nor unpaired surrogates."""
    return _UNSTORABLE.search(text) is None


def _check_text(text: str, *field: str) -> None:
    if len(text) > MAX_TEXT:
        raise LifecycleError(ErrorCode.INVALID_VALUE, f"A text may have up to {MAX_TEXT} characters.", *field)
    if not is_storable(text):
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, "A text must not hold NUL or unpaired surrogates.", *field
        )
