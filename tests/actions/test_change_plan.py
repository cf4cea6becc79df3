"""When a plan changes, what changes with it and what it charges: rules §1, §3 and §4.4."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.change_plan import decide
from domain.catalogue import Plan
from domain.errors import ErrorCode
from domain.lifecycle import ENDED, Action, Status
from domain.lines import Charge, ChargeKind, Item, ItemKind, Line, sum_of
from domain.money import ZERO, Amounts, Fraction
from domain.policy import ProrationUnit, UpgradeBasis
from domain.quote import quote_of
from domain.subscription import AddOnStatus, Scheduled, Subscription
from tests.builders import (
    BUSINESS,
    ENTERPRISE,
    FAX,
    MONTHLY,
    PROFESSIONAL,
    QUARTERLY,
    RECORDING,
    YEARLY,
    add_on,
    customer,
    day,
    number,
    period,
    plan,
    plan_charge,
    prices,
    provisioned,
    refused,
    subscription,
    term,
    trial,
    uid,
)
from tests.domain.strategies import amounts, days_of, examples, recomputed, running

IN_JUNE = day("2021-06-16")
DEARER_RECORDING = replace(RECORDING, prices=prices((18000, 15000), (1500, 1300)))
WITH_RECORDING = replace(BUSINESS, add_ons={"REC": DEARER_RECORDING})
YEARLY_ONLY = replace(BUSINESS, prices=prices(yearly=(74000, 73000)))
RECORDING_YEARLY_ONLY = replace(
    BUSINESS, add_ons={"REC": replace(RECORDING, prices=prices(yearly=(12000, 10000)))}
)
BECOMES_MONTHLY = Scheduled(uid(1), Action.CHANGE_BILLING_MODEL, day("2021-11-16"), "Monthly.", model=MONTHLY)
FEWER = Scheduled(uid(2), Action.CHANGE_QUANTITY, day("2021-11-16"), "1 licence.", quantity=1)


@pytest.mark.parametrize("basis", UpgradeBasis)
def test_downgrade_is_immediate_without_refund(basis: UpgradeBasis) -> None:
    held = subscription(plan=ENTERPRISE, quantity=2, customer=customer(basis=basis))
    made = decide(held, PROFESSIONAL, IN_JUNE)
    assert (made.lines, made.after) == ((), replace(held, plan=PROFESSIONAL))
    assert (made.effective_on, made.summary) == (IN_JUNE, "Downgraded from Enterprise to Professional.")
    quote = quote_of(made)
    assert (quote.amount, quote.term_after) == (ZERO, held.term)
    assert (quote.renewal_before, quote.renewal_after) == (Amounts(296000, 292000), Amounts(74000, 73000))


@pytest.mark.parametrize("status", [Status.TRIAL, Status.PENDING_FOR_CANCEL])
@pytest.mark.parametrize("basis", UpgradeBasis)
def test_a_trial_changes_plan_free_of_charge(status: Status, basis: UpgradeBasis) -> None:
    held = trial(status=status, customer=customer(basis=basis))
    made = decide(held, BUSINESS, day("2021-06-14"))
    assert (made.lines, made.after) == ((), replace(held, plan=BUSINESS))


def test_upgrade_pending_for_cancel_is_charged() -> None:
    made = decide(subscription(status=Status.PENDING_FOR_CANCEL), BUSINESS, IN_JUNE)
    assert [line.amount for line in made.lines] == [Amounts(37000, 36500)]
    assert quote_of(made).renewal_after == ZERO


def test_only_plan_and_add_on_offers_change() -> None:
    held = subscription(
        add_ons=(add_on(RECORDING, 2),),
        numbers=(number(1),),
        scheduled=(FEWER, BECOMES_MONTHLY),
        quantity=3,
        settings={"theme": "dark"},
        assignees={uid(4): "Ada"},
    )
    made = decide(held, WITH_RECORDING, IN_JUNE)
    assert made.after == replace(held, plan=WITH_RECORDING, add_ons=(add_on(DEARER_RECORDING, 2),))
    assert [line.item.code for line in made.lines] == ["BUS"]


def test_add_ons_renew_at_new_plan_prices() -> None:
    made = decide(subscription(add_ons=(add_on(RECORDING, 2),)), WITH_RECORDING, IN_JUNE)
    assert quote_of(made).amount == Amounts(37000, 36500)
    assert quote_of(made).renewal_before == Amounts(61000, 56500)
    assert quote_of(made).renewal_after == Amounts(110000, 103000)


@pytest.mark.parametrize("status", sorted(ENDED))
def test_an_ended_subscription_keeps_its_plan(status: Status) -> None:
    with refused(ErrorCode.ALREADY_ENDED, naming=status):
        decide(subscription(status=status), BUSINESS, IN_JUNE)


def test_plan_changes_until_last_day_of_term() -> None:
    assert decide(subscription(), BUSINESS, day("2021-11-15")).after.plan == BUSINESS
    with refused(ErrorCode.NOT_ALLOWED_IN_STATUS, naming="2021-11-15"):
        decide(subscription(), BUSINESS, day("2021-11-16"))


def test_a_plan_that_does_not_exist_is_not_found() -> None:
    with refused(ErrorCode.NOT_FOUND, "planCode", naming="There is no such plan."):
        decide(subscription(), None, IN_JUNE)


def test_the_present_plan_is_no_change() -> None:
    with refused(ErrorCode.SAME_PLAN, "planCode", naming="Professional"):
        decide(subscription(), PROFESSIONAL, IN_JUNE)


@pytest.mark.parametrize(
    ("changes", "target", "named"),
    [
        ({}, replace(BUSINESS, product_id=uid(901)), ["Business", "another product"]),
        ({"add_ons": (add_on(RECORDING), add_on(FAX))}, BUSINESS, ["Recording", "Fax"]),
        ({"add_ons": (add_on(RECORDING), add_on(FAX))}, WITH_RECORDING, ["Fax"]),
        ({"add_ons": (add_on(FAX, status=AddOnStatus.PENDING_FOR_CANCEL),)}, BUSINESS, ["Fax"]),
        ({"model": MONTHLY}, YEARLY_ONLY, ["Business", "monthly"]),
        ({"model": QUARTERLY}, YEARLY_ONLY, ["Business", "monthly"]),
        (
            {"model": MONTHLY, "add_ons": (add_on(RECORDING),)},
            RECORDING_YEARLY_ONLY,
            ["Recording", "monthly"],
        ),
        # the billing model that is scheduled is not silently lost either
        ({"model": YEARLY, "scheduled": (FEWER, BECOMES_MONTHLY)}, YEARLY_ONLY, ["Business", "monthly"]),
    ],
)
def test_a_plan_without_the_held_add_ons_is_refused(
    changes: dict[str, Any], target: Plan, named: list[str]
) -> None:
    held = subscription(term=term("2021-06-01", "2021-06-30"), **changes)
    for name in named:
        with refused(ErrorCode.NOT_OFFERED, "planCode", naming=name):
            decide(held, target, IN_JUNE)


@pytest.mark.parametrize("held", [trial(model=MONTHLY), subscription(plan=ENTERPRISE, model=MONTHLY)])
def test_free_change_needs_price_for_cycle(
    held: Subscription,
) -> None:
    with refused(ErrorCode.NOT_OFFERED, "planCode", naming="Business is not offered monthly"):
        decide(held, YEARLY_ONLY, day("2021-06-02"))


def test_events_and_refusals_have_no_cost() -> None:
    secret = plan("ODD", "Odd", 9, prices((74000, 10**16)), default_settings={})
    made = decide(subscription(), secret, IN_JUNE)
    assert str(10**16) not in repr(made.provisioning) + made.summary
    with refused(ErrorCode.INVALID_VALUE, naming="The amount for Odd is too large to be charged."):
        decide(subscription(quantity=3), secret, IN_JUNE)


CALENDAR, ANNIVERSARY, DAY = ProrationUnit
TARGET, DIFFERENCE = UpgradeBasis
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
    assert provisioned(made) == [("CHANGE_PLAN", {"planBefore": "PRO", "planAfter": "BUS"})]


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
    assert upgrade.amount == recomputed(unit, held.quantity, upgrade.fraction)
    total = sum_of([upgrade, *credited])
    assert total.price >= 0
    assert total.cost >= 0
    assert {line.kind for line in credited} <= {ChargeKind.CREDIT}
    assert not credited or held.customer.policy.upgrade_basis is DIFFERENCE
