"""Our own scalars, and built-in ones whose errors say what to send."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import NewType
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.schema.types.base_scalars import (
    DateDefinition,
    DateTimeDefinition,
    DecimalDefinition,
    UUIDDefinition,
)
from strawberry.types.scalar import ScalarDefinition

CurrencyCode = NewType("CurrencyCode", str)


def _plain(built_in: ScalarDefinition, advice: str, description: str) -> ScalarDefinition:
    """The same scalar. Its error gives the advice instead of Python's own message."""
    parse: Callable[[object], object] = built_in.parse_value or (lambda value: value)

    def parsed(value: object) -> object:
        try:
            return parse(value)
        except StrawberryInputCoercionError:
            raise GraphQLError(advice) from None

    return replace(built_in, parse_value=parsed, description=description)


SCALARS: dict[object, ScalarDefinition] = {
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode", description='An ISO 4217 code such as "USD".', serialize=str, parse_value=str
    ),
    Decimal: replace(
        DecimalDefinition,
        description='An exact decimal number in a string: "365.00". Do not convert it to a float.',
    ),
    dt.date: _plain(
        DateDefinition,
        "Send a day such as 2021-06-16.",
        'A calendar day in the customer\'s time zone, in ISO 8601 format: "2021-06-16".',
    ),
    dt.datetime: _plain(
        DateTimeDefinition,
        "Send an instant such as 2021-06-16T09:00:00+08:00.",
        'An instant with an offset, in ISO 8601 format: "2021-06-16T09:00:00+08:00". Answers use UTC.',
    ),
    UUID: _plain(
        UUIDDefinition,
        "Send a UUID such as 6f9619ff-8b86-d011-b42d-00c04fc964ff.",
        'A 128-bit key in RFC 9562 format: "6f9619ff-8b86-d011-b42d-00c04fc964ff".',
    ),
}
