"""Collects the rows of decisions by table, so that many decisions take no more statements than one."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Select, Table, literal, select

from models.bulk_write import Names, delete_rows, insert_rows, update_rows, write, write_together
from models.store.unit_of_work import Writing
from models.tables import (
    add_on,
    add_on_record,
    assignee,
    charge_line,
    history,
    outbox,
    phone_number,
    scheduled_change,
    subscription,
    term,
)

Row = dict[str, Any]
TableBatch = partial[Any]
"""A `Batch` with its table as first argument."""

_NOTHING = select(literal(None))

_IN_ORDER: list[TableBatch] = []


def _batch(make: Callable[..., Any], table: Table, *key: Names) -> TableBatch:
    """Appends a batch: they are written in the order of these calls."""
    _IN_ORDER.append(partial(make, table, *key))
    return _IN_ORDER[-1]


# A row comes after the rows that it refers to. A scheduled change is settled before another replaces it.
INSERT_SUBSCRIPTION = _batch(insert_rows, subscription)
UPDATE_SUBSCRIPTION = _batch(update_rows, subscription, ("id",))
INSERT_TERM = _batch(insert_rows, term)
UPDATE_TERM = _batch(update_rows, term, ("subscription_id", "number"))
INSERT_ADD_ON = _batch(insert_rows, add_on)
UPDATE_ADD_ON = _batch(update_rows, add_on, ("id",))
INSERT_ADD_ON_RECORD = _batch(insert_rows, add_on_record)
HOLD_NUMBER = _batch(update_rows, phone_number, ("id",))
DELETE_ASSIGNEE = _batch(delete_rows, assignee)
INSERT_ASSIGNEE = _batch(insert_rows, assignee)
SETTLE_SCHEDULED = _batch(update_rows, scheduled_change, ("id",))
MOVE_SCHEDULED = _batch(update_rows, scheduled_change, ("id",))
INSERT_SCHEDULED = _batch(insert_rows, scheduled_change)
INSERT_HISTORY = _batch(insert_rows, history)
INSERT_LINE = _batch(insert_rows, charge_line)
CLOSE_LINE = _batch(update_rows, charge_line, ("id",))
INSERT_OUTBOX = _batch(insert_rows, outbox)


class Writes:
    def __init__(self) -> None:
        self._rows: defaultdict[TableBatch, list[Row]] = defaultdict(list)

    def add(self, batch: TableBatch, **values: Any) -> None:
        """Adds a row to the batch. All rows of a batch have the same columns."""
        self._rows[batch].append(values)

    async def send(self, tx: Writing) -> None:
        for batch in _IN_ORDER:
            if rows := self._rows.get(batch):
                await write(tx.connection, batch, tx.partner.id, rows)

    async def send_with(self, tx: Writing, last: Select[Any], values: Mapping[str, Any]) -> None:
        """Sends them in one statement that ends with `last`: for few rows, where round trips cost most.

        A second batch of the same table needs another statement.
        """
        *earlier, final = self._groups()
        for group in earlier:
            await write_together(tx.connection, tx.partner.id, group, _NOTHING, {})
        await write_together(tx.connection, tx.partner.id, final, last, values)

    def _groups(self) -> list[list[tuple[TableBatch, list[Row]]]]:
        """Consecutive batches of different tables."""
        groups: list[list[tuple[TableBatch, list[Row]]]] = [[]]
        for batch in _IN_ORDER:
            if rows := self._rows.get(batch):
                if any(batch.args[0] is other.args[0] for other, _ in groups[-1]):
                    groups.append([])
                groups[-1].append((batch, rows))
        return groups
