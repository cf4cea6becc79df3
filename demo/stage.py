"""Plays a story: takes the actions themselves, each at its own time, all in one database transaction."""

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
from demo.story import Cast, Party, Sale, Scene, Step
from domain.periods import start_of_day
from domain.principal import Actor
from models.store.unit_of_work import Exclusive
from models.store.writer import record

# The hours of a customer's day, so that what is done on one day is done in this order.
JOINS, BUYS, STEPS = timedelta(hours=9), timedelta(hours=10), timedelta(hours=11)

Event = tuple[datetime, Callable[[Exclusive], Awaitable[None]]]


@dataclass
class Bought:
    """A sale that is to come, or has come: then it has a subscription."""

    party: Party
    sale: Sale
    subscription_id: UUID | None = None


class Stage:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._numbers: dict[str, UUID] = {}
        self._casts: dict[str, Cast] = {}

    async def play(self, tx: Exclusive) -> None:
        """From the beginning to the end, in the order of time, with all that falls due on the way."""
        await self._set_up(tx)
        events = [event for party in self._scene.parties for event in self._events(party)]
        for at, happens in sorted(events, key=itemgetter(0)):
            tx = await _advanced(tx, at)
            await happens(tx)
        await _advanced(tx, self._scene.ends)

    async def _set_up(self, tx: Exclusive) -> None:
        for product in self._scene.products:
            await save_product(tx, product)
        for stock in self._scene.stock:
            await save_sku(tx, stock.sku)
            ids = await add_numbers(tx, AddNumbers(stock.sku.code, stock.numbers))
            self._numbers |= zip(stock.numbers, ids, strict=True)

    def _events(self, party: Party) -> Iterator[Event]:
        def at(day: date, hour: timedelta) -> datetime:
            return start_of_day(day, party.zone) + hour

        yield at(party.since, JOINS), partial(self._join, party)
        for sale in party.sales:
            bought = Bought(party, sale)
            yield at(sale.on, BUYS), partial(self._buy, bought)
            for step in sale.then:
                yield at(step.on, STEPS), partial(self._take, bought, step)

    async def _join(self, party: Party, tx: Exclusive) -> None:
        command = CreateCustomer(
            name=party.name,
            time_zone=party.zone,
            org_uuid=self._scene.org_uuid(party.domain),
            bill_on_order_day=party.bill_on_order_day,
            billing_day=party.billing_day,
            policy=party.policy,
        )
        cast = Cast(await create_customer(tx, command), self._numbers, self._scene.org_uuid)
        for name in party.members:
            member = CreateMember(cast.customer_id, name, email(name, party.domain))
            cast.members[name] = await create_member(tx, member)
        for agreement in party.agreements:
            contract = CreateContract(cast.customer_id, **vars(agreement))
            cast.contracts[agreement.title] = await create_contract(tx, contract)
        self._casts[party.domain] = cast

    async def _buy(self, bought: Bought, tx: Exclusive) -> None:
        sale, cast = bought.sale, self._casts[bought.party.domain]
        command = CreateSubscription(
            customer_id=cast.customer_id,
            plan_code=sale.plan,
            quantity=sale.quantity,
            model=sale.model,
            auto_renewal=sale.auto_renewal,
            starts_on=sale.starts_on,
            trial_days=sale.trial_days,
            add_ons=sale.add_ons,
            number_ids=tuple(self._numbers[e164] for e164 in sale.numbers),
            contract_id=cast.contracts[sale.agreement] if sale.agreement else None,
            settings=sale.settings,
        )
        tx = self._acting(tx, cast, sale.by)
        recorded = await record(tx, await create_subscription(tx, command), sale.reason)
        bought.subscription_id = recorded.subscription_id

    async def _take(self, bought: Bought, step: Step, tx: Exclusive) -> None:
        if bought.subscription_id is None:
            raise ValueError(f"{bought.party.name} bought {bought.sale.plan} after {step.on}")
        cast = self._casts[bought.party.domain]
        tx = self._acting(tx, cast, step.by)
        await record(tx, await step.take(tx, cast, bought.subscription_id), step.reason)

    def _acting(self, tx: Exclusive, cast: Cast, by: str | None) -> Exclusive:
        """One of the customer's members acts for the customer alone."""
        actor = Actor(by, cast.customer_id) if by in cast.members else Actor(by or self._scene.staff)
        return replace(tx, actor=actor)


async def _advanced(tx: Exclusive, at: datetime) -> Exclusive:
    """The same transaction at a later time, or at the same."""
    if at > tx.now:
        await advance_clock(tx, at)
    return replace(tx, now=at)


def email(name: str, domain: str) -> str:
    """An address made of the name's plain letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '.')}@{domain}"
