"""Take over subscriptions from another system, with the lines that were charged there.

The history of each gets one CREATE record, which has the lines. Nothing is charged, and no event is sent:
third parties have provisioned the subscriptions already.
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
from models.store.rows import Entry, line_row, term_row
from models.store.unit_of_work import Writing
from models.store.writer import record_all
from models.store.writes import INSERT_HISTORY, INSERT_TERM, Writes


@dataclass(frozen=True)
class ImportedLine:
    """The line is on an invoice of `customer_id`: the owner or a former owner."""

    line: Line
    term_number: int
    invoice_id: UUID
    customer_id: UUID
    reversals: tuple["ImportedLine", ...] = ()


@dataclass(frozen=True)
class Import:
    """`state` has its reference, its last term, and new ids; `past` are the earlier terms.

    Terms follow each other without gaps. `lines` are those of all the terms, in order of time.
    """

    state: Subscription
    past: tuple[Term, ...] = ()
    lines: tuple[ImportedLine, ...] = ()


async def import_all(tx: Writing, imports: Sequence[Import]) -> None:
    """Writes checked imports, in as many statements as one import needs."""
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
    """The other customers whose invoices have its lines."""
    customer_ids = [line.customer_id for charged in item.lines for line in (charged, *charged.reversals)]
    return [
        customer_id for customer_id in dict.fromkeys(customer_ids) if customer_id != item.state.customer.id
    ]


def _former_records(tx: Writing, writes: Writes, item: Import) -> dict[UUID, UUID]:
    """Adds a record for each former owner, whose lines the current owner must not see. Ids by owner."""
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
