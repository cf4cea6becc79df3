"""Pydantic's findings in plain sentences: what is wrong, and what to do."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from transfer.problems import Complaints

_DAY = "Give a day such as 2026-01-31."
_WORDS: Mapping[str, str] = {
    "missing": "This must be given.",
    "string_type": "This must be a text: put it in quotes.",
    "bool_type": "This must be true or false.",
    "int_type": "This must be a whole number, without quotes.",
    "int_from_float": "This must be a whole number.",
    "list_type": "This must be a list.",
    "dict_type": "This must be an object.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "uuid_type": "Give a UUID, such as 0192f0c1-2b3c-7d4e-8f50-616263646566.",
    "uuid_parsing": "This is no UUID. Give one such as 0192f0c1-2b3c-7d4e-8f50-616263646566.",
    "timezone_aware": "Give the time with its offset, such as 2026-01-31T00:00:00Z.",
    "datetime_type": "Give a time with its offset, such as 2026-01-31T00:00:00Z.",
    "datetime_parsing": "Give a time with its offset, such as 2026-01-31T00:00:00Z.",
    "datetime_from_date_parsing": "Give a time with its offset, such as 2026-01-31T00:00:00Z.",
    "string_pattern_mismatch": 'This is not in the form that is wanted: an amount is "370.00", '
    'a phone number "+6561234567".',
    "too_short": "Give at least one.",
}
_BOUNDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda c: f"This must be {c['ge']} or more.",
    "less_than_equal": lambda c: f"This must be {c['le']} or less.",
    "enum": lambda c: f"This must be one of {c['expected']}.",
    "refused": lambda c: c["message"],
}


def complain(complaints: Complaints, error: ValidationError, model: type[BaseModel]) -> None:
    """Each of pydantic's findings, as a problem of its own."""
    for finding in error.errors(include_url=False):
        path = tuple(finding["loc"])
        if finding["type"] == "extra_forbidden":
            complaints.add(path, _unknown(str(path[-1]), _names(model, path[:-1])))
        else:
            complaints.add(path, _sentence(finding))


def _sentence(finding: ErrorDetails) -> str:
    context = finding.get("ctx", {})
    if finding["type"] in _BOUNDS:
        return _BOUNDS[finding["type"]](context)
    return _WORDS.get(finding["type"], f"{finding['msg']}.")


def _unknown(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, 1)
    advice = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(names)}."
    return f"There is no such field. {advice}"


def _names(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The fields of what stands at that path."""
    for part in path:
        if isinstance(part, str):
            [found] = [f for n, f in model.model_fields.items() if part in (f.alias, n)]
            model = _model_in(found.annotation)
    return [found.alias or name for name, found in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel]:
    """The model in `Model`, `Model | None` or `list[Model]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [a for a in annotation.__args__ if a is not type(None)]
    return _model_in(inner[0])
