"""Loads a file into a partner's books: all of it, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.setup.create_partner import CreatePartner, create_partner
from domain.errors import LifecycleError
from domain.principal import Actor
from models.engine import partner_transaction
from models.store.unit_of_work import Clock, exclusive_on
from models.tables import partner
from transfer.format import VERSION, Header
from transfer.format import Partner as GivenPartner
from transfer.problems import Complaints, Problems
from transfer.records import gather
from transfer.references import field_path, policy_changes
from transfer.run import Loaded, Loading, Progress
from transfer.sources import Source, parsed_header

ACTOR = Actor("import")


@dataclass(frozen=True)
class Options:
    """`partner_id` wins over the file's. `key_of` reads the file's: None for what is no id.

    `check_only` changes nothing; `skip_existing` leaves what is there as it is, whatever the file says;
    `renew_overdue` takes terms that are over: the worker renews them, and charges, as if it came late.
    """

    key_of: Callable[[str], UUID | None]
    partner_id: UUID | None = None
    check_only: bool = False
    skip_existing: bool = False
    renew_overdue: bool = False


class _RollBackError(Exception):
    """Ends the transaction without a change."""


async def load(
    engine: AsyncEngine, clock: Clock, source: Source, options: Options, problems: Problems, told: Progress
) -> Loaded:
    """What was loaded; nothing at all where `problems` has one afterwards."""
    raw = source.header(problems)
    header = parsed_header(raw, problems) if raw else None
    gathered = gather(source, problems, lambda at: told("Reading", at, source.size))
    if raw is None or header is None:
        return Loaded()
    complaints = Complaints(problems, raw.place, ())
    partner_id = _partner_id(header, options, complaints)
    if partner_id is None:
        return Loaded()
    loading = Loading(source, gathered, problems, told, options.skip_existing, options.renew_overdue)
    try:
        async with partner_transaction(engine, partner_id) as connection:
            await _partner(connection, partner_id, clock, header.partner, options, complaints)
            await loading.check(await exclusive_on(connection, partner_id, ACTOR, clock))
            if problems or options.check_only:
                raise _RollBackError
            await loading.write()
    except _RollBackError:
        pass
    return Loaded() if problems else loading.counted()


def _partner_id(header: Header, options: Options, complaints: Complaints) -> UUID | None:
    if header.tenure != VERSION:
        complaints.add(("tenure",), f"This is version {header.tenure} of the format. Known is {VERSION}.")
        return None
    if options.partner_id or header.partner.id is None:
        if options.partner_id is None:
            complaints.add(("partner", "id"), "Give the partner's id here, or with --partner.")
        return options.partner_id
    found = options.key_of(header.partner.id)
    if found is None:
        complaints.add(("partner", "id"), "This is no partner's id. Give it as the API does, or a UUID.")
    return found


async def _partner(
    connection: AsyncConnection,
    partner_id: UUID,
    clock: Clock,
    said: GivenPartner,
    options: Options,
    complaints: Complaints,
) -> None:
    """The partner must be there, and be as the file says; one that the file names by an id is made."""
    row = (await connection.execute(select(partner).where(partner.c.id == partner_id))).first()
    if row:
        for name in ("currency", "name"):
            value = getattr(said, name)
            if value not in (None, getattr(row, name)) and not (name == "name" and options.skip_existing):
                complaints.add(("partner", name), f"The partner's {name} is {getattr(row, name)}.")
                if name == "currency":
                    raise _RollBackError
        return
    if said.name is None or options.partner_id:
        complaints.add(
            ("partner",), "There is no such partner. Create it first, or give its id and name here."
        )
        raise _RollBackError
    command = CreatePartner(said.name, said.currency, policy_changes(said.policy), said.clock)
    try:
        await create_partner(connection, partner_id, clock, command)
    except LifecycleError as error:
        complaints.add(("partner", *field_path(error)), error.message)
        raise _RollBackError from error
