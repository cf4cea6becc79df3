"""Notifies all processes of new history records.

A notification has the ids of the partner and of the record; listeners read the record from its table. So
notifications are small, and a listener that misses one finds the record in the table.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, Text, bindparam, func, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.engine import DatabaseRole

CHANNEL = "tenure_history"

NOTIFY = select(func.pg_notify(CHANNEL, func.unnest(bindparam("payloads", type_=ARRAY(Text)))))

Heard = Callable[[UUID, UUID], None]
"""Called with the ids of the partner and the record."""


async def notify(connection: AsyncConnection, partner_id: UUID, record_ids: Sequence[UUID]) -> None:
    """Takes effect when the transaction commits. If it rolls back, nothing is sent."""
    await connection.execute(NOTIFY, notify_values(partner_id, record_ids))


def notify_values(partner_id: UUID, record_ids: Sequence[UUID]) -> dict[str, list[str]]:
    """The parameters of NOTIFY."""
    return {"payloads": [f"{partner_id} {record_id}" for record_id in record_ids]}


async def listen(url: str, heard: Heard, lost: Callable[[], None]) -> asyncpg.Connection:
    """A connection that calls `heard` for each new record, and `lost` when it ends."""
    address = make_url(url)
    _, options = address.get_dialect()().create_connect_args(address)  # as the pools read the URL
    connection: asyncpg.Connection = await asyncpg.connect(
        **options,
        server_settings={"role": DatabaseRole.APP.value, "application_name": "tenure listener"},
        timeout=5,
    )

    def on_notification(_connection: object, _pid: int, _channel: str, payload: object) -> None:
        partner_id, record_id = str(payload).split(" ")
        heard(UUID(partner_id), UUID(record_id))

    connection.add_termination_listener(lambda _: lost())
    await connection.add_listener(CHANNEL, on_notification)
    return connection
