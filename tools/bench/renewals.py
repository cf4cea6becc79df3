"""Renewals: `RenewalWorker.run_once` against one handwritten statement that does the same for all rows."""

import argparse
import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from actions.billing_run import do_next
from domain.periods import add_months
from domain.principal import SYSTEM
from models.engine import DatabaseRole, create_engine, partner_transaction
from models.store.unit_of_work import writing
from tools.bench.harness import scratch_database, take_turns
from tools.bench.renewal_data import sell
from tools.bench.report import Report, table
from workers.renewals import RenewalWorker

BOUGHT = date(2025, 1, 31)  # the 31st, so that some terms end on the last day of a shorter month
STATEMENT = text(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))

# Every column except the ids, which differ between two runs.
ANSWERS = {
    "subscriptions": """
        SELECT to_jsonb(s) - ARRAY['partner_id', 'id', 'customer_id', 'plan_id'] FROM subscription s
        ORDER BY reference""",
    "terms": """
        SELECT reference, to_jsonb(t) - ARRAY['partner_id', 'subscription_id']
        FROM term t JOIN subscription s ON s.id = t.subscription_id ORDER BY reference, number""",
    "history": """
        SELECT reference, to_jsonb(h) - ARRAY['partner_id', 'id', 'subscription_id', 'customer_id']
        FROM history h JOIN subscription s ON s.id = h.subscription_id ORDER BY reference, h.version""",
    "lines": """
        SELECT reference, h.version, i.number, c.name, to_jsonb(l)
            - ARRAY['partner_id', 'id', 'subscription_id', 'record_id', 'invoice_id']
        FROM charge_line l JOIN history h ON h.id = l.record_id JOIN invoice i ON i.id = l.invoice_id
        JOIN subscription s ON s.id = l.subscription_id JOIN customer c ON c.id = i.customer_id
        ORDER BY reference, h.version, position""",
    "invoices": """
        SELECT c.name, to_jsonb(i) - ARRAY['partner_id', 'id', 'customer_id']
        FROM invoice i JOIN customer c ON c.id = i.customer_id
        ORDER BY c.name, i.created_at, i.number""",
    "counters": "SELECT name, value FROM counter ORDER BY name",
}


class Renewals:
    """Two partners with equal data: the worker renews one, the statement the other."""

    def __init__(self, url: str) -> None:
        self.now = datetime(2025, 1, 31, 12, tzinfo=UTC)
        self.engine = create_engine(url, DatabaseRole.APP, pool_size=1)
        self.worker = RenewalWorker(url, lambda: self.now)

    async def set_up(self, count: int) -> None:
        self.by_worker = await sell(self.engine, "Worker", count, self.now, sandbox=False)
        self.by_statement = await sell(self.engine, "Statement", count, self.now, sandbox=True)
        await self.worker.run_once()

    async def close(self) -> None:
        await self.worker.close()
        await self.engine.dispose()

    async def fall_due(self, month: int) -> None:
        """Moves the clock to the day all terms end; invoices that are due before are issued."""
        due = add_months(BOUGHT, month, BOUGHT.day)
        self.now = datetime(due.year, due.month, due.day, 12, tzinfo=UTC)
        for partner_id in (self.by_worker, self.by_statement):
            await self._issue(partner_id, self.now - timedelta(days=5))

    async def work(self) -> None:
        await self.worker.run_once()

    async def run_statement(self) -> None:
        async with partner_transaction(self.engine, self.by_statement) as connection:
            await connection.execute(STATEMENT, {"partner_id": self.by_statement, "now": self.now})

    async def compare(self) -> dict[str, int]:
        """How many rows there are of each kind. Raises AssertionError if the two partners' rows differ."""
        return {name: await self._same(name, query) for name, query in ANSWERS.items()}

    async def _same(self, name: str, query: str) -> int:
        mine, other = await self._rows(self.by_worker, query), await self._rows(self.by_statement, query)
        for left, right in zip(mine, other, strict=True):
            if left != right:
                raise AssertionError(f"The {name} differ:\n{left}\n{right}")
        return len(mine)

    async def _rows(self, partner_id: UUID, query: str) -> list[Any]:
        async with partner_transaction(self.engine, partner_id, snapshot=True) as connection:
            return list((await connection.execute(text(query))).all())

    async def _issue(self, partner_id: UUID, until: datetime) -> None:
        async with writing(self.engine, partner_id, SYSTEM, lambda: until) as tx:
            while await do_next(tx, until, until):
                pass


async def _vacuum(url: str) -> None:
    engine = create_engine(url, None, pool_size=1)
    async with engine.connect() as connection:
        free = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await free.execute(text("VACUUM ANALYZE"))
    await engine.dispose()


async def measure(url: str, count: int, rounds: int) -> str:
    renewals = Renewals(url)
    await renewals.set_up(count)

    async def between(number: int) -> None:
        await renewals.fall_due(number + 2)
        await _vacuum(url)

    await renewals.fall_due(1)
    await renewals.work()
    await renewals.run_statement()
    await renewals.compare()
    sides = {"RenewalWorker.run_once": renewals.work, "one SQL statement": renewals.run_statement}
    figures = await take_turns(rounds, sides, between)
    await renewals.compare()
    await renewals.close()
    yardstick = figures.median("one SQL statement")
    rows = [
        [side, f"{count / figures.median(side):,.0f}", f"{yardstick / figures.median(side):.2f}"]
        for side in sides
    ]
    return table(["", "rows per second", "ratio"], rows)


def run(report: Report, count: int, rounds: int) -> None:
    with scratch_database() as url:
        measured = asyncio.run(measure(url, count, rounds))
    report.say("Renewals", f"{count:,} subscriptions fall due at once, medians of {rounds} rounds.", measured)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="how many subscriptions fall due at once")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    run(Report(), options.count, options.rounds)
