"""Live updates: one listener a process hears of new history records and hands them to who watches."""

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
"""Records that wait for a slow reader; one more and it is dropped. A worker writes up to 1,000 at once."""

LOOK = 5.0
"""Seconds between two looks for records whose notification was missed."""

OVERLAP = timedelta(seconds=30)
"""How much later than its id was made a record may be committed."""

_IDS = ARRAY(Uuid)

log = structlog.get_logger(__name__)


def first_id_at(instant: datetime) -> UUID:
    """The least UUIDv7 of that millisecond."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)


def made_at(record_id: UUID) -> datetime:
    """When a UUIDv7 was made, to the millisecond."""
    return datetime.fromtimestamp((record_id.int >> 80) / 1000, UTC)


class Watcher:
    """What one live query waits for. `subscription_id` None watches all that the principal may see.

    `since` is the least id that a look back may bring: what is older was there before the watch began.
    """

    def __init__(self, principal: Principal, subscription_id: UUID | None, since: UUID) -> None:
        self._principal, self._subscription_id, self.since = principal, subscription_id, since
        self._records: asyncio.Queue[Any] = asyncio.Queue(BUFFER)
        self._dropped = False

    def offer(self, row: Any) -> None:
        """Takes the record if it is wanted and may be seen; never waits."""
        customer_id = self._principal.customer_id
        seen = customer_id in (None, row.customer_id)
        wanted = self._subscription_id in (None, row.subscription_id)
        if seen and wanted and not self._dropped:
            try:
                self._records.put_nowait(row)
            except asyncio.QueueFull:
                self._dropped = True

    async def next(self) -> Any:
        """The next record. Raises SLOW_READER where too many waited: reconnect with `after`."""
        if self._dropped and self._records.empty():
            raise RequestError(
                RequestErrorCode.SLOW_READER,
                "Updates came faster than they were read. Go on with the last record's id as `after`.",
            )
        return await self._records.get()


class LiveUpdates:
    """`run` must be running for watchers to hear of anything."""

    def __init__(self, database_url: str, engine: AsyncEngine, clock: Clock) -> None:
        self._url, self._engine, self._clock = database_url, engine, clock
        self._watchers: defaultdict[UUID, set[Watcher]] = defaultdict(set)
        self._heard: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._told: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._wake = asyncio.Event()
        self._looked = clock()

    @contextmanager
    def watch(
        self, principal: Principal, partner_id: UUID, subscription_id: UUID | None, *, resuming: bool
    ) -> Iterator[Watcher]:
        """With `resuming` also what was made shortly before, and is committed only now."""
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
        """Until cancelled. A lost connection is made anew."""
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
        connection = await listen(self._url, self._on_heard, self._wake.set)
        next_look = now()  # at once: something may have been committed while nobody listened
        try:
            while not connection.is_closed():
                if now() >= next_look:
                    await self._look()
                    next_look = now() + LOOK
                heard, self._heard = self._heard, defaultdict(set)
                for partner_id, record_ids in heard.items():
                    these = history.c.id == any_(literal([*record_ids], _IDS))
                    await self._tell(partner_id, these, looking=False)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), next_look - now())
                self._wake.clear()
        finally:
            with suppress(Exception):
                await connection.close(timeout=1)

    def _on_heard(self, partner_id: UUID, record_id: UUID) -> None:
        if partner_id in self._watchers:
            self._heard[partner_id].add(record_id)
            self._wake.set()

    async def _look(self) -> None:
        """Makes up for what was not heard of since the last look."""
        begun, oldest = self._clock(), first_id_at(self._looked - OVERLAP)
        for partner_id in list(self._watchers):
            await self._tell(partner_id, history.c.id >= oldest, looking=True)
        self._looked = begun
        # What is older will not be found again, nor anything of a partner that nobody watches.
        oldest = first_id_at(begun - OVERLAP)
        told = {
            partner_id: {record_id for record_id in record_ids if record_id >= oldest}
            for partner_id, record_ids in self._told.items()
            if partner_id in self._watchers
        }
        self._told = defaultdict(set, told)

    async def _tell(self, partner_id: UUID, condition: ColumnElement[bool], *, looking: bool) -> None:
        """Hands over those records of the partner that were not told of before.

        One that was made before a watch began is news to it only if it is heard of.
        """
        statement = select(history).where(history.c.partner_id == partner_id, condition)
        async with partner_transaction(self._engine, partner_id) as connection:
            rows = (await connection.execute(statement.order_by(history.c.id))).all()
        told = self._told[partner_id]
        for row in rows:
            for watcher in self._watchers.get(partner_id, ()):
                if (row.id not in told) if row.id >= watcher.since else not looking:
                    watcher.offer(row)
            told.add(row.id)
