"""A partner whose subscriptions all fall due on one day, sold by the actions themselves.

The same count gives the same data, so two partners can be compared.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from actions.create_subscription import CreateSubscription, Facts, decide
from actions.setup.add_numbers import MAX_NUMBERS, AddNumbers, add_numbers
from actions.setup.create_customer import CreateCustomer, create_customer
from actions.setup.create_partner import CreatePartner, create_partner
from actions.setup.save_product import SaveProduct, save_product
from actions.setup.save_sku import SaveSku, save_sku
from actions.setup.validation import AddOnInput, PlanInput, PriceInput
from domain.catalogue import Plan
from domain.decision import Decision
from domain.periods import BillingCycle, BillingModel
from domain.principal import Actor
from domain.subscription import Customer, NumberPool
from models.engine import new_id, partner_transaction
from models.store.lookups import load_customer, load_plan, load_stock
from models.store.rows import Entry
from models.store.unit_of_work import Writing, exclusive
from models.store.writer import record_all

SELLER = Actor("seller")
ZONES = ("Asia/Singapore", "Europe/Berlin", "America/New_York")
PER_CUSTOMER = 5
BILLING_DAY = 15
BATCH = 500
MONTHLY = BillingModel(BillingCycle.MONTHLY)


def _monthly(price: str, cost: str) -> tuple[PriceInput, ...]:
    return (PriceInput(BillingCycle.MONTHLY, Decimal(price), Decimal(cost)),)


ADD_ONS = {"storage": "4.00", "recording": "2.00"}
PLANS = tuple(
    PlanInput(
        code,
        code.capitalize(),
        rank,
        _monthly(price, cost),
        {"ringSeconds": 20, "voicemail": True},
        tuple(AddOnInput(name, name.capitalize(), _monthly(paid, "1.00")) for name, paid in ADD_ONS.items()),
    )
    for rank, (code, price, cost) in enumerate([("basic", "37.00", "36.50"), ("full", "74.00", "73.00")])
)


async def sell(engine: AsyncEngine, name: str, count: int, at: datetime, *, sandbox: bool) -> UUID:
    """The partner's id. Every second customer is billed on the day of the order. Workers skip a sandbox."""
    command = CreatePartner(name, "USD", clock=at if sandbox else None)
    partner_id = new_id()
    async with partner_transaction(engine, partner_id) as connection:
        await create_partner(connection, partner_id, lambda: at, command)
    async with exclusive(engine, partner_id, SELLER, lambda: at) as tx:
        await save_product(tx, SaveProduct("phone", "Phone", PLANS))
        await save_sku(tx, SaveSku("local", "Local", _monthly("2.00", "1.60")))
        plans = [await load_plan(tx, plan.code) for plan in PLANS]
        customers = [await _customer(tx, index) for index in range(-(-count // PER_CUSTOMER))]
        facts = Facts(customers[0], plans[0], await _numbers(tx, count // PER_CUSTOMER), None, new_id)
        sales = _sales(facts, customers, plans, at.date())
        for _ in range(0, count, BATCH):
            await record_all(tx, [Entry(decision, at) for decision in islice(sales, min(BATCH, count))])
    return partner_id


async def _customer(tx: Writing, index: int) -> Customer:
    command = CreateCustomer(
        f"Customer {index:05d}",
        ZONES[index % len(ZONES)],
        org_uuid=UUID(int=index),
        bill_on_order_day=index % 2 == 0,
        billing_day=BILLING_DAY,
    )
    return await load_customer(tx, await create_customer(tx, command))


async def _numbers(tx: Writing, count: int) -> NumberPool:
    """Free numbers, in ascending order."""
    e164 = [f"+1202{index:07d}" for index in range(count)]
    ids: list[UUID] = []
    for first in range(0, count, MAX_NUMBERS):
        ids += await add_numbers(tx, AddNumbers("local", tuple(e164[first : first + MAX_NUMBERS])))
    return await load_stock(tx, ids)


def _sales(
    facts: Facts, customers: Sequence[Customer], plans: Sequence[Plan | None], day: date
) -> Iterator[Decision]:
    """Half with only a plan, the others with add-ons; a fifth with a number."""
    chance, free = random.Random(1), iter(facts.stock.numbers)  # noqa: S311 - the same for every partner
    while True:
        kinds = chance.choice([0, 0, 0, 1, 1, 2])
        command = CreateSubscription(
            customer_id=facts.customer.id,
            plan_code="",
            quantity=chance.randint(1, 20),
            model=MONTHLY,
            add_ons=tuple((code, chance.randint(1, 9)) for code in [*ADD_ONS][:kinds]),
            number_ids=tuple(islice(free, chance.random() < 0.2)),
        )
        chosen = replace(facts, customer=chance.choice(customers), plan=chance.choice(plans))
        yield decide(chosen, command, day)
