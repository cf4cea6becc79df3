"""What a change of plan charges: rules, sections 1, 3 and 4.4."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.change_plan import decide
from domain.decision import quote_of
from domain.lifecycle import Action
from domain.lines import Charge, ChargeKind, Item, ItemKind, Line, sum_of
from domain.money import Amounts, Fraction
from domain.policy import ProrationUnit, UpgradeBasis
from domain.subscription import Subscription
from tests.builders import (
    BUSINESS,
    ENTERPRISE,
    PROFESSIONAL,
    QUARTERLY,
    customer,
    day,
    period,
    plan,
    plan_charge,
    prices,
    subscription,
    term,
    uid,
)
from tests.domain.drawn import amounts, days_of, examples, redone, running

CALENDAR, ANNIVERSARY, DAY = ProrationUnit
TARGET, DIFFERENCE = UpgradeBasis
IN_JUNE = day("2021-06-16")
REST = period("2021-06-16", "2021-11-15")


def paid(line: Line) -> tuple[Amounts, Fraction]:
    return line.amount, line.fraction


@pytest.mark.parametrize(
    ("unit", "fraction", "target", "difference"),
    [
        (CALENDAR, Fraction(6, 12), Amounts(37000, 36500), Amounts(18500, 18250)),
        (ANNIVERSARY, Fraction(5, 12), Amounts(30833, 30417), Amounts(15416, 15209)),
        (DAY, Fraction(153, 365), Amounts(31019, 30600), Amounts(15509, 15300)),
    ],
)
def test_published_example_by_unit_and_basis(
    unit: ProrationUnit, fraction: Fraction, target: Amounts, difference: Amounts
) -> None:
    charged = decide(subscription(customer=customer(unit, TARGET)), BUSINESS, IN_JUNE)
    assert [paid(line) for line in charged.lines] == [(target, fraction)]
    upgrade, credit = decide(subscription(customer=customer(unit, DIFFERENCE)), BUSINESS, IN_JUNE).lines
    assert paid(upgrade) == (target, fraction)
    assert (credit.kind, credit.fraction, credit.reverses) == (ChargeKind.CREDIT, fraction, uid(1))
    assert sum_of([upgrade, credit]) == difference


def test_upgrade_charges_the_rest_of_the_term() -> None:
    held = subscription(quantity=3)
    made = decide(held, BUSINESS, IN_JUNE)
    assert made.lines == (
        Line(
            kind=ChargeKind.UPGRADE,
            item=Item(ItemKind.PLAN, "BUS", "Business"),
            period=REST,
            quantity=3,
            fraction=Fraction(6, 12),
            unit=Amounts(74000, 73000),
            amount=Amounts(111000, 109500),
            cycle_months=12,
        ),
    )
    assert made.after == replace(held, plan=BUSINESS)
    assert (made.before, made.action, made.effective_on) == (held, Action.CHANGE_PLAN, IN_JUNE)
    assert made.summary == "Upgraded from Professional to Business."
    assert quote_of(made).renewal_after == Amounts(222000, 219000)
    assert [(told.kind, told.payload) for told in made.provisioning] == [
        ("CHANGE_PLAN", {"planBefore": "PRO", "planAfter": "BUS"})
    ]


@pytest.mark.parametrize(
    ("changes", "on", "fraction", "amount"),
    [
        ({}, "2020-11-16", Fraction(12, 12), Amounts(74000, 73000)),
        ({}, "2021-11-15", Fraction(1, 12), Amounts(6167, 6083)),
        # rounded once for all licences: 3 x 308.33 would be 924.99
        (
            {"quantity": 3, "customer": customer(ANNIVERSARY)},
            "2021-06-16",
            Fraction(5, 12),
            Amounts(92500, 91250),
        ),
        # extended by two months
        ({"term": term("2020-11-16", "2022-01-15")}, "2021-06-16", Fraction(8, 12), Amounts(49333, 48667)),
        # MONTHLY x 3 at 74.00 is 222.00, from 31 January to 29 April
        (
            {"model": QUARTERLY, "term": term("2021-01-31", "2021-04-29")},
            "2021-03-01",
            Fraction(2, 3),
            Amounts(14800, 14600),
        ),
    ],
)
def test_an_upgrade_is_prorated_over_one_cycle(
    changes: dict[str, Any], on: str, fraction: Fraction, amount: Amounts
) -> None:
    (line,) = decide(subscription(**changes), BUSINESS, day(on)).lines
    assert paid(line) == (amount, fraction)


CLOSED = plan_charge(1, closed=True, given_back=Amounts(-18500, -18250))
OPEN = plan_charge(1)
TO_BUSINESS = plan_charge(
    2, BUSINESS, REST, kind=ChargeKind.UPGRADE, fraction=Fraction(6, 12), amount=Amounts(37000, 36500)
)
EXTENSION = plan_charge(
    3,
    over=period("2021-11-16", "2022-01-15"),
    kind=ChargeKind.EXTENSION,
    unit=Amounts(7400, 7300),
    amount=Amounts(7400, 7300),
    cycle_months=2,
)
CHEAPER = plan("CHEAP", "Cheaper", 5, prices((30000, 73000)))
DEARER_FOR_CUSTOMERS = plan("DEAR", "Dearer", 6, prices((74000, 20000)))
WORTH_NOTHING = plan("FREE", "Free", 7, prices((0, 0)))


@pytest.mark.parametrize(
    ("held", "charges", "last", "target", "on", "lines"),
    [
        # a second upgrade credits what the first one charged, for 4 of its 6 months
        (BUSINESS, [CLOSED, TO_BUSINESS], "2021-11-15", ENTERPRISE, "2021-08-16",
         [(49333, 48667), (-24667, -24333)]),
        # a second upgrade on the same day takes the first one back whole
        (BUSINESS, [CLOSED, TO_BUSINESS], "2021-11-15", ENTERPRISE, "2021-06-16",
         [(74000, 73000), (-37000, -36500)]),
        # on the other basis before, the first year of Professional is still open: not for Business
        (BUSINESS, [OPEN, TO_BUSINESS], "2021-11-15", ENTERPRISE, "2021-08-16",
         [(49333, 48667), (-24667, -24333)]),
        # up and down again: what was paid for Professional has been credited, Business is not the old plan
        (PROFESSIONAL, [CLOSED, TO_BUSINESS], "2021-11-15", BUSINESS, "2021-08-16", [(24667, 24333)]),
        # bought as Business, downgraded: nothing was paid for Professional
        (PROFESSIONAL, [plan_charge(1, BUSINESS)], "2021-11-15", BUSINESS, "2021-06-16", [(37000, 36500)]),
        # an extension not yet begun is credited whole: 8 months of one plan for 8 of the other
        (PROFESSIONAL, [OPEN, EXTENSION], "2022-01-15", BUSINESS, "2021-06-16",
         [(49333, 48667), (-18500, -18250), (-7400, -7300)]),
        # never below zero, neither in the price nor in the cost
        (PROFESSIONAL, [OPEN], "2021-11-15", CHEAPER, "2021-06-16", [(15000, 36500), (-15000, -18250)]),
        (PROFESSIONAL, [OPEN], "2021-11-15", DEARER_FOR_CUSTOMERS, "2021-06-16",
         [(37000, 10000), (-18500, -10000)]),
        (PROFESSIONAL, [OPEN], "2021-11-15", WORTH_NOTHING, "2021-06-16", [(0, 0)]),
        (PROFESSIONAL, [OPEN, EXTENSION], "2022-01-15", CHEAPER, "2021-06-16",
         [(20000, 48667), (-18500, -18250), (-1500, -7300)]),
    ],
)  # fmt: skip
def test_difference_credits_unused_part_of_old_plan(
    held: Any, charges: list[Charge], last: str, target: Any, on: str, lines: list[tuple[int, int]]
) -> None:
    before = subscription(
        plan=held,
        charges=tuple(charges),
        term=term("2020-11-16", last),
        customer=customer(basis=DIFFERENCE),
    )
    made = decide(before, target, day(on))
    assert [(line.amount.price, line.amount.cost) for line in made.lines] == lines


@examples
@given(running(), amounts, st.data())
def test_upgrade_with_credits_is_never_below_zero(
    held: Subscription, price_list: Amounts, data: st.DataObject
) -> None:
    target = plan("ANY", "Any", 8, {held.model.cycle: price_list})
    upgrade, *credited = decide(held, target, data.draw(days_of(held.term))).lines
    unit = price_list * held.model.multiplier
    assert upgrade.amount == redone(unit, held.quantity, upgrade.fraction)
    total = sum_of([upgrade, *credited])
    assert total.price >= 0
    assert total.cost >= 0
    assert {line.kind for line in credited} <= {ChargeKind.CREDIT}
    assert not credited or held.customer.policy.upgrade_basis is DIFFERENCE
