"""Imports subscriptions that run elsewhere, with what was charged for them there.

Each gets one history record, a CREATE, to which the lines belong. Nothing is charged, and no webhook is sent
since third parties have these subscriptions already.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

from domain.decision import ChangeSource, Decision
from domain.lifecycle import Action
from domain.lines import CLOSING_KINDS, Line
from domain.periods import Term
from domain.subscription import Subscription
from models.engine import new_id
from models.store.rows import INSERT_HISTORY, INSERT_LINE, INSERT_TERM, Entry, Writes
from models.store.unit_of_work import Transaction
from models.store.writer import line_values, record_all


@dataclass(frozen=True)
class ImportedLine:
    """`customer_id` is the customer of its invoice: the owner, or a former owner."""

    line: Line
    term_number: int
    invoice_id: UUID
    customer_id: UUID
    reversals: tuple["ImportedLine", ...] = ()


@dataclass(frozen=True)
class Import:
    """`state` has its reference, its last term, and new ids; `past` are the terms before that one.

    Terms tile; `lines` are those of all terms, in order of time.
    """

    state: Subscription
    past: tuple[Term, ...] = ()
    lines: tuple[ImportedLine, ...] = ()


async def import_all(tx: Transaction, imports: Sequence[Import]) -> None:
    """Writes them in as many statements as one needs. They must be checked already."""
    entries = [Entry(_decision(tx, item), tx.now) for item in imports]
    recorded = await record_all(tx, entries)
    writes = Writes()
    for item, record in zip(imports, recorded, strict=True):
        _past_terms(writes, item)
        record_ids = _former_records(tx, writes, item) | {item.state.customer.id: record.record_id}
        for row in _line_rows(item, record_ids):
            writes.add(INSERT_LINE, **row)
    await writes.send(tx)


def _decision(tx: Transaction, item: Import) -> Decision:
    state = replace(item.state, version=len(_former_owners(item)))
    return Decision(
        action=Action.CREATE,
        effective_on=tx.today(state.customer.time_zone),
        before=None,
        after=state,
        summary=f"Imported {state.plan.name}, purchased on {state.purchased_on}.",
        source=ChangeSource.ORDER,
    )


def _past_terms(writes: Writes, item: Import) -> None:
    for term in item.past:
        writes.add(
            INSERT_TERM,
            subscription_id=item.state.id,
            number=term.number,
            starts_on=term.starts_on,
            ends_before=term.ends_before,
            anchor_day=term.anchor_day,
        )


def _former_owners(item: Import) -> list[UUID]:
    """The other customers whose invoices have lines of it."""
    found = [line.customer_id for charged in item.lines for line in (charged, *charged.reversals)]
    return [one for one in dict.fromkeys(found) if one != item.state.customer.id]


def _former_records(tx: Transaction, writes: Writes, item: Import) -> dict[UUID, UUID]:
    """A record for each former owner: the present owner must not see its lines."""
    state, owners = item.state, _former_owners(item)
    ids = {owner: new_id() for owner in owners}
    for version, owner in enumerate(owners, start=1):
        writes.add(
            INSERT_HISTORY,
            id=ids[owner],
            subscription_id=state.id,
            customer_id=owner,
            version=version,
            action=Action.CREATE,
            at=tx.now,
            effective_on=tx.today(state.customer.time_zone),
            actor=tx.actor.name,
            reason=None,
            summary="Imported what an owner of before was charged.",
            changes=[],
        )
    return ids


def _line_rows(item: Import, record_ids: dict[UUID, UUID]) -> Iterator[dict[str, Any]]:
    row = partial(_line_row, item.state.id, record_ids)
    positions = count()
    for charged in item.lines:
        closed = any(reversal.line.kind in CLOSING_KINDS for reversal in charged.reversals)
        charge = row(charged, next(positions), closed=closed)
        yield charge
        for reversal in charged.reversals:
            yield row(reversal, next(positions), closed=False) | {"reverses_id": charge["id"]}


def _line_row(
    subscription_id: UUID,
    record_ids: dict[UUID, UUID],
    imported: ImportedLine,
    position: int,
    *,
    closed: bool,
) -> dict[str, Any]:
    return {
        "subscription_id": subscription_id,
        "record_id": record_ids[imported.customer_id],
        "invoice_id": imported.invoice_id,
        "term_number": imported.term_number,
        "position": position,
        "closed": closed,
        **line_values(imported.line),
    }
