"""Makes an enumeration of the domain, which knows nothing of GraphQL, a GraphQL enum."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import strawberry

E = TypeVar("E", bound=StrEnum)


def described(kind: type[E], name: str, description: str, values: Mapping[E, str]) -> None:
    """Registers it under that name; `values` says what each means. Raises KeyError for one without words."""
    strawberry.enum(kind, name=name, description=description)
    for value in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]  # what the line above adds
        value.description = values[kind(value.value)]
