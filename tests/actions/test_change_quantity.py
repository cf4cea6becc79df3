"""More licences at once and charged, fewer at their time and not refunded: rules §3, §4.13, §5."""

from dataclasses import replace
from typing import Any

import pytest

from actions.change_quantity import ChangeQuantity, decide
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.lines import ChargeKind, Item, ItemKind, Line
from domain.money import Amounts, Fraction
from domain.policy import ProrationUnit
from domain.quantities import MAX_QUANTITY
from domain.quote import quote_of
from domain.scheduling import NOW, When
from domain.subscription import Scheduled, Subscription
from tests.builders import (
    AT_END,
    MONTHLY,
    PROFESSIONAL,
    QUARTERLY,
    customer,
    day,
    ids,
    money,
    on,
    period,
    provisioned,
    refused,
    subscription,
    term,
    trial,
    uid,
    waiting,
)

CALENDAR, ANNIVERSARY, DAY = ProrationUnit
IN_JUNE = day("2021-06-16")
ADA_AND_BOB = {uid(4): "Ada", uid(5): "Bob"}


def ask(held: Subscription, quantity: int, when: When = NOW, today: str = "2021-06-16") -> Decision:
    return decide(held, ChangeQuantity(held.id, quantity, when, reason="why"), day(today), ids())


def test_more_licences_are_charged_for_rest_of_term() -> None:
    held = subscription(quantity=2)
    made = ask(held, 5)
    assert made == Decision(
        action=Action.CHANGE_QUANTITY,
        effective_on=IN_JUNE,
        before=held,
        after=replace(held, quantity=5),
        summary="Licences increased from 2 to 5.",
        lines=(
            Line(
                kind=ChargeKind.QUANTITY,
                item=Item(ItemKind.PLAN, "PRO", "Professional"),
                period=period("2021-06-16", "2021-11-15"),
                quantity=3,
                fraction=Fraction(6, 12),
                unit=Amounts(37000, 36500),
                amount=Amounts(55500, 54750),
                cycle_months=12,
            ),
        ),
        provisioning=made.provisioning,
    )
    assert provisioned(made) == [("SET_QUANTITY", {"quantity": 5})]
    assert quote_of(made).renewal_after == Amounts(185000, 182500)


FROM_JANUARY_31 = {"term": term("2021-01-31", "2021-04-29"), "model": QUARTERLY}
ONE_LEAP_FEBRUARY = {"term": term("2020-01-31", "2020-02-28"), "model": MONTHLY}
FROM_LEAP_DAY = {"term": term("2020-02-29", "2021-02-27")}
TWO_MONTHS_LONGER = {"term": term("2020-11-16", "2022-01-15")}


@pytest.mark.parametrize(
    ("unit", "changes", "more", "today", "fraction", "amount"),
    [
        (CALENDAR, {}, 1, "2020-11-16", (12, 12), (37000, 36500)),
        (CALENDAR, {}, 2, "2021-06-16", (6, 12), (37000, 36500)),
        (CALENDAR, {}, 1, "2021-11-15", (1, 12), (3083, 3042)),
        # 5/12 of 740.00 and of 730.00
        (ANNIVERSARY, {}, 2, "2021-06-16", (5, 12), (30833, 30417)),
        # rounded once for all: 3 x 154.17 would be 462.51
        (ANNIVERSARY, {}, 3, "2021-06-16", (5, 12), (46250, 45625)),
        (DAY, {}, 2, "2021-06-16", (153, 365), (31019, 30600)),
        # MONTHLY x 3 at 37.00 is 111.00
        (CALENDAR, FROM_JANUARY_31, 3, "2021-03-01", (2, 3), (22200, 21900)),
        (ANNIVERSARY, FROM_JANUARY_31, 1, "2021-02-27", (3, 3), (11100, 10950)),
        (ANNIVERSARY, FROM_JANUARY_31, 1, "2021-02-28", (2, 3), (7400, 7300)),
        (DAY, FROM_JANUARY_31, 1, "2021-02-28", (61, 89), (7608, 7505)),
        (CALENDAR, ONE_LEAP_FEBRUARY, 1, "2020-01-31", (1, 1), (3700, 3650)),
        (CALENDAR, ONE_LEAP_FEBRUARY, 1, "2020-02-10", (1, 1), (3700, 3650)),
        (DAY, ONE_LEAP_FEBRUARY, 1, "2020-02-10", (19, 29), (2424, 2391)),
        (DAY, FROM_LEAP_DAY, 1, "2020-03-01", (364, 365), (36899, 36400)),
        (ANNIVERSARY, FROM_LEAP_DAY, 1, "2020-03-28", (12, 12), (37000, 36500)),
        (ANNIVERSARY, FROM_LEAP_DAY, 1, "2020-03-29", (11, 12), (33917, 33458)),
        (CALENDAR, TWO_MONTHS_LONGER, 1, "2021-06-16", (8, 12), (24667, 24333)),
        (CALENDAR, {"status": Status.PENDING_FOR_CANCEL}, 1, "2021-06-16", (6, 12), (18500, 18250)),
    ],
)
def test_an_increase_is_prorated_over_one_cycle(
    unit: ProrationUnit,
    changes: dict[str, Any],
    more: int,
    today: str,
    fraction: tuple[int, int],
    amount: tuple[int, int],
) -> None:
    held = subscription(quantity=4, customer=customer(unit), **changes)
    (line,) = ask(held, 4 + more, today=today).lines
    assert (line.fraction, line.amount) == (Fraction(*fraction), Amounts(*amount))
    assert (line.quantity, line.period.ends_before) == (more, held.term.ends_before)


