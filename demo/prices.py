"""Price lists in few words. Each amount is a pair, cost before price, as the article has them."""

from decimal import Decimal

from actions.setup.validation import PriceInput
from domain.periods import BillingCycle


def prices(*, month: tuple[str, str], year: tuple[str, str]) -> tuple[PriceInput, ...]:
    return _price(BillingCycle.MONTHLY, *month), _price(BillingCycle.YEARLY, *year)


def _price(cycle: BillingCycle, cost: str, price: str) -> PriceInput:
    return PriceInput(cycle, Decimal(price), Decimal(cost))


def block(prefix: str, count: int) -> tuple[str, ...]:
    """`count` phone numbers, counted in two digits after the prefix."""
    return tuple(f"{prefix}{number:02d}" for number in range(1, count + 1))
