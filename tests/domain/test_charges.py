"""What a subscription is charged for, line by line: rules, section 1."""

import pytest

from domain.charges import charge_all, cycle_amounts, purchase_lines, sold
from domain.errors import ErrorCode
from domain.lines import ChargeKind, ItemKind
from domain.money import WHOLE, Amounts, Fraction
from domain.state import Subscription
from tests.builders import (
    FAX,
    LOCAL,
    MONTHLY,
    QUARTERLY,
    RECORDING,
    add_on,
    number,
    period,
    plan,
    prices,
    refused,
    subscription,
)

FULL = subscription(
    quantity=3, add_ons=(add_on(RECORDING, 2), add_on(FAX)), numbers=(number(1), number(2, LOCAL))
)


def test_there_is_one_line_for_the_plan_each_add_on_and_each_number() -> None:
    assert [(s.item.kind, s.item.code, s.quantity) for s in sold(FULL)] == [
        (ItemKind.PLAN, "PRO", 3),
        (ItemKind.ADD_ON, "REC", 2),
        (ItemKind.ADD_ON, "FAX", 1),
        (ItemKind.NUMBER, "+49300001", 1),
        (ItemKind.NUMBER, "+49300002", 1),
    ]


def test_the_first_paid_term_charges_everything_in_full() -> None:
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


@pytest.mark.parametrize("held", WITHOUT_A_MONTHLY_PRICE)
def test_what_has_no_price_for_the_cycle_cannot_be_charged(held: Subscription) -> None:
    with refused(ErrorCode.NOT_OFFERED, naming="Odd is not offered monthly."):
        purchase_lines(held)


def test_what_has_lost_its_price_counts_nothing() -> None:
    assert [cycle_amounts(held) for held in WITHOUT_A_MONTHLY_PRICE] == [
        Amounts(0, 0),
        Amounts(3700, 3650),
        Amounts(3700, 3650),
    ]
