"""Partners in real time: their own database, and an API whose clock the test sets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from joserfc.jwk import OKPKey
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from actions.create_subscription import CreateSubscription, Facts, decide
from app import create_app
from domain.periods import BillingModel
from domain.principal import Actor, Role
from domain.subscription import NumberPool
from models.engine import DatabaseRole, create_engine, new_id, partner_transaction
from models.migrate import migrate
from models.store.lookups import load_customer, load_plan
from models.store.rows import Entry
from models.store.unit_of_work import writing
from models.store.writer import record_all
from resolvers.ids import key_of
from server.auth.tokens import InstanceTokens
from tests.api.client import Api, Caller, Json, a_customer, a_partner
from tests.settings import settings_with
from tests.timelines.timeline import PLANS
from workers.renewals import RenewalWorker

KEY = OKPKey.generate_key("Ed25519")


@dataclass
class ManualClock:
    """A clock that the test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def to(self, when: str) -> None:
        self.now = datetime.fromisoformat(when)


@dataclass(frozen=True)
class RealTime:
    """`owner` changes rows without the application."""

    url: str
    clock: ManualClock
    client: httpx.AsyncClient
    owner: AsyncEngine

    @property
    def api(self) -> Api:
        return Api(self.client, KEY)

    async def work(self, workers: int = 1) -> int:
        """Runs so many workers once, at the same time. Returns the number of pieces done."""
        all_of_them = [RenewalWorker(self.url, self.clock) for _ in range(workers)]
        try:
            return sum(await asyncio.gather(*(worker.run_once() for worker in all_of_them)))
        finally:
            await asyncio.gather(*(worker.close() for worker in all_of_them))

    async def rows(self, table: Table, partner: str, *order: str) -> list[Any]:
        statement = table.select().order_by(*(table.c[name] for name in order))
        async with partner_transaction(self.owner, key_of(partner, "Partner")) as connection:
            return list((await connection.execute(statement)).all())

    async def change(self, partner: str, statement: Any) -> None:
        async with partner_transaction(self.owner, key_of(partner, "Partner")) as connection:
            await connection.execute(statement)

    async def metrics(self) -> dict[str, float]:
        rows = (await self.client.get("/metrics")).text.splitlines()
        pairs = [row.rsplit(" ", 1) for row in rows if row.startswith("tenure_")]
        return {name: float(value) for name, value in pairs}


@asynccontextmanager
async def real_time(server: str, now: str) -> AsyncIterator[RealTime]:
    """On a new database of the server that this URL names."""
    name = f"own_{uuid4().hex}"
    url = f"{server.rpartition('/')[0]}/{name}"
    clock = ManualClock(datetime.fromisoformat(now))
    await _command(server, f"CREATE DATABASE {name} TEMPLATE {await _template(server)}")
    app = create_app(url, InstanceTokens(KEY), settings_with(pool_size=5), clock=clock)
    owner = create_engine(url, DatabaseRole.OWNER, pool_size=1)
    transport = httpx.ASGITransport(app=app)
    try:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://tenure") as client,
        ):
            yield RealTime(url, clock, client, owner)
    finally:
        await owner.dispose()
        await _command(server, f"DROP DATABASE {name} WITH (FORCE)")


_templates: dict[str, str] = {}


async def _template(server: str) -> str:
    """A migrated database to copy from: a copy is quicker than the migrations."""
    if server not in _templates:
        _templates[server] = "own_template"
        await _command(server, "CREATE DATABASE own_template")
        await migrate(f"{server.rpartition('/')[0]}/own_template")
    return _templates[server]


async def _command(url: str, command: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(command))
    await engine.dispose()


@dataclass(frozen=True)
class Shop:
    """A partner with the plans of the timelines and a first customer."""

    here: RealTime
    partner: str
    admin: Caller
    customer: str

    async def sells(self, plan: str = "professional", cycle: str = "MONTHLY", **values: Any) -> str:
        data = {"customerId": self.customer, "planCode": plan, "cycle": cycle} | values
        made = await self.admin.made("createSubscription", data, "subscription { id }")
        return str(made["subscription"]["id"])

    async def sells_many(self, count: int, model: BillingModel, plan_code: str = "professional") -> None:
        """All today, in one transaction."""
        here, customer_id = self.here, key_of(self.customer, "Customer")
        engine = create_engine(here.url, DatabaseRole.APP, pool_size=1)
        partner_id: UUID = key_of(self.partner, "Partner")
        async with writing(engine, partner_id, Actor("partner_admin"), here.clock) as tx:
            customer = await load_customer(tx, customer_id)
            facts = Facts(customer, await load_plan(tx, plan_code), NumberPool({}), None, new_id)
            command = CreateSubscription(customer_id, plan_code, 1, model)
            today: date = tx.today(customer.time_zone)
            await record_all(tx, [Entry(decide(facts, command, today), tx.now) for _ in range(count)])
        await engine.dispose()


async def a_shop(here: RealTime, clock: str | None = None, **customer: Any) -> Shop:
    """In real time; with a `clock`, a sandbox."""
    partner = await a_partner(here.api, clock=clock)
    admin = here.api.as_role(Role.PARTNER_ADMIN, partner)
    await admin.made("saveProduct", PLANS, "product { id }")
    values: Json = {"name": "Acme", "timeZone": "UTC"} | customer
    return Shop(here, partner, admin, await a_customer(admin, **values))
