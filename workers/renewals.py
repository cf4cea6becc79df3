"""Ends terms and issues invoices of partners in real time when they are due. rules §7.

Any number of workers may run at the same time.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, or_, select, union

from actions.billing_run import Progress, do_next
from domain.lines import InvoiceStatus
from domain.principal import SYSTEM
from models.engine import DatabaseRole, create_engine, is_conflict, is_disconnect
from models.store.due_work import claim_partner
from models.store.idempotency import BATCH, forget
from models.store.unit_of_work import Clock, writing
from models.tables import invoice, partner, subscription
from server.metrics import count, measure_backlog

POLL = 1.0  # seconds between two searches for work
FORGET_EVERY = timedelta(hours=1)
"""Between two deletions of old idempotency keys."""

log = structlog.get_logger(__name__)

_WITH_DUE_TERMS = select(partner.c.id).where(
    partner.c.clock.is_(None),
    partner.c.id == subscription.c.partner_id,
    subscription.c.due_at <= bindparam("now"),
    or_(subscription.c.due_retry_at.is_(None), subscription.c.due_retry_at <= bindparam("now")),
)
# A day may begin in the customer's time zone before it begins in UTC. `do_next` checks the instant.
_WITH_DUE_INVOICES = select(partner.c.id).where(
    partner.c.clock.is_(None),
    partner.c.id == invoice.c.partner_id,
    invoice.c.status == InvoiceStatus.PENDING,
    invoice.c.due_to_issue_on <= bindparam("last_day"),
)
_PARTNERS = union(_WITH_DUE_TERMS, _WITH_DUE_INVOICES)


class RenewalWorker:
    """Finds partners with due work, and does it piece by piece. Each piece has its own transaction."""

    def __init__(self, database_url: str, clock: Clock, poll: float = POLL) -> None:
        self._listing = create_engine(database_url, DatabaseRole.WORKER, pool_size=1)
        self._working = create_engine(database_url, DatabaseRole.APP, pool_size=1)
        self._clock, self._poll = clock, poll
        self._stopping = asyncio.Event()
        self._forget_at = clock()

    def stop(self) -> None:
        """Ends `run` after the current piece, which takes less than a second or two."""
        self._stopping.set()

    async def run(self) -> None:
        """Runs until `stop`. If the database goes away, it waits for it."""
        log.info("worker started")
        while not self._stopping.is_set():
            try:
                busy = await self.run_once()
                if self._clock() >= self._forget_at:
                    self._forget_at = self._clock() + FORGET_EVERY
                    await self.forget()
            except Exception as error:
                if not is_disconnect(error):
                    log.error("worker failed", exc_info=error)
                busy = 0
            if not busy:
                await self._pause()
        await self.close()
        log.info("worker stopped")

    async def run_once(self) -> int:
        """Does what is due now, and returns the number of pieces. A partner that fails stops no other."""
        await measure_backlog(self._listing, self._clock())
        return sum([await self._work_for(partner_id) for partner_id in await self._partners_with_work()])

    async def forget(self) -> int:
        """Deletes old idempotency keys of all partners, and returns the number of rows."""
        async with self._listing.connect() as connection:
            partners = list((await connection.execute(select(partner.c.id))).scalars())
        return sum([await self._forget_keys_of(partner_id) for partner_id in partners])

    async def _forget_keys_of(self, partner_id: UUID) -> int:
        deleted = 0
        while not self._stopping.is_set():
            async with writing(self._working, partner_id, SYSTEM, self._clock) as tx:
                batch = await forget(tx)
            deleted += batch
            if batch < BATCH:
                break
        return deleted

    async def close(self) -> None:
        await self._listing.dispose()
        await self._working.dispose()

    async def _partners_with_work(self) -> list[UUID]:
        now = self._clock()
        parameters = {"now": now, "last_day": (now + timedelta(days=1)).date()}
        async with self._listing.connect() as connection:
            return list((await connection.execute(_PARTNERS, parameters)).scalars())

    async def _work_for(self, partner_id: UUID) -> int:
        pieces = 0
        try:
            while not self._stopping.is_set() and await self._do_next_piece(partner_id):
                pieces += 1
        except Exception as error:
            if is_disconnect(error):
                raise
            if not is_conflict(error):
                log.error("partner failed", partner=str(partner_id), exc_info=error)
        return pieces

    async def _do_next_piece(self, partner_id: UUID) -> bool:
        """Returns whether it did a piece: not if nothing is due, or another worker has the partner."""
        async with writing(self._working, partner_id, SYSTEM, self._clock) as tx:
            progress: Progress | None = None
            if not tx.partner.sandbox and await claim_partner(tx):
                progress = await do_next(tx, tx.now, tx.now)
        if progress is None:
            return False
        count(progress)
        log.info("done", partner=str(partner_id), **vars(progress))
        return True

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), self._poll)
