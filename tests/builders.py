"""Plans, customers and subscriptions for tests. The defaults are the published example: rules §3."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from domain.catalogue import Offer, Plan, Prices
from domain.currency import to_minor
from domain.decision import Decision
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import Action, Status
from domain.lines import Charge, ChargeKind, Item, ItemKind, Line
from domain.money import WHOLE, ZERO, Amounts
from domain.periods import BillingCycle, BillingModel, Period, Term
from domain.policy import Policy, ProrationUnit, UpgradeBasis
from domain.scheduling import CancellationTime, When
from domain.subscription import AddOn, Customer, Number, Scheduled, Subscription

YEARLY = BillingModel(BillingCycle.YEARLY)
MONTHLY = BillingModel(BillingCycle.MONTHLY)
QUARTERLY = BillingModel(BillingCycle.MONTHLY, 3)

day = date.fromisoformat


def uid(number: int) -> UUID:
    return UUID(int=number)


def ids(first: int = 1000) -> Callable[[], UUID]:
    """A source of new ids, counted from `first`."""
    numbers = count(first)
    return lambda: uid(next(numbers))


def money(currency: str, price: str, cost: str) -> Amounts:
    """From decimal text: "12.345" KWD is 12345 minor units."""
    return Amounts(to_minor(Decimal(price), currency), to_minor(Decimal(cost), currency))


def prices(yearly: tuple[int, int] | None = None, monthly: tuple[int, int] | None = None) -> Prices:
    """From pairs of price and cost in minor units; None for a cycle that is not offered."""
    given = {BillingCycle.YEARLY: yearly, BillingCycle.MONTHLY: monthly}
    return {cycle: Amounts(*pair) for cycle, pair in given.items() if pair}


def plan(code: str, name: str, rank: int, price_list: Prices, **changes: Any) -> Plan:
    return replace(Plan(code, name, price_list, id=uid(rank), product_id=uid(900), rank=rank), **changes)


RECORDING = Offer("REC", "Recording", prices((12000, 10000), (1000, 900)))
FAX = Offer("FAX", "Fax", prices((6000, 5000), (500, 400)))
LOCAL = Offer("LOCAL", "Local number", prices((2400, 1200), (200, 100)))

PROFESSIONAL = plan("PRO", "Professional", 1, prices((37000, 36500), (3700, 3650)))
BUSINESS = plan("BUS", "Business", 2, prices((74000, 73000), (7400, 7300)))
ENTERPRISE = plan("ENT", "Enterprise", 3, prices((148000, 146000), (14800, 14600)))

ACME = Customer(uid(10), uid(11), "Acme", "Europe/Berlin", False, 1, Policy())
GLOBEX = Customer(uid(20), uid(21), "Globex", "America/New_York", True, 15, Policy())


def customer(
    unit: ProrationUnit = ProrationUnit.CALENDAR_MONTH,
    basis: UpgradeBasis = UpgradeBasis.TARGET_PLAN,
    **policy: Any,
) -> Customer:
    return replace(ACME, policy=Policy(proration_unit=unit, upgrade_basis=basis, **policy))


def period(first: str, last: str, anchor_day: int | None = None) -> Period:
    """From the first to the last day, both inclusive; the anchor is the first day's by default."""
    return Period(day(first), day(last) + timedelta(days=1), anchor_day or day(first).day)


def term(first: str, last: str, number: int = 1, anchor_day: int | None = None) -> Term:
    return Term(day(first), day(last) + timedelta(days=1), anchor_day or day(first).day, number)


EXAMPLE_TERM = term("2020-11-16", "2021-11-15")


def plan_charge(
    number: int,
    of: Plan = PROFESSIONAL,
    over: Period = EXAMPLE_TERM,
    *,
    closed: bool = False,
    given_back: Amounts = ZERO,
    **line: Any,
) -> Charge:
    """A charge for a plan: one licence for a year, unless `line` differs."""
    unit = line.get("unit", of.prices.get(BillingCycle.YEARLY, ZERO))
    whole = Line(
        kind=ChargeKind.PURCHASE,
        item=Item(ItemKind.PLAN, of.code, of.name),
        period=Period(over.starts_on, over.ends_before, over.anchor_day),
        quantity=1,
        fraction=WHOLE,
        unit=unit,
        amount=unit * line.get("quantity", 1),
        cycle_months=12,
    )
    return Charge(uid(number), replace(whole, **line), given_back, closed)


def charged(number: int, item: Item, amount: Amounts, over: Period = EXAMPLE_TERM, **line: Any) -> Charge:
    """A charge for one piece of any item, unless `line` differs."""
    own = Period(over.starts_on, over.ends_before, over.anchor_day)
    whole = Line(ChargeKind.PURCHASE, item, own, 1, WHOLE, amount, amount, 12)
    return Charge(uid(number), replace(whole, **line))


def waiting(action: Action, number: int = 800, **changes: Any) -> Scheduled:
    """A change scheduled for the end of the example's term."""
    return replace(Scheduled(uid(number), action, EXAMPLE_TERM.ends_before, "It waits."), **changes)


AT_END = When(CancellationTime.END_OF_BILLING_PERIOD)


def on(text: str) -> When:
    """SPECIFIC_DATE on that day."""
    return When(CancellationTime.SPECIFIC_DATE, day(text))


def add_on(offer: Offer, quantity: int = 1, **changes: Any) -> AddOn:
    return replace(AddOn(uid(int.from_bytes(offer.code.encode())), offer, quantity), **changes)


def number(last_digits: int = 1, sku: Offer = LOCAL) -> Number:
    return Number(uid(5000 + last_digits), f"+4930{last_digits:04d}", sku)


def subscription(**changes: Any) -> Subscription:
    """An ACTIVE subscription of Professional in its first year, fully paid."""
    example = Subscription(
        id=uid(1),
        reference="S-000001",
        customer=ACME,
        plan=PROFESSIONAL,
        status=Status.ACTIVE,
        quantity=1,
        model=YEARLY,
        auto_renewal=True,
        purchased_on=day("2020-11-16"),
        anchor_day=16,
        term=EXAMPLE_TERM,
        charges=(plan_charge(1),),
    )
    return replace(example, **changes)


def trial(**changes: Any) -> Subscription:
    """A free trial of two weeks, 1 to 14 June 2021."""
    free = {
        "status": Status.TRIAL,
        "purchased_on": day("2021-06-01"),
        "anchor_day": 1,
        "term": term("2021-06-01", "2021-06-14", number=0),
        "trial_ends_before": day("2021-06-15"),
        "charges": (),
    }
    return subscription(**(free | changes))


def provisioned(decision: Decision) -> list[tuple[str, Mapping[str, Any]]]:
    """Kind and payload of each event for third parties."""
    return [(provision.kind, provision.payload) for provision in decision.provisioning]


@contextmanager
def refused(code: ErrorCode, *field: str, naming: str = "") -> Iterator[None]:
    """Expects a refusal with that code and input field; its message contains `naming`."""
    with pytest.raises(LifecycleError, match=re.escape(naming) or None) as caught:
        yield
    assert (caught.value.code, caught.value.field) == (code, field or None)
