"""The partners of a chaos run, and customers who act while it runs."""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from actions.change_billing_model import ChangeBillingModel, change_billing_model
from actions.change_quantity import ChangeQuantity, change_quantity
from actions.create_subscription import CreateSubscription, create_subscription
from actions.setup.create_customer import CreateCustomer, create_customer
from actions.setup.create_partner import CreatePartner, create_partner
from actions.setup.save_product import SaveProduct, save_product
from actions.setup.validation import PlanInput, PriceInput
from domain.errors import LifecycleError
from domain.periods import BillingCycle, BillingModel
from domain.principal import Actor
from domain.scheduling import CancellationTime, When
from models.engine import is_conflict, is_disconnect, new_id, partner_transaction
from models.store.unit_of_work import Clock, writing
from models.store.writer import record

BASE = datetime(2024, 1, 31, 12, tzinfo=UTC)
ZONES = ("Asia/Singapore", "America/Santiago", "Pacific/Kiritimati", "Europe/Berlin", "UTC")
PRICES = (
    PriceInput(BillingCycle.MONTHLY, Decimal("37.00"), Decimal("36.50")),
    PriceInput(BillingCycle.YEARLY, Decimal("370.00"), Decimal("365.00")),
)
AT_END = When(CancellationTime.END_OF_BILLING_PERIOD)


@dataclass(frozen=True)
class Sold:
    partner_id: UUID
    subscription_id: UUID


async def build(engine: AsyncEngine, clock: Clock, partners: int, each: int) -> list[Sold]:
    """Partners with `each` subscriptions, of 1 to 3 months, billed at once or on a billing day."""
    sold: list[Sold] = []
    for _ in range(partners):
        partner_id = new_id()
        async with partner_transaction(engine, partner_id) as connection:
            await create_partner(connection, partner_id, clock, CreatePartner("Chaos", "USD"))
        async with writing(engine, partner_id, Actor("chaos"), clock) as tx:
            plans = (PlanInput("basic", "Basic", 1, PRICES),)
            await save_product(tx, SaveProduct("phone", "Phone", plans))
            for number in range(each):
                customer = CreateCustomer(
                    f"Customer {number}",
                    ZONES[number % len(ZONES)],
                    bill_on_order_day=number % 2 == 0,
                    billing_day=1 + number % 31,
                )
                customer_id = await create_customer(tx, customer)
                model = BillingModel(BillingCycle.MONTHLY, 1 + number % 3)
                command = CreateSubscription(customer_id, "basic", 1 + number % 4, model)
                written = await record(tx, await create_subscription(tx, command), None)
                sold.append(Sold(partner_id, written.subscription_id))
    return sold


async def act(engine: AsyncEngine, clock: Clock, sold: list[Sold], chance: random.Random) -> int:
    """Takes actions until canceled; how many succeeded."""
    taken = 0
    while True:
        one = chance.choice(sold)
        try:
            async with writing(engine, one.partner_id, Actor("customer"), clock) as tx:
                if chance.random() < 0.3:
                    model = BillingModel(BillingCycle.MONTHLY, chance.randint(1, 4))
                    decision = await change_billing_model(tx, ChangeBillingModel(one.subscription_id, model))
                else:
                    command = ChangeQuantity(one.subscription_id, chance.randint(1, 6), AT_END)
                    decision = await change_quantity(tx, command)
                await record(tx, decision, None)
                taken += 1
        except LifecycleError:
            pass  # overdue, scheduled already, nothing to change: a refusal changes nothing
        except Exception as error:
            if not (is_disconnect(error) or is_conflict(error)):
                raise
        await asyncio.sleep(0.02)
