"""Where the things are that GraphiQL's tabs name: their ids, in the demo as it was loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from demo import practice
from domain.lifecycle import Action
from models.tables import add_on, history, phone_number, scheduled_change
from resolvers.ids import to_global_id

GIVEN_UP = "extra-storage"
"""The add-on of practice.ADD_ONS that its tab cancels."""

FREE, FREE_TOO = "+442079460012", "+442079460013"
"""Numbers in stock that are nobody's when the demo is loaded."""


@dataclass(frozen=True)
class Things:
    """Global ids: orders and subscriptions by the reason of the order, numbers by what is dialled."""

    orders: Mapping[str | None, str]
    subscriptions: Mapping[str | None, str]
    numbers: Mapping[str, str]
    scheduled: str
    given_up: str


async def find_things(connection: AsyncConnection, partner_id: UUID) -> Things | None:
    """None for a demo that was loaded before it had what `practice` sells."""
    orders = {row.reason: row for row in await _orders(connection, partner_id)}
    if not {sale.reason for sale in practice.CUSTOMER.sales} <= orders.keys():
        return None

    async def first(table: Table, sale: str | None, *conditions: Any) -> UUID:
        statement = select(table.c.id).where(
            table.c.partner_id == partner_id,
            table.c.subscription_id == orders[sale].subscription_id,
            *conditions,
        )
        found: UUID = (await connection.execute(statement.order_by(table.c.id).limit(1))).scalar_one()
        return found

    scheduled = await first(scheduled_change, practice.REVOKED.reason)
    given_up = await first(add_on, practice.ADD_ONS.reason, add_on.c.code == GIVEN_UP)
    return Things(
        {reason: to_global_id("HistoryRecord", row.id) for reason, row in orders.items()},
        {reason: to_global_id("CustomerSubscription", row.subscription_id) for reason, row in orders.items()},
        await _numbers(connection, partner_id),
        to_global_id("ScheduledChange", scheduled),
        to_global_id("AddOn", given_up),
    )


async def _orders(connection: AsyncConnection, partner_id: UUID) -> Sequence[Row[UUID, UUID, str | None]]:
    """The records of the orders, which stay as they are whatever is done to the subscriptions."""
    reasons = [sale.reason for sale in practice.CUSTOMER.sales]
    statement = select(history.c.id, history.c.subscription_id, history.c.reason).where(
        history.c.partner_id == partner_id,
        history.c.action == Action.CREATE,
        history.c.reason.in_(reasons),
    )
    return (await connection.execute(statement)).all()


async def _numbers(connection: AsyncConnection, partner_id: UUID) -> Mapping[str, str]:
    numbers = (*practice.NUMBERS.numbers, FREE, FREE_TOO)
    statement = select(phone_number.c.e164, phone_number.c.id).where(
        phone_number.c.partner_id == partner_id, phone_number.c.e164.in_(numbers)
    )
    return {e164: to_global_id("PhoneNumber", id) for e164, id in await connection.execute(statement)}
