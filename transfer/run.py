"""The second and the third reading: every subscription checked, and then every new one written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from sqlalchemy import text

from actions.import_subscriptions import Import, import_all
from models.store.unit_of_work import Exclusive
from transfer import stored_subscriptions
from transfer.build import build
from transfer.look_up import DIFFERS, LookUp
from transfer.problems import Problems
from transfer.records import Gathered, subscriptions
from transfer.references import Known
from transfer.sources import Parsed, Source
from transfer.telling import Exporter, Json
from transfer.validate import Checks
from transfer.write import reserve, write_parties

BATCH = 500

# PostgreSQL checks foreign keys by plans that it makes with the first rows and keeps. Made for empty tables,
# they look through whole tables for each row, so they are made again as the tables fill up.
_PLAN_ANEW = text("DISCARD PLANS")

T = TypeVar("T")

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how far it has come, and how far it goes."""


@dataclass(frozen=True)
class Loaded:
    """How many records of each kind were new, and how many were there already."""

    new: dict[str, int] = field(default_factory=dict)
    existing: int = 0


@dataclass
class Loading:
    """One file on its way into one partner's books."""

    source: Source
    gathered: Gathered
    problems: Problems
    told: Progress
    skip_existing: bool
    renew_overdue: bool

    async def check(self, tx: Exclusive) -> None:
        """Reports every problem that is left. The transaction must have the partner alone."""
        known = Known(tx.partner.currency, tx.partner.policy)
        self.tx, self.found = tx, LookUp(tx, self.gathered, self.problems, self.skip_existing, known)
        await self.found.run()
        for page in _pages(self._subscriptions("Checking")):
            there = await self._stored(page)
            for item in page:
                self._check(item, there)
        for invoice in self.gathered.records["invoice"].values():
            standing = self.found.ledger.by_number.get(invoice.record.number)
            if standing and not standing.used and not standing.stored:
                words = "No new subscription has a charge on it. Leave it out."
                invoice.complaints(self.problems).add((), words)

    def counted(self) -> Loaded:
        """What there is to write, or was; needs a file without problems."""
        gathered, found = self.gathered, self.found
        new = {kind: len(items) for kind, items in found.new.items()}
        new["invoice"] = sum(1 for item in found.ledger.by_number.values() if item.used)
        new["subscription"] = len(gathered.lines) - len(found.existing)
        total = sum(len(records) for records in gathered.records.values()) + len(gathered.lines)
        listed = sum(1 for n in gathered.records["invoice"] if found.ledger.by_number[n].used)
        written = sum(new.values()) - new["invoice"] + listed
        return Loaded({kind: count for kind, count in new.items() if count}, total - written)

    async def write(self) -> None:
        """Needs a file without problems."""
        found = self.found
        await write_parties(self.tx, found)
        await reserve(self.tx, "subscription", self.gathered.lines)
        await reserve(self.tx, "contract", self.gathered.records["contract"])
        await reserve(self.tx, "invoice", self.gathered.records["invoice"])
        await found.ledger.write(self.tx)
        new = (i for i in self._subscriptions("Exclusive") if i.record.reference not in found.existing)
        for number, page in enumerate(_pages(new)):
            if number.bit_count() == 1:  # at 1, 2, 4, 8 ...
                await self.tx.connection.execute(_PLAN_ANEW)
            await import_all(self.tx, [self._rebuilt(item) for item in page])

    def _subscriptions(self, what: str) -> Iterator[Parsed]:
        return subscriptions(self.source, lambda at: self.told(what, at, self.source.size))

    async def _stored(self, page: list[Parsed]) -> dict[str, Json]:
        """Those of the page that are there already, unless they are left as they are anyway."""
        ids = [self.found.existing.get(item.record.reference) for item in page]
        known = [] if self.skip_existing else [key for key in ids if key]
        if not known:
            return {}
        return {t["reference"]: t async for t in stored_subscriptions.subscriptions(self.tx, known)}

    def _check(self, item: Parsed, there: dict[str, Json]) -> None:
        exists = item.record.reference in self.found.existing
        if exists and self.skip_existing:
            return
        before = len(self.problems)
        imported = self._built(item, self.problems)
        if imported is None:
            return
        if exists and len(self.problems) == before:
            teller = Exporter(self.found.known.currency, self.found.ledger.label)
            if teller.told(imported, set(item.record.assignees)) != there[item.record.reference]:
                item.complaints(self.problems).add((), DIFFERS)
        elif not exists:
            self._check_new(item, imported)

    def _check_new(self, item: Parsed, imported: Import) -> None:
        complaints = item.complaints(self.problems)
        today = self.tx.today(imported.state.customer.time_zone)
        for path, words in Checks(imported, today, self.renew_overdue).findings():
            complaints.add(path, words)
        for index, e164 in enumerate(item.record.numbers):
            stocked = self.found.known.numbers.get(e164)
            if stocked and (holder := stocked.holder):
                complaints.add(("numbers", index), f"The subscription {holder} holds this number already.")
        for full in {invoice.number for invoice in self.found.ledger.put(imported.lines)}:
            words = f"The invoice {full} is in the database already. Issued invoices never change."
            complaints.add((), words)

    def _built(self, item: Parsed, problems: Problems) -> Import | None:
        return build(item.record, self.found.known, self.found.ledger, item.complaints(problems))

    def _rebuilt(self, item: Parsed) -> Import:
        problems = Problems()
        imported = self._built(item, problems)
        if imported is None or problems:
            raise ValueError(f"{item.record.reference} was sound when it was checked: has the file changed?")
        return imported


def _pages(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while page := [*islice(left, BATCH)]:
        yield page
