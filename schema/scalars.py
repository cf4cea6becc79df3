"""Scalars of our own, and how the built-in ones are described."""

from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

CurrencyCode = NewType("CurrencyCode", str)

SCALARS: dict[object, ScalarDefinition] = {
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode", description='An ISO 4217 code: "USD".', serialize=str, parse_value=str
    ),
}
