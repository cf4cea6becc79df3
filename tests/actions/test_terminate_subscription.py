"""Terminate at once, and what that refunds, day by day: rules §4.11."""

from dataclasses import replace
from typing import Any

import pytest

from actions.terminate_subscription import decide
from domain.decision import Decision
from domain.lifecycle import Action, Status
from domain.lines import Charge, ChargeKind, Item, ItemKind, sum_of
from domain.money import ZERO, Amounts, Fraction
from domain.periods import Period, Term
from domain.quote import quote_of
from domain.subscription import AddOnStatus, Subscription
from tests.builders import (
    FAX,
    add_on,
    charged,
    customer,
    day,
    money,
    number,
    period,
    plan_charge,
    provisioned,
    subscription,
    term,
    trial,
    uid,
    waiting,
)

ITEM = Item(ItemKind.PLAN, "PRO", "Professional")


def paid(of: Term, price: int, cost: int, **changes: Any) -> Subscription:
    """Charged once for the term, and purchased on its first day, unless `changes` say else."""
    charges = (charged(1, ITEM, Amounts(price, cost), of),)
    return subscription(**({"term": of, "purchased_on": of.starts_on, "charges": charges} | changes))


def refund(held: Subscription, today: str) -> tuple[int, int]:
    """The price and the cost given back."""
    back = sum_of(decide(held, day(today)).lines)
    return -back.price, -back.cost


YEAR_FROM_1_MAY = term("2021-05-01", "2022-04-30")


