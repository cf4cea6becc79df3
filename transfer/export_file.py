"""Exports one partner's records as of one moment, written page by page."""

import json
from typing import IO, Any
from uuid import UUID

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Actor
from models.store.unit_of_work import Clock, Reading, reading
from models.tables import partner
from transfer.existing import EXISTING, record_of
from transfer.existing_subscriptions import subscription_ids, subscription_records
from transfer.format import VERSION, Json, Partner, Policy
from transfer.sources import Format


class Writer:
    """Writes a header and then records, grouped by kind."""

    def __init__(self, file: IO[str], kind: Format) -> None:
        self._file = file
        self._format = kind
        self._kind: str | None = None

    def header(self, header: Json) -> None:
        self._file.write(_json(header) if self._format is Format.JSONL else _yaml(header))

    def record(self, kind: str, record: Json) -> None:
        if self._format is Format.JSONL:
            self._file.write(_json({kind: record}))
            return
        if kind != self._kind:
            self._file.write(f"{kind}s:\n")
            self._kind = kind
        self._file.write(_yaml([record]))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _yaml(value: Any) -> str:
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True))


class _Dumper(yaml.CSafeDumper):
    """Writes no aliases, since they are not read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


async def export_file(
    engine: AsyncEngine, partner_id: UUID, public_id: str, clock: Clock, writer: Writer
) -> int:
    """How many records were written. Raises NOT_FOUND. `public_id` is the partner's id in the API."""
    count = 0
    async with reading(engine, partner_id, Actor("export"), clock) as tx:
        writer.header({"tenure": VERSION, "partner": await _partner(tx, public_id)})
        for kind, existing in EXISTING.items():
            async for item in existing(tx):
                writer.record(kind, item.record)
                count += 1
        async for page in subscription_ids(tx):
            async for record in subscription_records(tx, [row.id for row in page]):
                writer.record("subscription", record)
                count += 1
    return count


async def _partner(tx: Reading, public_id: str) -> Json:
    row = (await tx.connection.execute(select(partner).where(partner.c.id == tx.partner.id))).one()
    return record_of(Partner, row, id=public_id, policy=record_of(Policy, row)).to_json()
