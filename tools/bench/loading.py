"""Loading: `tenure load` of a file of subscriptions against a COPY of the same rows."""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from models.engine import DatabaseRole, create_engine
from models.tables import metadata
from tools.bench.harness import scratch_database
from tools.bench.report import Report, table
from transfer.import_file import Options, import_file
from transfer.problems import Problems
from transfer.sources import JsonLines

NOW = datetime(2025, 2, 10, 12, tzinfo=UTC)
PARTNER = UUID(int=1)
PER_CUSTOMER = 5

Json = dict[str, Any]


def prices(price: str) -> list[Json]:
    return [{"cycle": "MONTHLY", "price": price, "cost": "1.00"}]


def records(count: int, partner_id: UUID = PARTNER) -> Iterator[Json]:
    """A header, a catalogue and subscriptions: half with only a plan, a fifth with a number, each with a past
    and a running term, both charged.
    """
    chance = random.Random(1)  # noqa: S311 - the same file each time
    partner = {"id": str(partner_id), "name": "Bench", "currency": "USD"}
    yield {"tenure": 1, "partner": partner}
    add_ons = [
        {"code": c, "name": c.capitalize(), "prices": prices("2.00")} for c in ("storage", "recording")
    ]
    plan = {"code": "basic", "name": "Basic", "rank": 1, "prices": prices("37.00"), "addOns": add_ons}
    yield {"product": {"code": "phone", "name": "Phone", "plans": [plan]}}
    yield {"sku": {"code": "local", "name": "Local", "prices": prices("2.00")}}
    for index in range(-(-count // PER_CUSTOMER)):
        zone = ("Asia/Singapore", "Europe/Berlin", "America/New_York")[index % 3]
        customer = {"orgUuid": str(UUID(int=index)), "name": f"Customer {index}", "timeZone": zone}
        yield {"customer": customer}
    for index in range(count):
        number = f"+1202{index:07d}"
        if index % 5 == 0:
            yield {"number": {"e164": number, "skuCode": "local"}}
        yield {"subscription": subscription(index, chance, [number] if index % 5 == 0 else [])}


def subscription(index: int, chance: random.Random, numbers: list[str]) -> Json:
    kinds = chance.choice([0, 0, 0, 1, 1, 2])
    codes = ("storage", "recording")[:kinds]
    first = {"startsOn": "2025-01-06", "endsOn": "2025-02-05", "number": 1}
    second = {"startsOn": "2025-02-06", "endsOn": "2025-03-05", "number": 2}
    charges = [{"price": "37.00", "cost": "1.00"}]
    charges += [{"price": "2.00", "cost": "1.00", "item": {"kind": "ADD_ON", "code": c}} for c in codes]
    return {
        "reference": f"OLD-{index:07d}",
        "customer": str(UUID(int=chance.randrange(-(-index // PER_CUSTOMER) or 1))),
        "planCode": "basic",
        "billingModel": {"cycle": "MONTHLY"},
        "purchasedOn": "2025-01-06",
        "addOns": [{"code": code, "quantity": 1} for code in codes],
        "numbers": numbers,
        "terms": [first | {"charges": charges}, second | {"charges": charges}],
    }


def write_file(path: Path, count: int, partner_id: UUID = PARTNER) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(record) + "\n" for record in records(count, partner_id))


class Copies:
    """The rows of every table in files, and an empty copy of each table with its indexes and checks."""

    def __init__(self, url: str, directory: Path) -> None:
        self._engine = create_engine(url, None, pool_size=1)
        self._directory = directory

    async def take(self) -> int:
        """Writes the rows to files; how many."""
        count = 0
        async with self._engine.begin() as connection:
            await connection.execute(text("CREATE SCHEMA copied"))
            driver: Any = (await connection.get_raw_connection()).driver_connection
            for table in metadata.sorted_tables:
                await driver.execute(f"CREATE TABLE copied.{table.name} (LIKE {table.name} INCLUDING ALL)")
                path = self._directory / table.name
                status = await driver.copy_from_table(table.name, output=path, format="binary")
                count += int(status.removeprefix("COPY "))
        return count

    async def put(self) -> None:
        async with self._engine.begin() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            for table in metadata.sorted_tables:
                path = self._directory / table.name
                await driver.copy_to_table(table.name, schema_name="copied", source=path, format="binary")

    async def close(self) -> None:
        await self._engine.dispose()


async def measure(url: str, count: int, directory: Path) -> str:
    path = directory / "subscriptions.jsonl"
    write_file(path, count)
    engine, copies = create_engine(url, DatabaseRole.APP, pool_size=1), Copies(url, directory)
    with path.open("rb") as file:
        begun, problems = time.perf_counter(), Problems()
        source = JsonLines(file)
        loaded = await import_file(engine, lambda: NOW, source, Options(UUID), problems, _silent)
        loading = time.perf_counter() - begun
    if loaded.new.get("subscription") != count:
        raise AssertionError([*problems.report(path.name)][:10])
    rows = await copies.take()
    begun = time.perf_counter()
    await copies.put()
    copying = time.perf_counter() - begun
    await copies.close()
    await engine.dispose()
    sides = {"tenure load": loading, "plain COPY": copying}
    figures = [
        [side, f"{seconds:,.1f}", f"{rows / seconds:,.0f}", f"{copying / seconds:.2f}"]
        for side, seconds in sides.items()
    ]
    return table(["", "seconds", "rows per second", "ratio"], figures)


def run(report: Report, count: int) -> None:
    with scratch_database() as url, tempfile.TemporaryDirectory(prefix="tenure-bench-") as directory:
        measured = asyncio.run(measure(url, count, Path(directory)))
    report.say("Loading", f"A file of {count:,} subscriptions, once.", measured)


def _silent(_what: str, _done: int, _total: int) -> None:
    pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="how many subscriptions")
    run(Report(), parser.parse_args().count)
