"""Live updates: one listener per process receives new history records and hands them to watchers."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from traceback import format_exception
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.principal import Principal
from models.engine import is_disconnect, partner_transaction
from models.notifications import listen
from models.store.unit_of_work import Clock
from models.tables import history
from resolvers.errors import RequestError, RequestErrorCode

BUFFER = 4_000
"""Records that may wait for a slow reader; one more drops it. A worker writes up to 1,000 at once."""

CATCH_UP = 5.0
"""Seconds between two searches for records with missed notifications."""

OVERLAP = timedelta(seconds=30)
"""The longest time from the creation of a record's id to its commit."""

_IDS = ARRAY(Uuid)

log = structlog.get_logger(__name__)


def first_id_at(instant: datetime) -> UUID:
    """The lowest UUIDv7 of that millisecond."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)


def made_at(record_id: UUID) -> datetime:
    """When a UUIDv7 was made, to the millisecond."""
    return datetime.fromtimestamp((record_id.int >> 80) / 1000, UTC)


class Watcher:
    """The records for one live query. Without `subscription_id`, all that the principal may see.

    `since` is the lowest id that catching up may bring: older records existed before the watch began.
    """

    def __init__(self, principal: Principal, subscription_id: UUID | None, since: UUID) -> None:
        self._principal, self._subscription_id, self.since = principal, subscription_id, since
        self._records: asyncio.Queue[Any] = asyncio.Queue(BUFFER)
        self._dropped = False

    def offer(self, row: Any) -> None:
        """Keeps the record if the watcher may see it and watches its subscription. Never waits."""
        visible = self._principal.customer_id in (None, row.customer_id)
        watched = self._subscription_id in (None, row.subscription_id)
        if visible and watched and not self._dropped:
            try:
                self._records.put_nowait(row)
            except asyncio.QueueFull:
                self._dropped = True

    async def next(self) -> Any:
        """The next record. Raises SLOW_READER if too many waited; clients reconnect with `after`."""
        if self._dropped and self._records.empty():
            raise RequestError(
                RequestErrorCode.SLOW_READER,
                "Updates came faster than they were read. Go on with the last record's id as `after`.",
            )
        return await self._records.get()


class LiveUpdates:
    """Watchers get records while `run` runs."""

    def __init__(self, database_url: str, engine: AsyncEngine, clock: Clock) -> None:
        self._url, self._engine, self._clock = database_url, engine, clock
        self._watchers: defaultdict[UUID, set[Watcher]] = defaultdict(set)
        self._notified: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._delivered: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._wake = asyncio.Event()
        self._caught_up_at = clock()

    @contextmanager
    def watch(
        self, principal: Principal, partner_id: UUID, subscription_id: UUID | None, *, resuming: bool
    ) -> Iterator[Watcher]:
        """Watches until the block ends. With `resuming`, also records that were made up to OVERLAP before."""
        since = self._clock() - OVERLAP if resuming else self._clock()
        watcher = Watcher(principal, subscription_id, first_id_at(since))
        self._watchers[partner_id].add(watcher)
        try:
            yield watcher
        finally:
            self._watchers[partner_id].discard(watcher)
            if not self._watchers[partner_id]:
                del self._watchers[partner_id]

    async def run(self) -> None:
        """Runs until it is cancelled, and reconnects after a lost connection."""
        while True:
            try:
                await self._listen()
            except Exception as error:
                if not is_disconnect(error):
                    # Formatted here: a renderer that shows local variables would write the password.
                    log.error("feed failed", exception="".join(format_exception(error)))
            await asyncio.sleep(1)

    async def _listen(self) -> None:
        now = asyncio.get_running_loop().time
        connection = await listen(self._url, self._on_notification, self._wake.set)
        next_catch_up = now()  # at once: records may have been committed before we listened
        try:
            while not connection.is_closed():
                if now() >= next_catch_up:
                    await self._catch_up()
                    next_catch_up = now() + CATCH_UP
                notified, self._notified = self._notified, defaultdict(set)
                for partner_id, record_ids in notified.items():
                    these = history.c.id == any_(literal([*record_ids], _IDS))
                    await self._deliver(partner_id, these, catching_up=False)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), next_catch_up - now())
                self._wake.clear()
        finally:
            with suppress(Exception):
                await connection.close(timeout=1)

    def _on_notification(self, partner_id: UUID, record_id: UUID) -> None:
        if partner_id in self._watchers:
            self._notified[partner_id].add(record_id)
            self._wake.set()

    async def _catch_up(self) -> None:
        """Delivers the records whose notification was missed since the last call."""
        began, oldest = self._clock(), first_id_at(self._caught_up_at - OVERLAP)
        for partner_id in list(self._watchers):
            await self._deliver(partner_id, history.c.id >= oldest, catching_up=True)
        self._caught_up_at = began
        # Catching up does not find older records again, nor records of a partner without watchers.
        oldest = first_id_at(began - OVERLAP)
        delivered = {
            partner_id: {record_id for record_id in record_ids if record_id >= oldest}
            for partner_id, record_ids in self._delivered.items()
            if partner_id in self._watchers
        }
        self._delivered = defaultdict(set, delivered)

    async def _deliver(self, partner_id: UUID, condition: ColumnElement[bool], *, catching_up: bool) -> None:
        """Offers each record to the partner's watchers to which it is new.

        A record that was made before a watch began is new only if a notification named it.
        """
        statement = select(history).where(history.c.partner_id == partner_id, condition)
        async with partner_transaction(self._engine, partner_id) as connection:
            rows = (await connection.execute(statement.order_by(history.c.id))).all()
        delivered = self._delivered[partner_id]
        for row in rows:
            for watcher in self._watchers.get(partner_id, ()):
                if (row.id not in delivered) if row.id >= watcher.since else not catching_up:
                    watcher.offer(row)
            delivered.add(row.id)
