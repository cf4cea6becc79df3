"""Money, the lines that charge it, and the terms that they cover. Only the partner's side sees a cost."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import strawberry

from domain.lines import ChargeKind, Line, description_of
from domain.money import Amounts
from domain.periods import BillingCycle
from resolvers.context import Context
from resolvers.fields import money
from schema.fields import amount, column, computed, last_day, parts
from schema.scalars import CurrencyCode


@strawberry.type(description="How often a subscription is billed. See rules §2.")
class BillingModel:
    cycle: BillingCycle = strawberry.field(description="The period that prices cover.")
    multiplier: int = strawberry.field(
        description="Cycles in one term, 1 to 1,200. MONTHLY x 3 means every three months."
    )


@strawberry.type(
    description="A billed period of full days in the customer's time zone, both ends inclusive: 16 Nov "
    "2020 to 15 Nov 2021. Terms follow each other without gaps or overlaps. See rules §2."
)
class Term:
    number: int = strawberry.field(description="0 for a trial. Paid terms count from 1.")
    starts_on: date = strawberry.field(description="The first day.")
    ends_on: date = strawberry.field(description="The last day, inclusive.")


@strawberry.type(description="An exact amount of money. See rules §1.")
class Money:
    amount: Decimal = strawberry.field(
        description='Has all decimal digits of its currency: "365.00" USD, "365" JPY. Negative for a refund.'
    )
    currency: CurrencyCode = strawberry.field(description="The partner's currency. All its amounts use it.")


def price_of(context: Context, amounts: Amounts) -> Any:
    return money(context, amounts.price)


def cost_of(context: Context, amounts: Amounts) -> Any:
    """None for a viewer on the customer's side."""
    return money(context, amounts.cost) if context.principal.sees_costs else None


@strawberry.type(
    description="The part of the full amount that a line charges. Not reduced to lowest terms. Above 1 if "
    "more than one cycle is paid. See rules §3."
)
class Fraction:
    numerator: int = strawberry.field(description="Months or days to pay for, 0 or more.")
    denominator: int = strawberry.field(description="Months or days of one full billing cycle, 1 or more.")


@strawberry.type(
    description="One charge, or a refund if negative. Full amount x quantity x fraction, rounded half up "
    "once. See rules §1."
)
class ChargeLine:
    kind: ChargeKind = strawberry.field(description="The reason for the charge or refund.")
    quantity: int = strawberry.field(description="Licences, add-on units or numbers, 1 or more.")
    fraction: Fraction = parts(
        Fraction,
        {"numerator": "numerator", "denominator": "denominator"},
        description="The part of the full amount that is charged.",
    )
    period_starts_on: date = column(
        "starts_on", "The first day that the line covers, in the customer's time zone."
    )
    period_ends_on: date = last_day("ends_before", "The last day that the line covers, inclusive.")
    unit_price: Money = amount(
        "unit_price",
        "The full amount of one unit for one billing cycle (cycle x multiplier). For a quick extension, "
        "for one of its cycles.",
    )
    price: Money = amount("price", "What the customer pays the partner. Negative for a refund.")
    unit_cost: Money | None = amount(
        "unit_cost",
        "The cost that corresponds to `unitPrice`. Null for viewers on the customer's side.",
        secret=True,
    )
    cost: Money | None = amount(
        "cost", "What the partner pays the platform. Null for viewers on the customer's side.", secret=True
    )

    @computed(
        "item_name", "starts_on", "ends_before", description="The item and its days, as text for people."
    )
    def description(self: Any, _context: Context) -> str:
        return description_of(self.item_name, self.starts_on, self.ends_before - timedelta(days=1))


@dataclass(frozen=True)
class LineColumns:
    """The columns of a line that is not stored."""

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
