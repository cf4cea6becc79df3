"""Imports a file into one partner: all of it, or nothing.

Each record is parsed once. The subscriptions come last, because they refer to the others. They are read page
by page, because they may not fit into memory. Each is built once and checked. It is written while there is no
problem.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

import sqlalchemy
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.import_subscriptions import Import, import_all
from actions.setup.create_partner import CreatePartner, create_partner
from domain.errors import LifecycleError
from domain.principal import Actor
from models.engine import partner_transaction
from models.store.unit_of_work import Clock, Exclusive, exclusive_on
from models.tables import partner
from transfer.build import build
from transfer.charges import Invoices
from transfer.existing_subscriptions import Exporter, subscription_records
from transfer.format import VERSION, Header, Json
from transfer.problems import Problems, RecordProblems
from transfer.records import Parsed, Records, Source
from transfer.references import References, command_of, field_path
from transfer.validate import Checks
from transfer.write import reserve, write_records

ACTOR = Actor("import")
BATCH = 500

# PostgreSQL keeps its plans for checking foreign keys. A plan made for an empty table scans the whole table
# for each row, so the plans are discarded as the tables fill up.
_DISCARD_PLANS = sqlalchemy.text("DISCARD PLANS")

Report = Callable[[str, int, int], None]
"""Receives the step, how far it has come, and how far it goes."""


@dataclass(frozen=True)
class Options:
    """`partner_id` wins over the file's. `key_of` reads the file's; it gives None if that is no id.

    `check_only` changes nothing. `skip_existing` does not compare records that the database has.
    `renew_overdue` accepts terms that are over: the worker renews and charges them.
    """

    key_of: Callable[[str], UUID | None]
    partner_id: UUID | None = None
    check_only: bool = False
    skip_existing: bool = False
    renew_overdue: bool = False


@dataclass(frozen=True)
class Imported:
    """How many records of each kind were new, and how many were there already."""

    new: dict[str, int] = field(default_factory=dict)
    existing: int = 0


class _RollBackError(Exception):
    """Ends the transaction without a change."""


async def import_file(
    engine: AsyncEngine,
    clock: Clock,
    source: Source,
    options: Options,
    problems: Problems,
    report: Report,
) -> Imported:
    """What was imported; nothing if `problems` has one afterwards."""
    records = Records(source, problems)
    header = records.header()
    records.read(lambda at: report("Reading", at, source.size))
    step = "Checking" if options.check_only else "Loading"
    subscriptions = records.subscriptions(lambda at: report(step, at, source.size))
    imported = Imported()
    if header and (partner_id := _partner_id(*header, options)):
        try:
            async with partner_transaction(engine, partner_id) as connection:
                await _check_partner(connection, partner_id, clock, *header, options)
                tx = await exclusive_on(connection, partner_id, ACTOR, clock)
                references = References(tx, records, options.skip_existing)
                invoices = Invoices(references)
                imported = await _Import(tx, records, references, invoices, options).run(subscriptions)
                if problems or options.check_only:
                    raise _RollBackError
        except _RollBackError:
            pass
    for _ in subscriptions:  # reads the rest, to report its problems
        pass
    return Imported() if problems else imported


def _partner_id(header: Header, problems: RecordProblems, options: Options) -> UUID | None:
    if header.tenure != VERSION:
        problems.add(("tenure",), f"This is version {header.tenure} of the format. Known is {VERSION}.")
        return None
    if options.partner_id or header.partner.id is None:
        if options.partner_id is None:
            problems.add(("partner", "id"), "Give the partner's id here, or with --partner.")
        return options.partner_id
    partner_id = options.key_of(header.partner.id)
    if partner_id is None:
        problems.add(("partner", "id"), "This is no partner's id. Give it as the API does, or a UUID.")
    return partner_id


async def _check_partner(
    connection: AsyncConnection,
    partner_id: UUID,
    clock: Clock,
    header: Header,
    problems: RecordProblems,
    options: Options,
) -> None:
    """Checks that the partner is as the file says. Creates it if the file has its id and name."""
    record = header.partner
    row = (await connection.execute(select(partner).where(partner.c.id == partner_id))).first()
    if row:
        if record.currency != row.currency:
            problems.add(("partner", "currency"), f"The partner's currency is {row.currency}.")
            raise _RollBackError
        if record.name not in (None, row.name) and not options.skip_existing:
            problems.add(("partner", "name"), f"The partner's name is {row.name}.")
        return
    if record.name is None or options.partner_id:
        text = "There is no such partner. Create it first, or give its id and name here."
        problems.add(("partner",), text)
        raise _RollBackError
    try:
        await create_partner(connection, partner_id, clock, command_of(CreatePartner, record))
    except LifecycleError as error:
        problems.add(("partner", *field_path(error)), error.message)
        raise _RollBackError from error


@dataclass(frozen=True)
class _Import:
    tx: Exclusive
    records: Records
    references: References
    invoices: Invoices
    options: Options

    @property
    def _writing(self) -> bool:
        return not self.records.problems and not self.options.check_only

    async def run(self, subscriptions: Iterator[Parsed]) -> Imported:
        by_kind = self.records.by_kind
        await self.references.load()
        await self.invoices.load()
        if self._writing:
            await write_records(self.tx, self.references)
            await reserve(self.tx, "contract", by_kind["contract"])
            await reserve(self.tx, "invoice", by_kind["invoice"])
        for number, page in enumerate(iter(lambda: [*islice(subscriptions, BATCH)], [])):
            await self.references.load_for(page)
            existing = await self._existing(page)
            new = [built for item in page if (built := self._checked(item, existing))]
            if new and self._writing:
                if number.bit_count() == 1:  # at 1, 2, 4, 8 ...
                    await self.tx.connection.execute(_DISCARD_PLANS)
                await self.invoices.write(self.tx)
                await import_all(self.tx, new)
        self._check_invoices()
        if self._writing:
            await reserve(self.tx, "subscription", self.records.lines)
        return Imported() if self.records.problems else self._counts()

    async def _existing(self, page: list[Parsed]) -> dict[str, Json]:
        """The page's subscriptions that the database has, for the comparison."""
        compared = {} if self.options.skip_existing else self.references.existing
        ids = [compared[item.key] for item in page if item.key in compared]
        return {r["reference"]: r async for r in subscription_records(self.tx, ids)} if ids else {}

    def _checked(self, item: Parsed, existing: dict[str, Json]) -> Import | None:
        """The subscription if it is new."""
        exists, problems = item.key in self.references.existing, self.records.problems
        if exists and self.options.skip_existing:
            return None
        before = len(problems)
        built = build(item.record, self.references, self.invoices, item.problems(problems))
        if built and not exists:
            self._check_new(item, built)
            return built
        if built and len(problems) == before:
            exporter = Exporter(self.tx.partner.currency, self.invoices.label)
            self.references.compare(
                item, existing[item.key], exporter.record(built, set(item.record.assignees))
            )
        return None

    def _check_new(self, item: Parsed, built: Import) -> None:
        problems = item.problems(self.records.problems)
        today = self.tx.today(built.state.customer.time_zone)
        for path, text in Checks(built, today, self.options.renew_overdue).findings():
            problems.add(path, text)
        for index, e164 in enumerate(item.record.numbers):
            stocked = self.references.numbers.get(e164)
            if stocked and stocked.holder:
                problems.add(
                    ("numbers", index), f"The subscription {stocked.holder} holds this number already."
                )
        for number in dict.fromkeys(i.number for i in self.invoices.charge(built.lines)):
            text = f"The invoice {number} is in the database already. Issued invoices never change."
            problems.add((), text)

    def _check_invoices(self) -> None:
        for item in self.records.by_kind["invoice"].values():
            invoice = self.invoices.by_number.get(item.key)
            if invoice and not invoice.used and not invoice.exists:
                text = "No new subscription has a charge on it. Leave it out."
                item.problems(self.records.problems).add((), text)

    def _counts(self) -> Imported:
        by_kind, lines = self.records.by_kind, self.records.lines
        invoices = self.invoices.by_number
        new = {kind: len(items) for kind, items in self.references.new.items()}
        new["invoice"] = sum(invoice.used for invoice in invoices.values())
        new["subscription"] = len(lines) - len(self.references.existing)
        from_file = sum(new.values()) - new["invoice"] + sum(invoices[key].used for key in by_kind["invoice"])
        total = sum(len(records) for records in by_kind.values()) + len(lines)
        return Imported({kind: count for kind, count in new.items() if count}, total - from_file)
