"""The tabs that GraphiQL opens with: the documents of `operations/`, with ids of the demo as variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from demo import sample_customer
from demo.scenario import Sale
from domain.lifecycle import Action
from models.engine import partner_transaction
from models.tables import add_on, history, phone_number, scheduled_change
from resolvers.ids import to_global_id

OPERATIONS = Path(__file__).parent / "operations"

_SKU = "gb-london"
_AT_PERIOD_END = {"at": "END_OF_BILLING_PERIOD"}

CANCELED_ADD_ON = "extra-storage"
"""The add-on of sample_customer.ADD_ONS that a tab cancels."""

FREE_NUMBER, OTHER_FREE_NUMBER = "+442079460012", "+442079460013"
"""Numbers that are free when the demo is loaded."""


@dataclass(frozen=True)
class Tab:
    """A document and the variables of its operations."""

    query: str
    variables: Mapping[str, Any]


@dataclass(frozen=True)
class DemoIds:
    """Global ids: orders and subscriptions by the reason of the order, numbers by their E.164 text."""

    orders: Mapping[str | None, str]
    subscriptions: Mapping[str | None, str]
    numbers: Mapping[str, str]
    scheduled: str
    canceled_add_on: str


async def load_tabs(engine: AsyncEngine, partner_id: UUID) -> Sequence[Tab]:
    """The tabs in order; none for a demo that was loaded before tabs existed."""
    async with partner_transaction(engine, partner_id, snapshot=True) as connection:
        ids = await find_ids(connection, partner_id)
    if ids is None:
        return ()
    documents = sorted(OPERATIONS.glob("*.graphql"))
    variables = (
        *_reading_and_upgrading(ids),
        *_changing(ids),
        *_ending(ids),
        *_reading_history(ids),
    )
    return [
        Tab(document.read_text(encoding="utf-8"), values)
        for document, values in zip(documents, variables, strict=True)
    ]


def _input(key: str, **values: Any) -> Mapping[str, Any]:
    return {**values, "idempotencyKey": f"graphiql-{key}"}


def _reading_and_upgrading(ids: DemoIds) -> Sequence[Mapping[str, Any]]:
    [sale] = sample_customer.ARTICLE_CUSTOMER.sales
    id = ids.subscriptions[sale.reason]
    return {"id": id}, {"input": _input("upgrade", subscriptionId=id, planCode="business")}


def _changing(ids: DemoIds) -> Sequence[Mapping[str, Any]]:
    old, *_ = sample_customer.NUMBERS.numbers
    with_add_ons = ids.subscriptions[sample_customer.ADD_ONS.reason]
    with_numbers = ids.subscriptions[sample_customer.NUMBERS.reason]
    add_ons = [{"code": "crm-connector", "quantity": 2}, {"code": "call-recording", "quantity": 6}]
    swap = [{"fromNumberId": ids.numbers[old], "toNumberId": ids.numbers[FREE_NUMBER]}]
    add = [ids.numbers[OTHER_FREE_NUMBER]]
    return (
        {
            "input": _input("add-ons", subscriptionId=with_add_ons, addOns=add_ons, when=_AT_PERIOD_END),
            "cancel": _input("add-on", addOnId=ids.canceled_add_on, when={"at": "IMMEDIATE"}),
        },
        {
            "id": with_numbers,
            "skuCode": _SKU,
            "input": _input("numbers", subscriptionId=with_numbers, swap=swap, addNumberIds=add),
        },
    )


def _ending(ids: DemoIds) -> Sequence[Mapping[str, Any]]:
    def subscription(sale: Sale) -> str:
        return ids.subscriptions[sale.reason]

    past_day = {
        "subscriptionId": subscription(sample_customer.PAST_DAY),
        "when": {"at": "SPECIFIC_DATE", "date": "2021-06-01"},
    }
    period_end = {"subscriptionId": subscription(sample_customer.PERIOD_END), "when": _AT_PERIOD_END}
    terminated = {"subscriptionId": subscription(sample_customer.TERMINATED)}
    return (
        {
            "pastDay": _input("past-day", **past_day, reason="Nobody calls any more"),
            "periodEnd": _input("period-end", **period_end, reason="The fair is over"),
            "revoke": _input("revoke", scheduledChangeId=ids.scheduled),
        },
        {"input": _input("terminate", **terminated, reason="Ordered by mistake")},
    )


def _reading_history(ids: DemoIds) -> Sequence[Mapping[str, Any]]:
    reason = sample_customer.ADD_ONS.reason
    id = ids.subscriptions[reason]
    return {"id": id}, {"subscriptionId": id, "after": ids.orders[reason]}


async def find_ids(connection: AsyncConnection, partner_id: UUID) -> DemoIds | None:
    """None for a demo that was loaded before these sales existed."""
    orders = {row.reason: row for row in await _orders(connection, partner_id)}
    if not {sale.reason for sale in sample_customer.CUSTOMER.sales} <= orders.keys():
        return None

    async def first(table: Table, sale: str | None, *conditions: Any) -> UUID:
        statement = select(table.c.id).where(
            table.c.partner_id == partner_id,
            table.c.subscription_id == orders[sale].subscription_id,
            *conditions,
        )
        found: UUID = (await connection.execute(statement.order_by(table.c.id).limit(1))).scalar_one()
        return found

    scheduled = await first(scheduled_change, sample_customer.REVOKED.reason)
    canceled_add_on = await first(add_on, sample_customer.ADD_ONS.reason, add_on.c.code == CANCELED_ADD_ON)
    return DemoIds(
        {reason: to_global_id("HistoryRecord", row.id) for reason, row in orders.items()},
        {reason: to_global_id("CustomerSubscription", row.subscription_id) for reason, row in orders.items()},
        await _numbers(connection, partner_id),
        to_global_id("ScheduledChange", scheduled),
        to_global_id("AddOn", canceled_add_on),
    )


async def _orders(connection: AsyncConnection, partner_id: UUID) -> Sequence[Row[UUID, UUID, str | None]]:
    """The records of the orders; later actions on the subscriptions do not change them."""
    reasons = [sale.reason for sale in sample_customer.CUSTOMER.sales]
    statement = select(history.c.id, history.c.subscription_id, history.c.reason).where(
        history.c.partner_id == partner_id,
        history.c.action == Action.CREATE,
        history.c.reason.in_(reasons),
    )
    return (await connection.execute(statement)).all()


async def _numbers(connection: AsyncConnection, partner_id: UUID) -> Mapping[str, str]:
    numbers = (*sample_customer.NUMBERS.numbers, FREE_NUMBER, OTHER_FREE_NUMBER)
    statement = select(phone_number.c.e164, phone_number.c.id).where(
        phone_number.c.partner_id == partner_id, phone_number.c.e164.in_(numbers)
    )
    return {e164: to_global_id("PhoneNumber", id) for e164, id in await connection.execute(statement)}
