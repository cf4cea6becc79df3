"""The one writer: writes all rows of decisions, in the current unit of work.

No action writes rows itself, so none can forget its history, its lines, its invoice or its outbox rows.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from domain.decision import Decision
from domain.lines import CLOSING_KINDS
from domain.provisioning import ProvisioningStatus
from domain.quote import Quote, quote_of
from models.engine import new_id
from models.notifications import NOTIFY, notify, notify_values
from models.store.invoices import bill, next_numbers
from models.store.rows import Entry, child_rows, history_row, line_row, subscription_rows
from models.store.unit_of_work import Writing
from models.store.writes import CLOSE_LINE, INSERT_OUTBOX, Writes

T = TypeVar("T")

STRIDE = 25  # items: about a millisecond's work


@dataclass(frozen=True)
class Outcome:
    """A decision as it was carried out. Ids are None where the action made no such row."""

    quote: Quote
    subscription_id: UUID
    record_id: UUID
    invoice_id: UUID | None
    scheduled_change_id: UUID | None


async def record(tx: Writing, decision: Decision, reason: str | None, quote: Quote | None = None) -> Outcome:
    """Writes one decision, made now. `quote` is the decision's, if the caller has it already."""
    quote = quote or quote_of(decision)
    entry = Entry(decision, tx.now, reason)
    [invoice_id] = await record_all(tx, [entry])
    return Outcome(quote, decision.after.id, entry.id, invoice_id, _scheduled_change(decision))


async def record_all(tx: Writing, entries: Sequence[Entry]) -> list[UUID | None]:
    """Writes decisions about different subscriptions, in as many statements as two decisions need.

    One decision takes one statement, and another one for its invoice. Returns the ids of the invoices,
    None for an entry without lines.
    """
    entries = await _with_references(tx, entries)
    ids = [entry.id for entry in entries]
    first = Writes()
    invoice_ids = await overlap(bill(tx, entries), _state_rows(first, entries, tx.actor.name))
    if len(entries) == 1:
        await _ledger_rows(first, entries, invoice_ids)
        await first.send_with(tx, NOTIFY, notify_values(tx.partner.id, ids))
    else:
        second = Writes()
        await overlap(first.send(tx), _ledger_rows(second, entries, invoice_ids))
        await second.send(tx)
        await notify(tx.connection, tx.partner.id, ids)
    return invoice_ids


async def _with_references(tx: Writing, entries: Sequence[Entry]) -> list[Entry]:
    """The entries. New subscriptions have references."""
    new = [entry for entry in entries if not entry.decision.after.reference]
    numbers = iter(await next_numbers(tx, "subscription", len(new)))
    return [
        entry if entry.decision.after.reference else _with_reference(entry, f"S-{next(numbers):06d}")
        for entry in entries
    ]


def _with_reference(entry: Entry, reference: str) -> Entry:
    decision = entry.decision
    return replace(entry, decision=replace(decision, after=replace(decision.after, reference=reference)))


async def _state_rows(writes: Writes, entries: Iterable[Entry], actor: str) -> None:
    """The subscriptions as they are now, and their history."""
    async for entry in in_strides(entries):
        subscription_rows(writes, entry)
        child_rows(writes, entry)
        history_row(writes, entry, actor)


async def _ledger_rows(writes: Writes, entries: Sequence[Entry], invoice_ids: Sequence[UUID | None]) -> None:
    """The charge lines, and the events for third parties."""
    async for entry, invoice_id in in_strides(zip(entries, invoice_ids, strict=True)):
        if invoice_id:
            _line_rows(writes, entry, invoice_id)
        _outbox_rows(writes, entry)


def _line_rows(writes: Writes, entry: Entry, invoice_id: UUID) -> None:
    after = entry.decision.after
    for position, line in enumerate(entry.decision.lines):
        line_row(
            writes,
            line,
            subscription_id=after.id,
            record_id=entry.id,
            invoice_id=invoice_id,
            term_number=after.term.number,
            position=position,
            closed=False,
        )
        if line.kind in CLOSING_KINDS:
            writes.add(CLOSE_LINE, id=line.reverses, closed=True)


def _outbox_rows(writes: Writes, entry: Entry) -> None:
    decision, after = entry.decision, entry.decision.after
    common = {
        "subscription": after.reference,
        "version": entry.version,
        "effectiveOn": decision.effective_on,
    }
    for position, provision in enumerate(decision.provisioning):
        writes.add(
            INSERT_OUTBOX,
            id=new_id(),
            subscription_id=after.id,
            customer_id=after.customer.id,
            version=entry.version,
            position=position,
            kind=provision.kind,
            payload={**common, **provision.payload},
            status=ProvisioningStatus.PENDING,
            attempts=0,
            created_at=entry.at,
        )


def _scheduled_change(decision: Decision) -> UUID | None:
    """The change that the decision schedules; else the change that it revokes or applies."""
    before = [change.id for change in decision.before.scheduled] if decision.before else []
    after = [change.id for change in decision.after.scheduled]
    new, gone = [i for i in after if i not in before], [i for i in before if i not in after]
    return next(iter(new + gone), None)


async def overlap(database: Coroutine[Any, Any, T], work: Coroutine[Any, Any, None]) -> T:
    """Does `work` while the database runs a statement, and returns the database's result.

    The database has its own processor. `work` must not use the connection.
    """
    running = asyncio.ensure_future(database)
    try:
        await work
        await asyncio.wait([running])
    except asyncio.CancelledError:
        running.cancel()
        raise
    finally:
        # Also after an error: a rollback needs a free connection.
        await asyncio.wait([running])
    return running.result()


async def in_strides(items: Iterable[T]) -> AsyncIterator[T]:
    """Yields the same items. After each stride it lets the database get its next statement."""
    for index, item in enumerate(items):
        if index % STRIDE == 0:
            await asyncio.sleep(0)
        yield item
