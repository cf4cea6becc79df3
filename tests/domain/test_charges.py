"""The charge lines of a subscription: rules §1."""

from typing import Any

import pytest

from domain.charges import (
    charge_all,
    check_offered,
    cycle_amounts,
    holdings,
    number_item,
    plan_item,
    purchase_lines,
    rest_of_term_line,
)
from domain.errors import ErrorCode
from domain.lifecycle import Action
from domain.lines import ChargeKind, ItemKind, Line
from domain.money import WHOLE, Amounts, Fraction
from domain.periods import Period
from domain.policy import ProrationUnit
from domain.subscription import Subscription
from tests.builders import (
    BUSINESS,
    FAX,
    LOCAL,
    MONTHLY,
    QUARTERLY,
    RECORDING,
    YEARLY,
    add_on,
    customer,
    day,
    number,
    period,
    plan,
    prices,
    refused,
    subscription,
    term,
    waiting,
)

FULL = subscription(
    quantity=3, add_ons=(add_on(RECORDING, 2), add_on(FAX)), numbers=(number(1), number(2, LOCAL))
)


def test_a_line_for_plan_each_add_on_and_each_number() -> None:
    assert [(s.item.kind, s.item.code, s.quantity) for s in holdings(FULL)] == [
        (ItemKind.PLAN, "PRO", 3),
        (ItemKind.ADD_ON, "REC", 2),
        (ItemKind.ADD_ON, "FAX", 1),
        (ItemKind.NUMBER, "+49300001", 1),
        (ItemKind.NUMBER, "+49300002", 1),
    ]


def test_the_first_paid_term_is_charged_in_full() -> None:
    assert [(line.kind, line.amount) for line in purchase_lines(FULL)] == [
        (ChargeKind.PURCHASE, Amounts(111000, 109500)),
        (ChargeKind.ADD_ON, Amounts(24000, 20000)),
        (ChargeKind.ADD_ON, Amounts(6000, 5000)),
        (ChargeKind.NUMBER, Amounts(2400, 1200)),
        (ChargeKind.NUMBER, Amounts(2400, 1200)),
    ]
    assert {(line.fraction, line.period, line.cycle_months) for line in purchase_lines(FULL)} == {
        (WHOLE, FULL.term, 12)
    }
    assert cycle_amounts(FULL) == Amounts(145800, 136900)


def test_every_line_of_an_extension_is_an_extension() -> None:
    months = period("2021-11-16", "2022-02-15")
    lines = charge_all(FULL, ChargeKind.EXTENSION, months, QUARTERLY, Fraction(2, 3))
    assert {(line.kind, line.period, line.cycle_months) for line in lines} == {
        (ChargeKind.EXTENSION, months, 3)
    }
    assert [line.unit for line in lines[:2]] == [Amounts(11100, 10950), Amounts(3000, 2700)]
    assert [line.amount for line in lines[:2]] == [Amounts(22200, 21900), Amounts(4000, 3600)]


ODD = plan("ODD", "Odd", 9, prices(yearly=(100, 90)))
WITHOUT_A_MONTHLY_PRICE = [
    subscription(model=MONTHLY, plan=ODD),
    subscription(model=MONTHLY, add_ons=(add_on(ODD),)),
    subscription(model=MONTHLY, numbers=(number(1, ODD),)),
]


@pytest.mark.parametrize("state", WITHOUT_A_MONTHLY_PRICE)
def test_a_holding_without_a_price_is_not_charged(state: Subscription) -> None:
    message = "Odd is not offered monthly."
    with refused(ErrorCode.NOT_OFFERED, naming=message):
        purchase_lines(state)
    with refused(ErrorCode.NOT_OFFERED, "planCode", naming=message):
        check_offered(state, "planCode")
    with refused(ErrorCode.NOT_OFFERED, naming=message):
        rest_of_term_line(state, ChargeKind.UPGRADE, plan_item(ODD), ODD, 1, day("2021-06-16"))


def test_a_holding_without_a_price_counts_nothing() -> None:
    assert [cycle_amounts(state) for state in WITHOUT_A_MONTHLY_PRICE] == [
        Amounts(0, 0),
        Amounts(3700, 3650),
        Amounts(3700, 3650),
    ]


ONLY_A_YEARLY_PRICE: list[dict[str, Any]] = [
    {"plan": ODD},
    {"add_ons": (add_on(RECORDING), add_on(ODD))},
    {"numbers": (number(1, ODD),)},
]


@pytest.mark.parametrize("changes", ONLY_A_YEARLY_PRICE)
def test_a_scheduled_model_needs_prices_too(changes: dict[str, Any]) -> None:
    fewer = waiting(Action.CHANGE_QUANTITY, 1, quantity=1)
    yearly, monthly = (waiting(Action.CHANGE_BILLING_MODEL, 2, model=model) for model in (YEARLY, MONTHLY))
    for scheduled in [(), (fewer,), (fewer, yearly)]:
        check_offered(subscription(**changes, scheduled=scheduled), "cycle")
    with refused(ErrorCode.NOT_OFFERED, "cycle", naming="Odd is not offered monthly."):
        check_offered(subscription(**changes, scheduled=(fewer, monthly)), "cycle")


def test_a_mid_term_purchase_pays_to_the_term_end() -> None:
    line = rest_of_term_line(
        subscription(), ChargeKind.UPGRADE, plan_item(BUSINESS), BUSINESS, 3, day("2021-06-16")
    )
    assert line == Line(
        kind=ChargeKind.UPGRADE,
        item=plan_item(BUSINESS),
        period=period("2021-06-16", "2021-11-15"),
        quantity=3,
        fraction=Fraction(6, 12),
        unit=Amounts(74000, 73000),
        amount=Amounts(111000, 109500),
        cycle_months=12,
    )


@pytest.mark.parametrize(
    ("unit", "on", "fraction", "amount"),
    [
        # 28 February to 30 May, three months by the anchor day: 6.00 and 3.00
        (ProrationUnit.CALENDAR_MONTH, "2021-02-28", (3, 3), (600, 300)),
        (ProrationUnit.CALENDAR_MONTH, "2021-04-01", (2, 3), (400, 200)),
        (ProrationUnit.ANNIVERSARY_MONTH, "2021-03-30", (3, 3), (600, 300)),
        (ProrationUnit.ANNIVERSARY_MONTH, "2021-03-31", (2, 3), (400, 200)),
        (ProrationUnit.DAY, "2021-03-01", (91, 92), (593, 297)),
        (ProrationUnit.DAY, "2021-05-30", (1, 92), (7, 3)),
    ],
)
def test_the_policy_decides_the_fraction(
    unit: ProrationUnit, on: str, fraction: tuple[int, int], amount: tuple[int, int]
) -> None:
    clamped = term("2021-02-28", "2021-05-30", 2, anchor_day=31)
    state = subscription(model=QUARTERLY, term=clamped, customer=customer(unit))
    line = rest_of_term_line(state, ChargeKind.NUMBER, number_item(number(1)), LOCAL, 1, day(on))
    assert (line.fraction, line.amount) == (Fraction(*fraction), Amounts(*amount))
    assert (line.unit, line.cycle_months) == (Amounts(600, 300), 3)
    anchor_day = 31 if on == "2021-02-28" else day(on).day
    assert line.period == Period(day(on), clamped.ends_before, anchor_day)
