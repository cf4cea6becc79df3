"""Money as clients see it: exact decimal strings, a price for everyone, a cost for those it concerns."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import strawberry

from domain.lines import ChargeKind, Line, description_of
from domain.money import Amounts
from resolvers import money
from resolvers.context import Context
from schema.fields import amount, column, computed, last_day, parts
from schema.scalars import CurrencyCode


@strawberry.type(description="An exact amount of money, with the digits of its currency.")
class Money:
    amount: Decimal
    currency: CurrencyCode


def price_of(context: Context, amounts: Amounts) -> Any:
    return money.money(context, amounts.price)


def cost_of(context: Context, amounts: Amounts) -> Any:
    """None for a viewer on the customer's side, who never sees a cost."""
    return money.money(context, amounts.cost) if context.principal.sees_costs else None


@strawberry.type(description="The part of the full amount that a line charges, as it was counted.")
class Fraction:
    numerator: int
    denominator: int


@strawberry.type(
    description="One line of money. Negative amounts are refunds. `fraction` is the part of the full amount "
    "that is charged, so that a person can redo the sum: full amount x quantity x fraction, rounded "
    "half up once."
)
class ChargeLine:
    kind: ChargeKind
    quantity: int
    fraction: Fraction = parts(Fraction, {"numerator": "numerator", "denominator": "denominator"})
    period_starts_on: date = column("starts_on", "First day that the line pays for.")
    period_ends_on: date = last_day("ends_before", "Last day that the line pays for, inclusive.")
    unit_price: Money = amount("unit_price", "The full amount of one piece for one billing cycle.")
    price: Money = amount("price", "What the customer pays the partner.")
    unit_cost: Money | None = amount("unit_cost", "Null for a viewer on the customer's side.", secret=True)
    cost: Money | None = amount(
        "cost", "What the partner pays the platform; null on the customer's side.", secret=True
    )

    @computed("item_name", "starts_on", "ends_before")
    def description(self: Any, _context: Context) -> str:
        return description_of(self.item_name, self.starts_on, self.ends_before - timedelta(days=1))


@dataclass(frozen=True)
class LineColumns:
    """A line that is not yet a row, with the columns that it would have."""

    kind: ChargeKind
    item_name: str
    starts_on: date
    ends_before: date
    quantity: int
    numerator: int
    denominator: int
    unit_price: int
    unit_cost: int
    price: int
    cost: int


def columns_of(line: Line) -> LineColumns:
    return LineColumns(
        line.kind,
        line.item.name,
        line.period.starts_on,
        line.period.ends_before,
        line.quantity,
        line.fraction.numerator,
        line.fraction.denominator,
        line.unit.price,
        line.unit.cost,
        line.amount.price,
        line.amount.cost,
    )
