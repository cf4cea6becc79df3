"""Gathers the rows of decisions by table, so that many decisions take no more statements than one."""

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import Select, literal, select

from models.bulk_write import delete_rows, insert_rows, update_rows, write, write_together
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

INSERT_SUBSCRIPTION = partial(insert_rows, subscription)
UPDATE_SUBSCRIPTION = partial(update_rows, subscription, ("id",))
INSERT_TERM = partial(insert_rows, term)
UPDATE_TERM = partial(update_rows, term, ("subscription_id", "number"))
INSERT_ADD_ON = partial(insert_rows, add_on)
UPDATE_ADD_ON = partial(update_rows, add_on, ("id",))
INSERT_ADD_ON_RECORD = partial(insert_rows, add_on_record)
HOLD_NUMBER = partial(update_rows, phone_number, ("id",))
DELETE_ASSIGNEE = partial(delete_rows, assignee)
INSERT_ASSIGNEE = partial(insert_rows, assignee)
SETTLE_SCHEDULED = partial(update_rows, scheduled_change, ("id",))
MOVE_SCHEDULED = partial(update_rows, scheduled_change, ("id",))
INSERT_SCHEDULED = partial(insert_rows, scheduled_change)
INSERT_HISTORY = partial(insert_rows, history)
INSERT_LINE = partial(insert_rows, charge_line)
CLOSE_LINE = partial(update_rows, charge_line, ("id",))
INSERT_OUTBOX = partial(insert_rows, outbox)

# Rows come after those that they refer to. A change is settled before another one takes its place.
ORDER = (
    INSERT_SUBSCRIPTION,
    UPDATE_SUBSCRIPTION,
    INSERT_TERM,
    UPDATE_TERM,
    INSERT_ADD_ON,
    UPDATE_ADD_ON,
    INSERT_ADD_ON_RECORD,
    HOLD_NUMBER,
    DELETE_ASSIGNEE,
    INSERT_ASSIGNEE,
    SETTLE_SCHEDULED,
    MOVE_SCHEDULED,
    INSERT_SCHEDULED,
    INSERT_HISTORY,
    INSERT_LINE,
    CLOSE_LINE,
    INSERT_OUTBOX,
)


class Writes:
    def __init__(self) -> None:
        self._rows: defaultdict[TableBatch, list[Row]] = defaultdict(list)

    def add(self, batch: TableBatch, **values: Any) -> None:
        """One more row for that batch. All rows of a batch have the same columns."""
        self._rows[batch].append(values)

    async def send(self, tx: Writing) -> None:
        for batch in ORDER:
            if rows := self._rows.get(batch):
                await write(tx.connection, batch, tx.partner.id, rows)

    async def send_with(self, tx: Writing, last: Select[Any], values: Mapping[str, Any]) -> None:
        """The same in one statement that ends with `last`: for few rows, where round trips cost most.

        A second batch of the same table needs another statement.
        """
        *earlier, final = self._groups()
        for group in earlier:
            await write_together(tx.connection, tx.partner.id, group, _NOTHING, {})
        await write_together(tx.connection, tx.partner.id, final, last, values)

    def _groups(self) -> list[list[tuple[TableBatch, list[Row]]]]:
        """Consecutive batches of different tables."""
        groups: list[list[tuple[TableBatch, list[Row]]]] = [[]]
        for batch in ORDER:
            if rows := self._rows.get(batch):
                if any(batch.args[0] is other.args[0] for other, _ in groups[-1]):
                    groups.append([])
                groups[-1].append((batch, rows))
        return groups
