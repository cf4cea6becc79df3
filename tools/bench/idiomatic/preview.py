"""The quote of a mid-term upgrade by calendar months with nothing scheduled, and nothing else."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import strawberry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from resolvers.ids import key_of
from tools.bench.data import PARTNER
from tools.bench.idiomatic.rows import (
    AddOnPriceRow,
    AddOnRow,
    CustomerRow,
    NumberRow,
    PartnerRow,
    PlanPriceRow,
    PlanRow,
    SkuPriceRow,
    SubscriptionRow,
    sessions,
)

MONTHS = {"MONTHLY": 1, "YEARLY": 12}


@strawberry.type
class Money:
    amount: Decimal


def money(minor: int) -> Money:
    return Money(amount=Decimal(minor).scaleb(-2))


@strawberry.type
class Fraction:
    numerator: int
    denominator: int


@strawberry.type
class QuoteLine:
    kind: str
    quantity: int
    period_starts_on: date
    period_ends_on: date
    fraction: Fraction
    unit_price: Money
    price: Money


@strawberry.type
class Quote:
    effective_on: date
    status_after: str
    lines: list[QuoteLine]
    price: Money
    renewal_price_before: Money
    renewal_price_after: Money


@strawberry.type
class UserError:
    code: str


@strawberry.type
class ProrationPreview:
    quote: Quote | None
    user_errors: list[UserError]


@strawberry.input
class ChangePlanInput:
    subscription_id: strawberry.ID
    plan_code: str


@strawberry.input
class SubscriptionChange:
    change_plan: ChangePlanInput


@strawberry.type
class Quoting:
    @strawberry.field
    async def preview_proration(self, change: SubscriptionChange) -> ProrationPreview:
        async with sessions() as session:
            key = key_of(change.change_plan.subscription_id, "CustomerSubscription")
            row = await session.get_one(SubscriptionRow, (PARTNER, key))
            query = select(PlanRow).where(PlanRow.partner_id == PARTNER)
            plan = (await session.scalars(query.where(PlanRow.code == change.change_plan.plan_code))).one()
            return ProrationPreview(quote=await _quote(session, row, plan), user_errors=[])


async def _quote(session: AsyncSession, row: Any, plan: Any) -> Quote:
    partner = await session.get_one(PartnerRow, PARTNER)
    customer = await session.get_one(CustomerRow, (PARTNER, row.customer_id))
    day = (partner.clock or datetime.now(UTC)).astimezone(ZoneInfo(customer.time_zone)).date()
    old = await session.get_one(PlanPriceRow, (PARTNER, row.plan_id, row.cycle))
    new = await session.get_one(PlanPriceRow, (PARTNER, plan.id, row.cycle))
    last = row.term_ends_before - timedelta(days=1)
    cycle = MONTHS[row.cycle]
    left = min(12 * (last.year - day.year) + last.month - day.month + 1, cycle * row.multiplier)
    exact = Decimal(row.quantity * new.price * left) / cycle
    charged = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    line = QuoteLine(
        kind="UPGRADE",
        quantity=row.quantity,
        period_starts_on=day,
        period_ends_on=last,
        fraction=Fraction(numerator=left, denominator=cycle),
        unit_price=money(new.price),
        price=money(charged),
    )
    return Quote(
        effective_on=day,
        status_after=row.status,
        lines=[line],
        price=money(charged),
        renewal_price_before=money(row.quantity * old.price + await _others(session, row, row.plan_id)),
        renewal_price_after=money(row.quantity * new.price + await _others(session, row, plan.id)),
    )


async def _others(session: AsyncSession, row: Any, plan_id: Any) -> int:
    """The price of add-ons and numbers for one cycle."""
    add_ons = await session.execute(
        select(AddOnRow.quantity, AddOnPriceRow.price)
        .join(AddOnPriceRow, (AddOnPriceRow.partner_id == PARTNER) & (AddOnPriceRow.code == AddOnRow.code))
        .where(AddOnRow.partner_id == PARTNER, AddOnRow.subscription_id == row.id)
        .where(AddOnRow.status != "CANCELED")
        .where(AddOnPriceRow.plan_id == plan_id, AddOnPriceRow.cycle == row.cycle)
    )
    numbers = await session.scalars(
        select(SkuPriceRow.price)
        .join(NumberRow, (NumberRow.partner_id == PARTNER) & (NumberRow.sku_code == SkuPriceRow.sku_code))
        .where(SkuPriceRow.partner_id == PARTNER, SkuPriceRow.cycle == row.cycle)
        .where(NumberRow.subscription_id == row.id)
    )
    return sum(quantity * price for quantity, price in add_ons) + sum(numbers)
