"""Dispatches events and sends their deliveries. Any number of workers may run at the same time."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, or_, select

from domain.principal import SYSTEM
from domain.provisioning import EndpointStatus, ProvisioningStatus
from models.engine import DatabaseRole, create_engine, is_conflict, is_disconnect
from models.store.unit_of_work import Clock, writing
from models.tables import delivery, outbox, webhook_endpoint
from server.metrics import DELIVERIES
from webhooks.deliveries import LEASE, Delivery, lease, settle
from webhooks.dispatch import dispatch
from webhooks.sender import TIMEOUT, Sender, new_client

POLL = 0.5  # seconds between two searches for work
IN_FLIGHT = 200  # deliveries that one process sends at the same time
PER_ENDPOINT = 10  # of them to the same endpoint, so that a slow endpoint leaves room for the others

log = structlog.get_logger(__name__)

_PARTNERS_TO_DISPATCH = (
    select(outbox.c.partner_id)
    .distinct()
    .where(
        outbox.c.partner_id == webhook_endpoint.c.partner_id,
        webhook_endpoint.c.status == EndpointStatus.ENABLED,
        ~outbox.c.dispatched,
    )
)
_ENDPOINTS_DUE = (
    select(delivery.c.partner_id, delivery.c.endpoint_id)
    .distinct()
    .where(
        delivery.c.status == ProvisioningStatus.PENDING,
        or_(delivery.c.next_at.is_(None), delivery.c.next_at <= bindparam("now")),
    )
)


class WebhookWorker:
    """`clock` gives the real time. `insecure` is only for tests and the demo.

    An attempt may take `timeout` seconds; `lease_for` must be longer.
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
        self._in_flight: Counter[UUID] = Counter()  # by endpoint

    def stop(self) -> None:
        """Ends `run` soon. What is being sent is cancelled, and sent again when its lease expires."""
        self._stopping.set()

    async def run(self) -> None:
        """Runs until `stop`. If the database goes away, it waits for it. A slow endpoint delays no other."""
        sending: set[asyncio.Task[None]] = set()
        while not self._stopping.is_set():
            for leased in await self._lease_safely():
                task = asyncio.create_task(self._deliver_safely(leased))
                sending.add(task)
                task.add_done_callback(sending.discard)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._poll)
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        await self.close()

    async def run_once(self) -> int:
        """Sends what is due now, once, and returns the number of deliveries."""
        leased = await self._lease()
        await asyncio.gather(*(self._deliver(item) for item in leased))
        return len(leased)

    async def close(self) -> None:
        await self._sender.client.aclose()
        await self._listing.dispose()
        await self._working.dispose()

    async def _lease_safely(self) -> list[Delivery]:
        try:
            return await self._lease()
        except Exception as error:
            self._report(error)
            return []

    async def _lease(self) -> list[Delivery]:
        """Leases due deliveries, a fair share for each endpoint. A failing endpoint stops no other."""
        for [partner_id] in await self._list(_PARTNERS_TO_DISPATCH):
            with self._reporting():
                async with writing(self._working, partner_id, SYSTEM, self._clock) as tx:
                    await dispatch(tx, self._clock())
        leased: list[Delivery] = []
        endpoints = await self._list(_ENDPOINTS_DUE)
        random.shuffle(endpoints)  # so that no endpoint is always last
        for index, (partner_id, endpoint_id) in enumerate(endpoints):
            room = IN_FLIGHT - self._in_flight.total() - len(leased)
            share = max(1, room // (len(endpoints) - index))
            limit = min(room, share, PER_ENDPOINT - self._in_flight[endpoint_id])
            if limit > 0:
                with self._reporting():
                    async with writing(self._working, partner_id, SYSTEM, self._clock) as tx:
                        leased += await lease(tx, endpoint_id, self._clock(), limit, self._lease_for)
        return leased

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Reports an error and goes on, unless the database has gone away."""
        try:
            yield
        except Exception as error:
            if is_disconnect(error):
                raise
            self._report(error)

    async def _list(self, statement: Any) -> list[Sequence[Any]]:
        async with self._listing.connect() as connection:
            return list((await connection.execute(statement, {"now": self._clock()})).all())

    async def _deliver_safely(self, leased: Delivery) -> None:
        try:
            await self._deliver(leased)
        except Exception as error:
            self._report(error)  # it is sent again when its lease expires

    async def _deliver(self, leased: Delivery) -> None:
        self._in_flight[leased.target.endpoint_id] += 1
        try:
            answer = await self._sender.send(leased, self._clock())
        finally:
            self._in_flight[leased.target.endpoint_id] -= 1
        async with writing(self._working, leased.partner_id, SYSTEM, self._clock) as tx:
            status = await settle(tx, leased, answer, self._clock())
        if status is not None:
            DELIVERIES.labels("delivered" if status is ProvisioningStatus.DELIVERED else "failed").inc()
        write = log.warning if status is ProvisioningStatus.FAILED else log.debug
        write(
            "delivery",
            id=str(leased.id),
            endpoint=str(leased.target.endpoint_id),
            attempt=leased.attempts,
            status=status,
            error=answer.error,
        )

    @staticmethod
    def _report(error: Exception) -> None:
        if not (is_disconnect(error) or is_conflict(error)):
            log.error("deliverer failed", exc_info=error)
