"""Price lists as people write them: decimal amounts per cycle, in the partner's currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.catalogue import Prices
from domain.currency import to_minor
from domain.errors import ErrorCode, LifecycleError
from domain.money import Amounts
from domain.periods import BillingCycle


@dataclass(frozen=True)
class PriceInput:
    cycle: BillingCycle
    price: Decimal
    cost: Decimal


def price_list(prices: Sequence[PriceInput], currency: str, *field: str) -> Prices:
    """The prices in minor units, by cycle; `field` is where the list stands in the input.

    Raises INVALID_VALUE for an empty list, a cycle that comes twice, and what `to_minor` refuses.
    """
    if not prices:
        raise LifecycleError(ErrorCode.INVALID_VALUE, "Give a price for at least one cycle.", *field)
    result: dict[BillingCycle, Amounts] = {}
    for index, item in enumerate(prices):
        path = (*field, str(index))
        if item.cycle in result:
            raise LifecycleError(
                ErrorCode.INVALID_VALUE, f"Give one {item.cycle.lower()} price, not two.", *path, "cycle"
            )
        price = to_minor(item.price, currency, *path, "price")
        result[item.cycle] = Amounts(price, to_minor(item.cost, currency, *path, "cost"))
    return result


def price_rows(prices: Prices, **key: Any) -> list[dict[str, Any]]:
    """A row for each cycle, led by the columns of `key`."""
    return [
        key | {"cycle": cycle, "price": amounts.price, "cost": amounts.cost}
        for cycle, amounts in prices.items()
    ]
