"""Take subscriptions over as they stand elsewhere, with what was charged for them there.

Each gets one history record, a CREATE that says so, under which the lines stand. Nothing is charged, and
third parties are told nothing: they have what was sold already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from uuid import UUID

from domain.decision import ChangeSource, Decision
from domain.lifecycle import Action
from domain.lines import CLOSING_KINDS, Line
from domain.periods import Term
from domain.subscription import Subscription
from models.engine import new_id
from models.store.rows import INSERT_HISTORY, INSERT_TERM, Entry, Writes, line_row, term_row
from models.store.unit_of_work import Writing
from models.store.writer import record_all


@dataclass(frozen=True)
class ImportedLine:
    """`customer_id` is whose invoice it stands on: the owner's, or that of an owner of before."""

    line: Line
    term_number: int
    invoice_id: UUID
    customer_id: UUID
    reversals: tuple["ImportedLine", ...] = ()


@dataclass(frozen=True)
class Import:
    """`state` has its reference, its last term, and new ids; `past` are the terms before that one.

    Terms tile, and lines are those of `past` and of the last term, in order of time.
    """

    state: Subscription
    past: tuple[Term, ...] = ()
    lines: tuple[ImportedLine, ...] = ()


async def import_all(tx: Writing, imports: Sequence[Import]) -> None:
    """Writes them in as many statements as one of them needs. All must have been checked."""
    entries = [Entry(_decision(tx, item), tx.now) for item in imports]
    await record_all(tx, entries)
    writes = Writes()
    for item, entry in zip(imports, entries, strict=True):
        for term in item.past:
            term_row(writes, INSERT_TERM, item.state.id, term)
        records = _former_records(tx, writes, item) | {item.state.customer.id: entry.id}
        _line_rows(writes, item, records)
    await writes.send(tx)


def _decision(tx: Writing, item: Import) -> Decision:
    state = replace(item.state, version=len(_former_owners(item)))
    return Decision(
        action=Action.CREATE,
        effective_on=tx.today(state.customer.time_zone),
        before=None,
        after=state,
        summary=f"Imported {state.plan.name}, purchased on {state.purchased_on}.",
        source=ChangeSource.ORDER,
    )


def _former_owners(item: Import) -> list[UUID]:
    """Whose invoices have lines of it, but for the owner's."""
    found = [line.customer_id for charged in item.lines for line in (charged, *charged.reversals)]
    return [one for one in dict.fromkeys(found) if one != item.state.customer.id]


def _former_records(tx: Writing, writes: Writes, item: Import) -> dict[UUID, UUID]:
    """A record for each former owner, by owner: the present owner must not see their lines."""
    owners = _former_owners(item)
    ids = {owner: new_id() for owner in owners}
    for version, owner in enumerate(owners, start=1):
        writes.add(
            INSERT_HISTORY,
            id=ids[owner],
            subscription_id=item.state.id,
            customer_id=owner,
            version=version,
            action=Action.CREATE,
            at=tx.now,
            effective_on=tx.today(item.state.customer.time_zone),
            actor=tx.actor.name,
            reason=None,
            summary="Imported what an owner of before was charged.",
            changes=[],
        )
    return ids


def _line_rows(writes: Writes, item: Import, records: Mapping[UUID, UUID]) -> None:
    positions = count()

    def add(imported: ImportedLine, *, closed: bool = False, reverses: UUID | None = None) -> UUID:
        line = imported.line
        return line_row(
            writes,
            replace(line, reverses=reverses) if reverses else line,
            subscription_id=item.state.id,
            record_id=records[imported.customer_id],
            invoice_id=imported.invoice_id,
            term_number=imported.term_number,
            position=next(positions),
            closed=closed,
        )

    for charged in item.lines:
        closed = any(reversal.line.kind in CLOSING_KINDS for reversal in charged.reversals)
        charge_id = add(charged, closed=closed)
        for reversal in charged.reversals:
            add(reversal, reverses=charge_id)