@pytest.mark.parametrize(
    ("currency", "unit", "more", "amount"),
    [
        ("JPY", ("1000", "999"), 1, ("417", "416")),
        ("JPY", ("1000", "999"), 3, ("1250", "1249")),
        ("KWD", ("12.345", "10.001"), 1, ("5.144", "4.167")),
        ("KWD", ("12.345", "10.001"), 7, ("36.006", "29.170")),
        # 0.125 goes up, 0.1125 down
        ("USD", ("0.30", "0.27"), 1, ("0.13", "0.11")),
    ],
)
def test_amount_is_rounded_half_up_in_its_currency(
    currency: str, unit: tuple[str, str], more: int, amount: tuple[str, str]
) -> None:
    price_list = {held: money(currency, *unit) for held in PROFESSIONAL.prices}
    held = subscription(plan=replace(PROFESSIONAL, prices=price_list), customer=customer(ANNIVERSARY))
    (line,) = ask(held, 1 + more).lines
    assert (line.fraction, line.amount) == (Fraction(5, 12), money(currency, *amount))


@pytest.mark.parametrize("quantity", [1, 5])
@pytest.mark.parametrize("status", [Status.TRIAL, Status.PENDING_FOR_CANCEL])
def test_a_trial_changes_its_licences_free_of_charge(quantity: int, status: Status) -> None:
    held = trial(quantity=3, status=status)
    made = ask(held, quantity, today="2021-06-02")
    assert (made.lines, made.after) == ((), replace(held, quantity=quantity))


@pytest.mark.parametrize(
    ("when", "effective"),
    [(NOW, "2021-06-16"), (on("2021-06-16"), "2021-06-16"), (on("2020-11-16"), "2020-11-16")],
)
def test_a_reduction_carried_out_now_is_not_refunded(when: When, effective: str) -> None:
    held = subscription(quantity=5, assignees=ADA_AND_BOB)
    made = ask(held, 2, when)
    assert (made.effective_on, made.lines) == (day(effective), ())
    assert (made.after, made.summary) == (replace(held, quantity=2), "Licences reduced from 5 to 2.")
    assert [payload for _, payload in provisioned(made)] == [{"quantity": 2}]
    assert quote_of(made).renewal_after == Amounts(74000, 73000)


def test_scheduled_reduction_applies_at_renewal() -> None:
    held = subscription(quantity=5)
    made = ask(held, 2, AT_END)
    change = Scheduled(
        id=uid(1000),
        action=Action.CHANGE_QUANTITY,
        effective_on=day("2021-11-16"),
        summary="Licences reduced from 5 to 2.",
        reason="why",
        quantity=2,
    )
    assert (made.after, made.effective_on) == (replace(held, scheduled=(change,)), day("2021-11-16"))
    assert (made.lines, made.provisioning) == ((), ())
    quote = quote_of(made)
    assert (quote.status_after, quote.scheduled_for) == (Status.ACTIVE, day("2021-11-16"))
    assert (quote.renewal_before, quote.renewal_after) == (Amounts(185000, 182500), Amounts(74000, 73000))


TWO_TO_COME = waiting(Action.CHANGE_QUANTITY, quantity=2)


@pytest.mark.parametrize(
    ("quantity", "when", "field"),
    [
        (1, AT_END, ["when", "at"]),
        (4, AT_END, ["when", "at"]),
        # 2 would make it pointless; 1 would make it an increase
        (2, NOW, ["quantity"]),
        (1, NOW, ["quantity"]),
        (2, on("2021-06-01"), ["quantity"]),
    ],
)
def test_scheduled_reduction_is_not_doubled_or_dropped(quantity: int, when: When, field: list[str]) -> None:
    held = subscription(quantity=5, scheduled=(TWO_TO_COME,))
    with refused(ErrorCode.ALREADY_SCHEDULED, *field, naming="It waits."):
        ask(held, quantity, when)


@pytest.mark.parametrize("quantity", [3, 4, 6])
def test_change_keeping_scheduled_reduction_is_taken(quantity: int) -> None:
    other = waiting(Action.CHANGE_BILLING_MODEL, 801, model=MONTHLY)
    held = subscription(quantity=5, scheduled=(TWO_TO_COME, other))
    made = ask(held, quantity)
    assert made.after == replace(held, quantity=quantity)
    assert quote_of(made).renewal_after == Amounts(7400, 7300)


def test_when_is_for_reductions_an_increase_is_at_once() -> None:
    assert ask(subscription(), 2, AT_END).effective_on == IN_JUNE
    assert ask(subscription(), 2, on("2021-12-24")).effective_on == IN_JUNE


@pytest.mark.parametrize("when", [NOW, AT_END, on("2021-06-01")])
def test_licences_cover_assigned_members(when: When) -> None:
    held = subscription(quantity=3, assignees=ADA_AND_BOB)
    with refused(ErrorCode.NO_LICENCE_LEFT, "quantity", naming="Unassign 1 of them first"):
        ask(held, 1, when)
    assert ask(held, 2, when).action is Action.CHANGE_QUANTITY


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (0, ErrorCode.INVALID_QUANTITY),
        (-1, ErrorCode.INVALID_QUANTITY),
        (MAX_QUANTITY + 1, ErrorCode.INVALID_QUANTITY),
        (3, ErrorCode.NOTHING_TO_CHANGE),
    ],
)
@pytest.mark.parametrize("when", [NOW, AT_END])
def test_invalid_or_equal_quantity_is_refused(quantity: int, code: ErrorCode, when: When) -> None:
    with refused(code, "quantity"):
        ask(subscription(quantity=3), quantity, when)
