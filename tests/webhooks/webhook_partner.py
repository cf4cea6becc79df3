"""A partner with endpoints at a receiver, events for them, and workers that deliver."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from models.engine import partner_transaction
from models.tables import delivery, outbox, webhook_endpoint
from resolvers.ids import key_of
from tests.api.client import World, a_subscription
from tests.webhooks.receiver import Call, Receiver
from workers.webhooks import WebhookWorker

PATIENCE = 15.0
_NUMBERS = count()
REGISTER = ("registerWebhookEndpoint", "endpoint { id } secret")


def real_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class SetClock:
    """Stays at an instant until a test changes it."""

    now: datetime = datetime(2021, 6, 16, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class FastClock:
    """Runs `factor` times as fast as the real time."""

    factor: float
    start: datetime = field(default_factory=real_clock)

    def __call__(self) -> datetime:
        return self.start + self.factor * (real_clock() - self.start)


async def until(condition: Callable[[], Any], patience: float = PATIENCE) -> None:
    """Waits until the condition holds. Fails after `patience` seconds."""
    for _ in range(round(patience / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("The condition did not hold in time.")


@dataclass(frozen=True)
class Endpoint:
    id: str
    secret: str

    @property
    def key(self) -> UUID:
        return key_of(self.id, "WebhookEndpoint")


@dataclass(frozen=True)
class WebhookPartner:
    """A partner with one subscription, whose ACTIVATE is not delivered yet."""

    url: str
    engine: AsyncEngine
    world: World
    receiver: Receiver

    @property
    def partner_id(self) -> UUID:
        return key_of(self.world.partner, "Partner")

    async def register(self, name: str, **values: Any) -> Endpoint:
        mutation, selection = REGISTER
        data = {"url": self.receiver.url(name), **values}
        made = await self.world.admin.made(mutation, data, selection)
        return Endpoint(made["endpoint"]["id"], made["secret"])

    async def change(self, subscription: str, times: int = 1) -> None:
        """Makes `times` events of the subscription."""
        for _ in range(times):
            settings = {"subscriptionId": subscription, "settings": {"number": next(_NUMBERS)}}
            await self.world.admin.made("updateSettings", settings, "record { id }")

    async def subscribe(self) -> str:
        return await a_subscription(self.world.admin, self.world.customer)

    async def rows(self) -> list[Any]:
        """The outbox, in order."""
        statement = select(outbox).order_by(outbox.c.subscription_id, outbox.c.version, outbox.c.position)
        async with partner_transaction(self.engine, self.partner_id) as connection:
            return list((await connection.execute(statement)).all())

    async def row(self) -> Any:
        """The only one."""
        [row] = await self.rows()
        return row

    async def statuses(self) -> list[str]:
        return [row.status for row in await self.rows()]

    async def deliveries(self, endpoint: Endpoint) -> list[Any]:
        """To that endpoint, in order."""
        columns = (delivery.c.subscription_id, delivery.c.version, delivery.c.position)
        statement = select(delivery).where(delivery.c.endpoint_id == endpoint.key).order_by(*columns)
        async with partner_transaction(self.engine, self.partner_id) as connection:
            return list((await connection.execute(statement)).all())

    async def all_deliveries(self) -> list[Any]:
        async with partner_transaction(self.engine, self.partner_id) as connection:
            return list((await connection.execute(select(delivery))).all())

    async def delivery(self) -> Any:
        """The only one."""
        [row] = await self.all_deliveries()
        return row

    async def fail_all(self, error: str = "HTTP 500") -> None:
        await fail_all(self.engine, self.partner_id, error)

    async def endpoint_row(self, endpoint: Endpoint) -> Any:
        statement = select(webhook_endpoint).where(webhook_endpoint.c.id == endpoint.key)
        async with partner_transaction(self.engine, self.partner_id) as connection:
            return (await connection.execute(statement)).one()

    async def forget_endpoints(self) -> None:
        async with partner_transaction(self.engine, self.partner_id) as connection:
            await connection.execute(delete(delivery))
            await connection.execute(delete(webhook_endpoint))

    @asynccontextmanager
    async def worker(
        self, clock: Callable[[], datetime] = real_clock, **options: Any
    ) -> AsyncIterator[WebhookWorker]:
        """A worker for `run_once`."""
        worker = WebhookWorker(self.url, clock, insecure=True, **options)
        try:
            yield worker
        finally:
            await worker.close()

    @asynccontextmanager
    async def workers(
        self, number: int, clock: Callable[[], datetime] = real_clock, **options: Any
    ) -> AsyncIterator[None]:
        """`number` workers that run at the same time."""
        workers = [WebhookWorker(self.url, clock, insecure=True, poll=0.05, **options) for _ in range(number)]
        running = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield
        finally:
            for worker in workers:
                worker.stop()
            await asyncio.gather(*running)

    async def all_delivered(self, endpoint: Endpoint | None = None, patience: float = PATIENCE) -> None:
        """Waits until all events are DELIVERED; with an endpoint, until all its deliveries are."""
        for _ in range(round(patience / 0.05)):
            rows = await self.deliveries(endpoint) if endpoint else await self.rows()
            if {row.status for row in rows} == {"DELIVERED"}:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("Some events were not delivered in time.")


async def fail_all(engine: AsyncEngine, partner_id: UUID, error: str = "HTTP 500") -> None:
    """Makes all deliveries and all events look as if ten attempts had failed."""
    values = {"status": "FAILED", "attempts": 10, "last_error": error}
    async with partner_transaction(engine, partner_id) as connection:
        await connection.execute(update(delivery).values(**values, next_at=None))
        await connection.execute(update(outbox).values(**values, dispatched=True))


async def attempt_when_due(
    worker: WebhookWorker, clock: SetClock, partner: WebhookPartner, endpoint: Endpoint | None = None
) -> timedelta:
    """Moves the clock until the only event is due at the endpoint, and sends it. Returns the pause."""
    rows = await partner.deliveries(endpoint) if endpoint else await partner.all_deliveries()
    due = rows[0].next_at if rows and rows[0].next_at else clock.now
    pause = due - clock.now
    clock.now = due - timedelta(milliseconds=1)
    assert pause == timedelta() or await worker.run_once() == 0
    clock.now = due
    assert await worker.run_once() == 1
    return pause


def in_order_of_first_receipt(calls: list[Call]) -> dict[str, list[int]]:
    """The versions that were accepted, by subscription. A repeated id counts only the first time."""
    accepted: dict[str, list[int]] = defaultdict(list)
    seen = set()
    for call in calls:
        if call.status < 300 and call.id not in seen:
            seen.add(call.id)
            accepted[call.content["data"]["subscription"]].append(call.content["data"]["version"])
    return accepted
