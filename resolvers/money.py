"""Money as clients see it: exact decimals with the digits of the partner's currency."""

from decimal import Decimal
from typing import NamedTuple

from domain.currency import to_decimal
from resolvers.context import Context


class Money(NamedTuple):
    amount: Decimal
    currency: str


def money(context: Context, minor: int) -> Money:
    """The amount of minor units of the partner's currency."""
    return Money(to_decimal(minor, context.currency), context.currency)
