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


@strawberry.type(description="An exact amount of money. Source: rules.md, Money.")
class Money:
    amount: Decimal = strawberry.field(
        description='With the digits of its currency, trailing zeros kept: "365.00" USD, "365" '
        "JPY. Negative gives money back."
    )
    currency: CurrencyCode = strawberry.field(description="The partner's: all its amounts have the same.")


def price_of(context: Context, amounts: Amounts) -> Any:
    return money.money(context, amounts.price)


def cost_of(context: Context, amounts: Amounts) -> Any:
    """None for a viewer on the customer's side, who never sees a cost."""
    return money.money(context, amounts.cost) if context.principal.sees_costs else None


@strawberry.type(
    description="The part of the full amount that a line charges, as it was counted: not "
    "reduced, and above 1 where more than one cycle is paid. Source: rules.md, "
    "Proration."
)
class Fraction:
    numerator: int = strawberry.field(description="Months or days that are paid for; 0 or more.")
    denominator: int = strawberry.field(description="Months or days of one whole cycle; 1 or more.")


@strawberry.type(
    description="One line of money. Negative amounts are refunds. `fraction` is the part of the full amount "
    "that is charged, so that a person can redo the sum: full amount x quantity x fraction, rounded "
    "half up once."
)
class ChargeLine:
    kind: ChargeKind = strawberry.field(description="Why money moves.")
    quantity: int = strawberry.field(
        description="Licences, pieces of the add-on or numbers that the line is for; 1 or more."
    )
    fraction: Fraction = parts(
        Fraction,
        {"numerator": "numerator", "denominator": "denominator"},
        description="The part of the full amount that is charged.",
    )
    period_starts_on: date = column(
        "starts_on", "The first day that the line pays for, in the customer's time zone."
    )
    period_ends_on: date = last_day("ends_before", "The last day that the line pays for, inclusive.")
    unit_price: Money = amount(
        "unit_price",
        "The full amount of one piece for one billing cycle (cycle x multiplier); for a quick extension, for "
        "one of the cycles that it adds.",
    )
    price: Money = amount("price", "What the customer pays the partner; negative gives it back.")
    unit_cost: Money | None = amount(
        "unit_cost",
        "As `unitPrice`, for what the partner pays the platform; null for a viewer on the customer's side.",
        secret=True,
    )
    cost: Money | None = amount(
        "cost", "What the partner pays the platform; null for a viewer on the customer's side.", secret=True
    )

    @computed(
        "item_name", "starts_on", "ends_before", description="In words, what it is for and over which days."
    )
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
