"""The table of settings, as the guide shows it."""

from collections.abc import Iterator

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from server.settings import Settings

_BOUNDS = {Ge: ("at least", "ge"), Gt: ("more than", "gt"), Le: ("at most", "le")}


def settings_table() -> str:
    """A row for each setting: its variable, what it is unless set, its bounds, and what it does."""
    return "\n".join(["| variable | unless set | what it does |", "|---|---|---|", *_rows()])


def _rows() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        bounds = ", ".join(_bounds(field))
        told = f"{field.description} ({bounds})" if bounds else field.description
        yield f"| `{name.upper()}` | {_default(field)} | {told} |"


def _bounds(field: FieldInfo) -> Iterator[str]:
    for bound in field.metadata:
        if type(bound) in _BOUNDS:
            words, attribute = _BOUNDS[type(bound)]
            yield f"{words} {getattr(bound, attribute)}"


def _default(field: FieldInfo) -> str:
    if field.default in (None, ()):
        return ""
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"
