"""Plays a scenario: runs the actions themselves, each at its own time, in one database transaction."""

import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from operator import itemgetter
from uuid import UUID

from actions.create_subscription import CreateSubscription, create_subscription
from actions.setup.add_numbers import AddNumbers, add_numbers
from actions.setup.advance_clock import advance_clock
from actions.setup.create_contract import CreateContract, create_contract
from actions.setup.create_customer import CreateCustomer, create_customer
from actions.setup.create_member import CreateMember, create_member
from actions.setup.save_product import save_product
from actions.setup.save_sku import save_sku
from demo.scenario import Buyer, Created, Sale, Scenario, Step
from domain.periods import start_of_day
from domain.principal import Actor
from models.store.unit_of_work import Exclusive
from models.store.writer import record

# Hours of the customer's day: events of one day happen in this order.
JOINS, BUYS, STEPS = timedelta(hours=9), timedelta(hours=10), timedelta(hours=11)

Event = tuple[datetime, Callable[[Exclusive], Awaitable[None]]]


@dataclass
class Bought:
    """A sale. It has a subscription after it has happened."""

    buyer: Buyer
    sale: Sale
    subscription_id: UUID | None = None


class Player:
    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._numbers: dict[str, UUID] = {}
        self._created: dict[str, Created] = {}

    async def play(self, tx: Exclusive) -> None:
        """Runs all events in order of time, and everything that falls due between them."""
        await self._set_up(tx)
        events = [each for buyer in self._scenario.buyers for each in self._events(buyer)]
        for at, event in sorted(events, key=itemgetter(0)):
            tx = await _advanced(tx, at)
            await event(tx)
        await _advanced(tx, self._scenario.ends)

    async def _set_up(self, tx: Exclusive) -> None:
        for product in self._scenario.products:
            await save_product(tx, product)
        for stock in self._scenario.stock:
            await save_sku(tx, stock.sku)
            ids = await add_numbers(tx, AddNumbers(stock.sku.code, stock.numbers))
            self._numbers |= zip(stock.numbers, ids, strict=True)

    def _events(self, buyer: Buyer) -> Iterator[Event]:
        def at(day: date, hour: timedelta) -> datetime:
            return start_of_day(day, buyer.zone) + hour

        yield at(buyer.since, JOINS), partial(self._join, buyer)
        for sale in buyer.sales:
            bought = Bought(buyer, sale)
            yield at(sale.on, BUYS), partial(self._buy, bought)
            for step in sale.then:
                yield at(step.on, STEPS), partial(self._take, bought, step)

    async def _join(self, buyer: Buyer, tx: Exclusive) -> None:
        command = CreateCustomer(
            name=buyer.name,
            time_zone=buyer.zone,
            org_uuid=self._scenario.org_uuid(buyer.domain),
            bill_on_order_day=buyer.bill_on_order_day,
            billing_day=buyer.billing_day,
            policy=buyer.policy,
        )
        created = Created(await create_customer(tx, command), self._numbers, self._scenario.org_uuid)
        for name in buyer.members:
            member = CreateMember(created.customer_id, name, email(name, buyer.domain))
            created.members[name] = await create_member(tx, member)
        for agreement in buyer.agreements:
            contract = CreateContract(created.customer_id, **vars(agreement))
            created.contracts[agreement.title] = await create_contract(tx, contract)
        self._created[buyer.domain] = created

    async def _buy(self, bought: Bought, tx: Exclusive) -> None:
        sale, created = bought.sale, self._created[bought.buyer.domain]
        command = CreateSubscription(
            customer_id=created.customer_id,
            plan_code=sale.plan,
            quantity=sale.quantity,
            model=sale.model,
            auto_renewal=sale.auto_renewal,
            starts_on=sale.starts_on,
            trial_days=sale.trial_days,
            add_ons=sale.add_ons,
            number_ids=tuple(self._numbers[e164] for e164 in sale.numbers),
            contract_id=created.contracts[sale.agreement] if sale.agreement else None,
            settings=sale.settings,
        )
        tx = self._acting(tx, created, sale.by)
        recorded = await record(tx, await create_subscription(tx, command), sale.reason)
        bought.subscription_id = recorded.subscription_id

    async def _take(self, bought: Bought, step: Step, tx: Exclusive) -> None:
        if bought.subscription_id is None:
            raise ValueError(f"{bought.buyer.name} bought {bought.sale.plan} after {step.on}")
        created = self._created[bought.buyer.domain]
        tx = self._acting(tx, created, step.by)
        await record(tx, await step.take(tx, created, bought.subscription_id), step.reason)

    def _acting(self, tx: Exclusive, created: Created, by: str | None) -> Exclusive:
        """A member acts for the customer, anyone else for the partner."""
        actor = Actor(by, created.customer_id) if by in created.members else Actor(by or self._scenario.staff)
        return replace(tx, actor=actor)


async def _advanced(tx: Exclusive, at: datetime) -> Exclusive:
    """The transaction at the time `at`, not before its own."""
    if at > tx.now:
        await advance_clock(tx, at)
    return replace(tx, now=at)


def email(name: str, domain: str) -> str:
    """An address from the plain letters of the name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '.')}@{domain}"
