"""Compares what the server acknowledged with what the database has."""

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
    """Each difference as text; none if every acknowledged mutation is there exactly once."""
    written: dict[UUID, set[UUID]] = {}
    for subscription, record in await connection.execute(_RECORDS):
        written.setdefault(subscription, set()).add(record)
    charged = _pairs(await connection.execute(_CHARGED))
    versions = _pairs(await connection.execute(_VERSIONS))
    found = []
    for client in clients:
        key = key_of(client.subscription, "CustomerSubscription")
        acknowledged = [key_of(record, "HistoryRecord") for record in client.records]
        stored = written.get(key, set())
        if missing := set(acknowledged) - stored:
            found.append(f"{key}: {len(missing)} acknowledged, but not there")
        if extra := stored - set(acknowledged):
            found.append(f"{key}: {len(extra)} there, but never acknowledged")
        if len(set(acknowledged)) != len(acknowledged):
            found.append(f"{key}: two mutations were answered with one record")
        if versions[key] != len(acknowledged) + 1:
            found.append(f"{key}: version {versions[key]} after {len(acknowledged)} mutations")
        if (stored_sum := Decimal(charged.get(key, 0)) / 100) != client.charged:
            found.append(f"{key}: {client.charged} acknowledged, {stored_sum} charged")
    return found


def _pairs(rows: Any) -> dict[UUID, Any]:
    return {row[0]: row[1] for row in rows}
