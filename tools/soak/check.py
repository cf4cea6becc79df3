"""Counts afterwards: what was acknowledged against what the database holds."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from resolvers.ids import key_of
from tools.soak.clients import Client

_RECORDS = text("SELECT subscription_id, id FROM history WHERE action <> 'CREATE'")
_CHARGED = text("SELECT subscription_id, sum(price) FROM charge_line WHERE kind <> 'PURCHASE' GROUP BY 1")
_VERSIONS = text("SELECT id, version FROM subscription")


async def compare(connection: AsyncConnection, clients: Sequence[Client]) -> list[str]:
    """Each difference, in words; none where every acknowledged mutation is there, and there once."""
    written: dict[UUID, set[UUID]] = {}
    for subscription, record in await connection.execute(_RECORDS):
        written.setdefault(subscription, set()).add(record)
    charged = _pairs(await connection.execute(_CHARGED))
    versions = _pairs(await connection.execute(_VERSIONS))
    found = []
    for client in clients:
        key = key_of(client.subscription, "CustomerSubscription")
        told = [key_of(record, "HistoryRecord") for record in client.records]
        there = written.get(key, set())
        if missing := set(told) - there:
            found.append(f"{key}: {len(missing)} acknowledged, but not there")
        if extra := there - set(told):
            found.append(f"{key}: {len(extra)} there, but never acknowledged")
        if len(set(told)) != len(told):
            found.append(f"{key}: two mutations were answered with one record")
        if versions[key] != len(told) + 1:
            found.append(f"{key}: version {versions[key]} after {len(told)} mutations")
        if (sum_there := Decimal(charged.get(key, 0)) / 100) != client.charged:
            found.append(f"{key}: {client.charged} acknowledged, {sum_there} charged")
    return found


def _pairs(rows: Any) -> dict[UUID, Any]:
    return {row[0]: row[1] for row in rows}
