"""The problems of a file, each with its line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
"""Where in a record: names and indices, from the outside in."""

Place = Callable[[Path], int]
"""The line of the file where that part of a record is."""


@dataclass
class Problems:
    """The problems of one file."""

    _found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        self._found.append((line, text))

    def __len__(self) -> int:
        return len(self._found)

    def report(self, file: str) -> Iterator[str]:
        """In the order of the lines: "file:line: what is wrong and what to do"."""
        for line, text in sorted(self._found, key=lambda problem: problem[0]):
            yield f"{file}:{line}: {text}"


@dataclass(frozen=True)
class RecordProblems:
    """The problems of one record. `within` is the path to the record itself."""

    problems: Problems
    place: Place
    within: Path = ()

    def add(self, path: Path, text: str) -> None:
        """A problem with that part of the record; the empty path is the record itself."""
        full = (*self.within, *path)
        self.problems.add(self.place(full), f"{_path_text(full)}: {text}")

    def add_all(self, error: ValidationError, model: type[BaseModel]) -> None:
        """Each of pydantic's findings as a problem of its own."""
        for finding in error.errors(include_url=False):
            path = tuple(finding["loc"])
            if finding["type"] == "extra_forbidden":
                self.add(path, _unknown_field(str(path[-1]), _field_names(model, path[:-1])))
            else:
                self.add(path, _sentence(finding))


def _path_text(path: Path) -> str:
    """("terms", 0, "price") is "terms[0].price"."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "record"


_DAY = "Give a day such as 2026-01-31."
_TIME = "Give a time with its offset, such as 2026-01-31T00:00:00Z."
_OBJECT = "This must be an object."
_SENTENCES: Mapping[str, str] = {
    "missing": "This must be given.",
    "string_type": "This must be a text: put it in quotes.",
    "bool_type": "This must be true or false.",
    "int_type": "This must be a whole number, without quotes.",
    "int_from_float": "This must be a whole number.",
    "list_type": "This must be a list.",
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "uuid_type": "Give a UUID, such as 0192f0c1-2b3c-7d4e-8f50-616263646566.",
    "uuid_parsing": "This is no UUID. Give one such as 0192f0c1-2b3c-7d4e-8f50-616263646566.",
    "timezone_aware": "Give the time with its offset, such as 2026-01-31T00:00:00Z.",
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "string_pattern_mismatch": 'This is not in the form that is wanted: an amount is "370.00", '
    'a phone number "+6561234567".',
    "too_short": "Give at least one.",
    "greater_than_equal": "This must be {ge} or more.",
    "less_than_equal": "This must be {le} or less.",
    "enum": "This must be one of {expected}.",
    "refused": "{message}",
}


def _sentence(finding: ErrorDetails) -> str:
    sentence = _SENTENCES.get(finding["type"])
    return sentence.format_map(finding.get("ctx", {})) if sentence else f"{finding['msg']}."


def _unknown_field(name: str, fields: list[str]) -> str:
    close = get_close_matches(name, fields, 1)
    advice = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(fields)}."
    return f"There is no such field. {advice}"


def _field_names(model: type[BaseModel], path: Path) -> list[str]:
    """The fields of the model at that path."""
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