@pytest.mark.parametrize(
    ("today", "price"),
    [
        # the days of the rule
        ("2021-05-02", 12000), ("2021-05-15", 12000), ("2021-05-16", 11000),
        ("2021-05-28", 11000), ("2021-06-01", 10000), ("2022-04-30", 0),
        # and those around them
        ("2021-05-01", 12000), ("2021-05-14", 12000), ("2021-05-31", 11000),
        ("2021-06-30", 10000), ("2021-07-01", 9000), ("2021-08-01", 8000), ("2021-09-01", 7000),
        ("2021-10-01", 6000), ("2021-11-01", 5000), ("2021-12-01", 4000), ("2022-01-01", 3000),
        ("2022-02-01", 2000), ("2022-03-01", 1000), ("2022-03-31", 1000), ("2022-04-01", 0),
    ],
)  # fmt: skip
def test_a_year_for_120_bought_on_1_may(today: str, price: int) -> None:
    assert refund(paid(YEAR_FROM_1_MAY, 12000, 6000), today) == (price, price // 2)


JANUARY_31 = term("2021-01-31", "2022-01-30")
LEAP_DAY = term("2024-02-29", "2025-02-27")
THREE_MONTHS = term("2021-01-31", "2021-04-29")
SECOND_THREE = term("2021-04-30", "2021-07-30", 2, anchor_day=31)
ONE_MONTH = term("2021-05-01", "2021-05-31")
FIRST_YEAR = {"purchased_on": day("2020-05-01")}


@pytest.mark.parametrize(
    ("of", "changes", "today", "months", "of_months"),
    [
        # 31 January, 28 February, 31 March, 30 April: months keep the anchor day
        (JANUARY_31, {}, "2021-02-14", 12, 12), (JANUARY_31, {}, "2021-02-15", 11, 12),
        (JANUARY_31, {}, "2021-02-27", 11, 12), (JANUARY_31, {}, "2021-02-28", 10, 12),
        (JANUARY_31, {}, "2021-03-30", 10, 12), (JANUARY_31, {}, "2021-03-31", 9, 12),
        (JANUARY_31, {}, "2021-04-29", 9, 12), (JANUARY_31, {}, "2021-04-30", 8, 12),
        (LEAP_DAY, {}, "2024-03-14", 12, 12), (LEAP_DAY, {}, "2024-03-15", 11, 12),
        (LEAP_DAY, {}, "2024-03-28", 11, 12), (LEAP_DAY, {}, "2024-03-29", 10, 12),
        (LEAP_DAY, {}, "2025-01-28", 1, 12), (LEAP_DAY, {}, "2025-01-29", 0, 12),
        # MONTHLY x 3
        (THREE_MONTHS, {}, "2021-02-14", 3, 3), (THREE_MONTHS, {}, "2021-02-15", 2, 3),
        (THREE_MONTHS, {}, "2021-02-28", 1, 3), (THREE_MONTHS, {}, "2021-03-31", 0, 3),
        # monthly: nothing but the window
        (ONE_MONTH, {}, "2021-05-15", 1, 1), (ONE_MONTH, {}, "2021-05-16", 0, 1),
        # a renewed term has no refund window
        (YEAR_FROM_1_MAY, FIRST_YEAR, "2021-05-01", 11, 12),
        (YEAR_FROM_1_MAY, FIRST_YEAR, "2021-05-15", 11, 12),
        (YEAR_FROM_1_MAY, FIRST_YEAR, "2021-06-01", 10, 12), (ONE_MONTH, FIRST_YEAR, "2021-05-01", 0, 1),
        (SECOND_THREE, FIRST_YEAR, "2021-04-30", 2, 3), (SECOND_THREE, FIRST_YEAR, "2021-05-30", 2, 3),
        (SECOND_THREE, FIRST_YEAR, "2021-05-31", 1, 3), (SECOND_THREE, FIRST_YEAR, "2021-06-29", 1, 3),
        (SECOND_THREE, FIRST_YEAR, "2021-06-30", 0, 3),
        # the window is the policy's
        (YEAR_FROM_1_MAY, {"customer": customer(refund_window_days=0)}, "2021-05-01", 12, 12),
        (YEAR_FROM_1_MAY, {"customer": customer(refund_window_days=0)}, "2021-05-02", 11, 12),
        (YEAR_FROM_1_MAY, {"customer": customer(refund_window_days=45)}, "2021-06-15", 12, 12),
        (YEAR_FROM_1_MAY, {"customer": customer(refund_window_days=45)}, "2021-06-16", 10, 12),
        # where refunds are not allowed, not in the window either
        (YEAR_FROM_1_MAY, {"customer": customer(allow_refund=False)}, "2021-05-01", 0, 12),
        (YEAR_FROM_1_MAY, {"customer": customer(allow_refund=False)}, "2021-05-16", 0, 12),
    ],
)  # fmt: skip
def test_line_gives_back_months_not_begun(
    of: Term, changes: dict[str, Any], today: str, months: int, of_months: int
) -> None:
    held = paid(of, 1000 * of_months, 700 * of_months, **changes)
    assert refund(held, today) == (1000 * months, 700 * months)


@pytest.mark.parametrize(
    ("currency", "charged_for_the_year", "back"),
    [
        ("USD", ("370.00", "365.00"), ("339.17", "334.58")),
        # three licences: 3 x 339.17 would be 1017.51
        ("USD", ("1110.00", "1095.00"), ("1017.50", "1003.75")),
        ("JPY", ("1000", "999"), ("917", "916")),
        ("KWD", ("12.345", "10.001"), ("11.316", "9.168")),
        ("USD", ("0.06", "0.05"), ("0.06", "0.05")),
        ("USD", ("0.00", "0.01"), ("0.00", "0.01")),
    ],
)
def test_eleven_months_are_rounded_in_their_currency(
    currency: str, charged_for_the_year: tuple[str, str], back: tuple[str, str]
) -> None:
    whole = money(currency, *charged_for_the_year)
    held = paid(YEAR_FROM_1_MAY, whole.price, whole.cost)
    (line,) = decide(held, day("2021-05-16")).lines
    assert (line.kind, line.reverses, line.item, line.quantity) == (ChargeKind.REFUND, uid(1), ITEM, 1)
    assert (line.unit, line.fraction, line.amount) == (whole, Fraction(11, 12), -money(currency, *back))
    assert line.period == period("2021-06-01", "2022-04-30")


# 6/12 of 370.00 for 20 June to 15 November: 20 June, July, August, September, and short, October.
IN_JUNE = charged(2, ITEM, Amounts(18500, 18250), period("2021-06-20", "2021-11-15"))
# From 31 August on: 31 August, 30 September, and short, 31 October.
IN_AUGUST = charged(3, ITEM, Amounts(9000, 6000), period("2021-08-31", "2021-11-15"))
EXTENSION = charged(4, ITEM, Amounts(7400, 7300), period("2021-11-16", "2022-01-15"))
CLOSED = plan_charge(1, closed=True, given_back=Amounts(-18500, -18250))


@pytest.mark.parametrize(
    ("charge", "today", "fraction", "amount"),
    [
        # bought in mid-term: its own months, and no refund window
        (IN_JUNE, "2021-06-20", (4, 5), (14800, 14600)), (IN_JUNE, "2021-07-19", (4, 5), (14800, 14600)),
        (IN_JUNE, "2021-07-20", (3, 5), (11100, 10950)), (IN_JUNE, "2021-10-19", (1, 5), (3700, 3650)),
        (IN_JUNE, "2021-10-20", None, ()), (IN_JUNE, "2021-11-15", None, ()),
        (IN_AUGUST, "2021-08-31", (2, 3), (6000, 4000)), (IN_AUGUST, "2021-09-29", (2, 3), (6000, 4000)),
        (IN_AUGUST, "2021-09-30", (1, 3), (3000, 2000)), (IN_AUGUST, "2021-10-30", (1, 3), (3000, 2000)),
        (IN_AUGUST, "2021-10-31", None, ()),
        # an extension that has not begun comes back whole
        (EXTENSION, "2021-11-15", (2, 2), (7400, 7300)), (EXTENSION, "2021-11-16", (1, 2), (3700, 3650)),
        (EXTENSION, "2021-12-16", None, ()),
        (CLOSED, "2020-11-16", None, ()), (CLOSED, "2021-01-01", None, ()),
    ],
)  # fmt: skip
def test_each_line_counts_from_its_own_first_day(
    charge: Charge, today: str, fraction: tuple[int, int] | None, amount: tuple[int, int]
) -> None:
    held = subscription(charges=(charge,), term=term("2020-11-16", "2022-01-15"))
    assert [(line.fraction, -line.amount) for line in decide(held, day(today)).lines] == (
        [(Fraction(*fraction), Amounts(*amount))] if fraction else []
    )


def test_refund_window_gives_back_everything() -> None:
    more = charged(2, ITEM, Amounts(37000, 36500), period("2020-11-20", "2021-11-15"))
    held = subscription(charges=(plan_charge(1), more, EXTENSION), term=term("2020-11-16", "2022-01-15"))
    made = decide(held, day("2020-11-30"))
    assert [(line.reverses, line.amount) for line in made.lines] == [
        (charge.id, -charge.line.amount) for charge in held.charges
    ]
    assert [line.period for line in made.lines] == [charge.line.period for charge in held.charges]


def test_it_is_over_at_once_and_for_ever() -> None:
    ending = add_on(FAX, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=day("2021-11-16"))
    scheduled = (
        waiting(Action.CANCEL, 801),
        waiting(Action.CANCEL_ADD_ON, 802, add_on_id=ending.id, quantity=0),
    )
    held = subscription(
        status=Status.PENDING_FOR_CANCEL, add_ons=(ending,), numbers=(number(1),), scheduled=scheduled
    )
    made: Decision = decide(held, day("2021-06-16"))
    assert made.after == replace(
        held,
        status=Status.TERMINATED,
        ended_on=day("2021-06-16"),
        numbers=(),
        scheduled=(),
        add_ons=(add_on(FAX),),
    )
    assert (made.action, made.effective_on) == (Action.TERMINATE, day("2021-06-16"))
    assert provisioned(made) == [("TERMINATE", {})]
    assert quote_of(made).renewal_after == ZERO


def test_a_trial_is_terminated_without_a_refund() -> None:
    made = decide(trial(), day("2021-06-02"))
    assert (made.lines, made.after.status) == ((), Status.TERMINATED)


def test_a_refund_names_the_days_that_it_gives_back() -> None:
    (line,) = decide(paid(SECOND_THREE, 3000, 1500, **FIRST_YEAR), day("2021-05-01")).lines
    assert line.period == Period(day("2021-05-31"), day("2021-07-31"), 31)
