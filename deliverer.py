"""Tells third parties what was done. Any number of these may run side by side."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, or_, select

from actions.due import SYSTEM
from actions.transaction import Clock, transaction
from actions.webhooks.deliveries import LEASE, Delivery, lease, settle
from actions.webhooks.sender import TIMEOUT, Sender, new_client
from metrics import DELIVERIES
from models.engine import DatabaseRole, create_engine, is_conflict, is_disconnect
from models.tables import outbox, webhook_endpoint
from models.tables.ledger import ProvisioningStatus
from models.tables.webhooks import EndpointStatus

POLL = 0.5  # seconds between two looks for work
IN_FLIGHT = 50  # deliveries that one process sends at the same time

log = structlog.get_logger(__name__)

_PARTNERS = (
    select(outbox.c.partner_id)
    .distinct()
    .where(
        outbox.c.partner_id == webhook_endpoint.c.partner_id,
        webhook_endpoint.c.status == EndpointStatus.ENABLED,
        outbox.c.status == ProvisioningStatus.PENDING,
        or_(outbox.c.next_at.is_(None), outbox.c.next_at <= bindparam("now")),
    )
)


class Deliverer:
    """`clock` is the real time; `insecure` is for tests and the demo alone.

    `lease_for` must be longer than `timeout`, the seconds that an attempt may take.
    """

    def __init__(
        self,
        database_url: str,
        clock: Clock,
        *,
        insecure: bool = False,
        poll: float = POLL,
        timeout: float = TIMEOUT,
        lease_for: timedelta = LEASE,
    ) -> None:
        self._listing = create_engine(database_url, DatabaseRole.WORKER, pool_size=1)
        self._working = create_engine(database_url, DatabaseRole.APP, pool_size=2)
        self._clock, self._poll, self._lease_for = clock, poll, lease_for
        self._sender = Sender(new_client(), insecure, timeout)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ends `run` soon: what is being sent is given up, and sent again when its lease runs out."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`. The database going away is waited out; a slow endpoint holds up no other."""
        sending: set[asyncio.Task[None]] = set()
        while not self._stopping.is_set():
            for delivery in await self._safely_lease(IN_FLIGHT - len(sending)):
                task = asyncio.create_task(self._deliver_safely(delivery))
                sending.add(task)
                task.add_done_callback(sending.discard)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._poll)
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        await self.close()

    async def run_once(self) -> int:
        """Sends what is due now, once; how many deliveries that was."""
        leased = await self._lease(IN_FLIGHT)
        await asyncio.gather(*(self._deliver(delivery) for delivery in leased))
        return len(leased)

    async def close(self) -> None:
        await self._sender.client.aclose()
        await self._listing.dispose()
        await self._working.dispose()

    async def _safely_lease(self, limit: int) -> list[Delivery]:
        try:
            return await self._lease(limit)
        except Exception as error:
            self._report(error)
            return []

    async def _lease(self, limit: int) -> list[Delivery]:
        """Up to `limit` deliveries that are due, a fair share of each partner's."""
        leased: list[Delivery] = []
        partners = await self._partners() if limit > 0 else []
        for partner_id in partners:
            share = max(1, (limit - len(leased)) // len(partners))
            if len(leased) < limit:
                async with transaction(self._working, partner_id, SYSTEM, self._clock) as tx:
                    leased += await lease(tx, self._clock(), share, self._lease_for)
        return leased

    async def _partners(self) -> list[UUID]:
        async with self._listing.connect() as connection:
            return list((await connection.execute(_PARTNERS, {"now": self._clock()})).scalars())

    async def _deliver_safely(self, delivery: Delivery) -> None:
        try:
            await self._deliver(delivery)
        except Exception as error:
            self._report(error)  # its lease runs out, and it is sent again

    async def _deliver(self, delivery: Delivery) -> None:
        now = self._clock()
        sends = (self._sender.send(delivery, target, now) for target in delivery.targets)
        answers = await asyncio.gather(*sends)
        async with transaction(self._working, delivery.partner_id, SYSTEM, self._clock) as tx:
            status = await settle(tx, delivery, answers, self._clock())
        if status is not None:
            DELIVERIES.labels("delivered" if status is ProvisioningStatus.DELIVERED else "failed").inc()
        errors = {str(answer.endpoint_id): answer.error for answer in answers if answer.error}
        log.info("delivery", id=str(delivery.id), attempt=delivery.attempts, status=status, errors=errors)

    @staticmethod
    def _report(error: Exception) -> None:
        if not (is_disconnect(error) or is_conflict(error)):
            log.error("deliverer failed", exc_info=error)
