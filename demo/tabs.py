"""What GraphiQL opens with: the operations of `operations/`, with variables that name things of the demo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from demo import article, practice
from demo.things import FREE, FREE_TOO, Things, find_things
from models.engine import partner_transaction

OPERATIONS = Path(__file__).parent / "operations"

_SKU = "gb-london"


@dataclass(frozen=True)
class Tab:
    """A document, and the variables of its operations."""

    query: str
    variables: Mapping[str, Any]


async def tabs_of(engine: AsyncEngine, partner_id: UUID) -> Sequence[Tab]:
    """The tabs, in order; none for a demo that was loaded before there were any."""
    async with partner_transaction(engine, partner_id, snapshot=True) as connection:
        things = await find_things(connection, partner_id)
    if things is None:
        return ()
    documents = sorted(OPERATIONS.glob("*.graphql"))
    variables = (
        *_reading_and_upgrading(things),
        *_changing(things),
        *_ending(things),
        *_looking_back(things),
    )
    return [
        Tab(document.read_text(encoding="utf-8"), values)
        for document, values in zip(documents, variables, strict=True)
    ]


def _reading_and_upgrading(things: Things) -> Sequence[Mapping[str, Any]]:
    [sale] = article.CUSTOMER.sales
    id = things.subscriptions[sale.reason]
    return (
        {"id": id},
        {"input": {"subscriptionId": id, "planCode": "business", "idempotencyKey": "graphiql-upgrade"}},
    )


def _changing(things: Things) -> Sequence[Mapping[str, Any]]:
    old, *_ = practice.NUMBERS.numbers
    with_add_ons = things.subscriptions[practice.ADD_ONS.reason]
    with_numbers = things.subscriptions[practice.NUMBERS.reason]
    return (
        {
            "input": {
                "subscriptionId": with_add_ons,
                "addOns": [
                    {"code": "crm-connector", "quantity": 2},
                    {"code": "call-recording", "quantity": 6},
                ],
                "when": {"at": "END_OF_BILLING_PERIOD"},
                "idempotencyKey": "graphiql-add-ons",
            },
            "cancel": {
                "addOnId": things.given_up,
                "when": {"at": "IMMEDIATE"},
                "idempotencyKey": "graphiql-add-on",
            },
        },
        {
            "id": with_numbers,
            "skuCode": _SKU,
            "input": {
                "subscriptionId": with_numbers,
                "swap": [{"fromNumberId": things.numbers[old], "toNumberId": things.numbers[FREE]}],
                "addNumberIds": [things.numbers[FREE_TOO]],
                "idempotencyKey": "graphiql-numbers",
            },
        },
    )


def _ending(things: Things) -> Sequence[Mapping[str, Any]]:
    return (
        {
            "pastDay": {
                "subscriptionId": things.subscriptions[practice.PAST_DAY.reason],
                "when": {"at": "SPECIFIC_DATE", "date": "2021-06-01"},
                "reason": "Nobody calls any more",
                "idempotencyKey": "graphiql-past-day",
            },
            "periodEnd": {
                "subscriptionId": things.subscriptions[practice.PERIOD_END.reason],
                "when": {"at": "END_OF_BILLING_PERIOD"},
                "reason": "The fair is over",
                "idempotencyKey": "graphiql-period-end",
            },
            "revoke": {"scheduledChangeId": things.scheduled, "idempotencyKey": "graphiql-revoke"},
        },
        {
            "input": {
                "subscriptionId": things.subscriptions[practice.TERMINATED.reason],
                "reason": "Ordered by mistake",
                "idempotencyKey": "graphiql-terminate",
            }
        },
    )


def _looking_back(things: Things) -> Sequence[Mapping[str, Any]]:
    reason = practice.ADD_ONS.reason
    id = things.subscriptions[reason]
    return {"id": id}, {"subscriptionId": id, "after": things.orders[reason]}
