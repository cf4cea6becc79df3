"""Money as clients see it: exact decimal strings, a price for everyone, a cost for those it concerns."""

from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from actions.currencies import to_decimal
from domain.lines import ChargeKind, Item, ItemKind, Line
from domain.money import Amounts
from domain.money import Fraction as DomainFraction
from domain.periods import Period
from resolvers.context import Info
from resolvers.loaders import Record
from schema.scalars import CurrencyCode


@strawberry.type(description="An exact amount of money, with the digits of its currency.")
class Money:
    amount: Decimal
    currency: CurrencyCode


def money(info: Info, minor: int) -> Money:
    currency = info.context.currency
    return Money(amount=to_decimal(minor, currency), currency=CurrencyCode(currency))


def price_of(info: Info, amounts: Amounts) -> Money:
    return money(info, amounts.price)


def cost_of(info: Info, amounts: Amounts) -> Money | None:
    """None for a viewer on the customer's side, who never sees a cost."""
    return money(info, amounts.cost) if info.context.principal.sees_costs else None


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
    description: str
    quantity: int
    fraction: Fraction

    @strawberry.field(description="First day that the line pays for.")
    def period_starts_on(self: Any) -> date:
        starts_on: date = self.period.starts_on
        return starts_on

    @strawberry.field(description="Last day that the line pays for, inclusive.")
    def period_ends_on(self: Any) -> date:
        ends_on: date = self.period.ends_on
        return ends_on

    @strawberry.field(description="The full amount of one piece for one billing cycle.")
    def unit_price(self: Any, info: Info) -> Money:
        return price_of(info, self.unit)

    @strawberry.field(description="What the customer pays the partner.")
    def price(self: Any, info: Info) -> Money:
        return price_of(info, self.amount)

    @strawberry.field(description="Null for a viewer on the customer's side.")
    def unit_cost(self: Any, info: Info) -> Money | None:
        return cost_of(info, self.unit)

    @strawberry.field(description="What the partner pays the platform; null on the customer's side.")
    def cost(self: Any, info: Info) -> Money | None:
        return cost_of(info, self.amount)


def line_of_row(row: Record) -> Line:
    """The line of a charge_line row."""
    return Line(
        kind=row.kind,
        item=Item(ItemKind(row.item_kind), row.item_code, row.item_name),
        period=Period(row.starts_on, row.ends_before, row.anchor_day),
        quantity=row.quantity,
        fraction=DomainFraction(row.numerator, row.denominator),
        unit=Amounts(row.unit_price, row.unit_cost),
        amount=Amounts(row.price, row.cost),
        cycle_months=row.cycle_months,
    )
