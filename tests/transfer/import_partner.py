"""Loads files into the session's database, for a partner of its own, and exports them again."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from models.engine import partner_transaction
from models.tables import metadata
from transfer.export_file import Writer, export_file
from transfer.import_file import Imported, Options, import_file
from transfer.problems import Problems
from transfer.records import source_of
from transfer.sources import Format

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
ORG = "5b0f1b52-6c2e-4c39-9d6a-2f6a3f0f0001"
FILE = "file"

Json = dict[str, Any]


def monthly(price: str, cost: str) -> list[Json]:
    return [{"cycle": "MONTHLY", "price": price, "cost": cost}]


PRODUCT: Json = {
    "code": "phone",
    "name": "Phone",
    "plans": [
        {
            "code": "basic",
            "name": "Basic",
            "rank": 1,
            "prices": monthly("37.00", "30.00"),
            "addOns": [{"code": "storage", "name": "Storage", "prices": monthly("2.00", "1.00")}],
        },
        {"code": "full", "name": "Full", "rank": 2, "prices": monthly("74.00", "60.00")},
    ],
}
SKU: Json = {"code": "local", "name": "Local", "prices": monthly("2.00", "1.60")}
CUSTOMER: Json = {"orgUuid": ORG, "name": "Acme", "timeZone": "UTC"}
CHARGE: Json = {"price": "37.00", "cost": "30.00"}
TERM: Json = {"number": 3, "startsOn": "2026-01-31", "endsOn": "2026-02-27", "charges": [CHARGE]}
SUBSCRIPTION: Json = {
    "reference": "OLD-1",
    "customer": ORG,
    "planCode": "basic",
    "billingModel": {"cycle": "MONTHLY"},
    "purchasedOn": "2025-12-31",
    "terms": [TERM],
}
SHOP: list[Json] = [
    {"product": PRODUCT},
    {"sku": SKU},
    {"number": {"e164": "+6561234567", "skuCode": "local"}},
    {"customer": CUSTOMER},
    {"member": {"customer": ORG, "name": "Jo Tan", "email": "jo@acme.example"}},
]


def sold(**values: Any) -> Json:
    """The record of a monthly subscription in its third term."""
    return {"subscription": SUBSCRIPTION | values}


@dataclass
class Books:
    """One partner, whose id is in the headers of the files."""

    engine: AsyncEngine
    partner_id: UUID = field(default_factory=uuid4)
    now: datetime = NOW

    @property
    def header(self) -> Json:
        partner = {"id": str(self.partner_id), "name": "Harbour", "currency": "USD"}
        return {"tenure": 1, "partner": partner}

    def lines(self, *records: Json) -> str:
        return "".join(json.dumps(record) + "\n" for record in (self.header, *records))

    async def load(
        self, content: str | bytes, kind: Format = Format.JSONL, **options: Any
    ) -> tuple[Imported, list[str]]:
        """What was imported, and the problems as the command line prints them."""
        file = io.BytesIO(content.encode() if isinstance(content, str) else content)
        problems = Problems()
        source = source_of(file, kind, problems)
        chosen = Options(_uuid, **options)
        loaded = await import_file(self.engine, lambda: self.now, source, chosen, problems, lambda *_: None)
        return loaded, [*problems.report(FILE)]

    async def loads(self, *records: Json, **options: Any) -> Imported:
        """The same for records that must have no problem."""
        loaded, problems = await self.load(self.lines(*records), **options)
        assert problems == []
        return loaded

    async def refuses(self, *records: Json, **options: Any) -> list[str]:
        """The problems, without the file's name, of records that must have some and change nothing."""
        before = await self.counts()
        loaded, problems = await self.load(self.lines(*records), **options)
        assert problems
        assert loaded == Imported()
        assert await self.counts() == before
        return [problem.removeprefix(f"{FILE}:") for problem in problems]

    async def export(self, kind: Format = Format.JSONL) -> str:
        out = io.StringIO()
        writer = Writer(out, kind)
        await export_file(self.engine, self.partner_id, str(self.partner_id), lambda: self.now, writer)
        return out.getvalue()

    async def exported(self, kind: str) -> list[Json]:
        """The records of that kind in an export."""
        return [*_of_kind(await self.export(), kind)]

    async def rows(self, table: Table, *order: str) -> list[Any]:
        async with partner_transaction(self.engine, self.partner_id) as connection:
            statement = select(table).order_by(*(table.c[name] for name in order))
            return list((await connection.execute(statement)).all())

    async def counts(self) -> dict[str, int]:
        """How many rows the partner has in each table."""
        found = {}
        async with partner_transaction(self.engine, self.partner_id) as connection:
            for table in metadata.sorted_tables:
                statement = select(func.count()).select_from(table)
                found[table.name] = int((await connection.execute(statement)).scalar_one())
        return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _of_kind(text: str, kind: str) -> Iterator[Json]:
    for line in text.splitlines():
        record = json.loads(line)
        if kind in record:
            yield record[kind]
