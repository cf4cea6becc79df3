"""A longer term, by cycles or up to a day: rules §2, §4.9."""

from dataclasses import replace
from typing import Any

import pytest

from actions.extend_subscription import ExtendSubscription, QuickExtension, decide
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action
from domain.lines import ChargeKind
from domain.money import Amounts, Fraction
from domain.periods import MAX_MULTIPLIER, BillingCycle, Period
from domain.quote import quote_of
from domain.renewal import next_renewal
from domain.subscription import AddOnStatus, Subscription
from tests.builders import (
    FAX,
    MONTHLY,
    QUARTERLY,
    RECORDING,
    YEARLY,
    add_on,
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

MONTHS, YEARS = BillingCycle.MONTHLY, BillingCycle.YEARLY


def quick(held: Subscription, count: int, cycle: BillingCycle) -> Decision:
    return decide(held, ExtendSubscription(held.id, QuickExtension(count, cycle)), held.term.starts_on)


def until(held: Subscription, last: str) -> Decision:
    return decide(held, ExtendSubscription(held.id, day(last)), held.term.ends_on)


FULL = subscription(quantity=3, add_ons=(add_on(RECORDING, 2), add_on(FAX)), numbers=(number(1), number(2)))


@pytest.mark.parametrize(
    ("made", "ends", "fraction", "cycle_months", "amounts"),
    [
        (quick(FULL, 2, MONTHS), "2022-01-15", (2, 1), 1,
         [(22200, 21900), (4000, 3600), (1000, 800), (400, 200), (400, 200)]),
        (quick(FULL, 4, YEARS), "2025-11-15", (4, 1), 12,
         [(444000, 438000), (96000, 80000), (24000, 20000), (9600, 4800), (9600, 4800)]),
        # two started months over the twelve of a cycle
        (until(FULL, "2021-12-31"), "2021-12-31", (2, 12), 12,
         [(18500, 18250), (4000, 3333), (1000, 833), (400, 200), (400, 200)]),
        # MONTHLY x 3: four months over three
        (until(replace(FULL, model=QUARTERLY), "2022-03-15"), "2022-03-15", (4, 3), 3,
         [(44400, 43800), (8000, 7200), (2000, 1600), (800, 400), (800, 400)]),
    ],
)  # fmt: skip
def test_an_extension_charges_all_items_from_its_start(
    made: Decision,
    ends: str,
    fraction: tuple[int, int],
    cycle_months: int,
    amounts: list[tuple[int, int]],
) -> None:
    assert made.after.term == term("2020-11-16", ends)
    assert [line.amount for line in made.lines] == [Amounts(*amount) for amount in amounts]
    assert [(line.item.code, line.quantity) for line in made.lines] == [
        ("PRO", 3), ("REC", 2), ("FAX", 1), ("+49300001", 1), ("+49300002", 1)
    ]  # fmt: skip
    assert {(line.kind, line.fraction, line.period, line.cycle_months) for line in made.lines} == {
        (ChargeKind.EXTENSION, Fraction(*fraction), period("2021-11-16", ends), cycle_months)
    }
    assert (made.action, made.provisioning) == (Action.EXTEND, ())
    assert made.summary == f"Extended from 2021-11-15 to {ends}."
    assert quote_of(made).renewal_before == quote_of(made).renewal_after


EXAMPLE = subscription()
FROM_JANUARY_31 = subscription(model=MONTHLY, term=term("2021-01-31", "2021-02-27"), anchor_day=31)
THREE_FROM_JANUARY_31 = replace(FROM_JANUARY_31, model=QUARTERLY, term=term("2021-01-31", "2021-04-29"))
FROM_LEAP_DAY = subscription(term=term("2020-02-29", "2021-02-27"), anchor_day=29)
CLAMPED = subscription(model=MONTHLY, term=term("2021-02-28", "2021-03-30", 2, 31), anchor_day=31)


@pytest.mark.parametrize(
    ("held", "count", "cycle", "last", "amount"),
    [
        (EXAMPLE, 1, MONTHS, "2021-12-15", (3700, 3650)),
        (EXAMPLE, 1, YEARS, "2022-11-15", (37000, 36500)),
        (EXAMPLE, 14, MONTHS, "2023-01-15", (51800, 51100)),
        (FROM_JANUARY_31, 1, MONTHS, "2021-03-30", (3700, 3650)),
        (FROM_JANUARY_31, 2, MONTHS, "2021-04-29", (7400, 7300)),
        (FROM_JANUARY_31, 12, MONTHS, "2022-02-27", (44400, 43800)),
        (FROM_JANUARY_31, 1, YEARS, "2022-02-27", (37000, 36500)),
        (THREE_FROM_JANUARY_31, 1, MONTHS, "2021-05-30", (3700, 3650)),
        (CLAMPED, 1, MONTHS, "2021-04-29", (3700, 3650)),
        (FROM_LEAP_DAY, 1, YEARS, "2022-02-27", (37000, 36500)),
        (FROM_LEAP_DAY, 3, YEARS, "2024-02-28", (111000, 109500)),
        (FROM_LEAP_DAY, 1, MONTHS, "2021-03-28", (3700, 3650)),
    ],
)
def test_quick_extension_keeps_anchor_day(
    held: Subscription, count: int, cycle: BillingCycle, last: str, amount: tuple[int, int]
) -> None:
    made = quick(held, count, cycle)
    assert made.after.term.ends_on == day(last)
    assert made.after == replace(held, term=replace(held.term, ends_before=made.after.term.ends_before))
    (line,) = made.lines
    assert (line.fraction, line.amount) == (Fraction(count, 1), Amounts(*amount))
    # its months are counted from its own first day
    start = held.term.ends_before
    assert line.period == Period(start, made.after.term.ends_before, start.day)


@pytest.mark.parametrize(
    ("held", "last", "months", "anchor_day", "amount"),
    [
        (EXAMPLE, "2021-12-15", 1, 16, (3083, 3042)),
        (EXAMPLE, "2021-12-16", 2, 17, (6167, 6083)),
        (EXAMPLE, "2021-12-31", 2, 1, (6167, 6083)),
        (EXAMPLE, "2022-01-15", 2, 16, (6167, 6083)),
        (EXAMPLE, "2022-11-15", 12, 16, (37000, 36500)),
        (EXAMPLE, "2022-11-16", 13, 17, (40083, 39542)),
        (FROM_JANUARY_31, "2021-03-30", 1, 31, (3700, 3650)),
        (FROM_JANUARY_31, "2021-03-31", 2, 1, (7400, 7300)),
        (FROM_JANUARY_31, "2021-04-29", 2, 30, (7400, 7300)),
        (THREE_FROM_JANUARY_31, "2021-05-30", 1, 31, (3700, 3650)),
        (THREE_FROM_JANUARY_31, "2021-07-29", 3, 30, (11100, 10950)),
        (THREE_FROM_JANUARY_31, "2021-07-30", 3, 31, (11100, 10950)),
        (THREE_FROM_JANUARY_31, "2021-07-31", 4, 1, (14800, 14600)),
        (FROM_LEAP_DAY, "2021-03-28", 1, 29, (3083, 3042)),
        (FROM_LEAP_DAY, "2022-02-27", 12, 28, (37000, 36500)),
        (FROM_LEAP_DAY, "2022-02-28", 13, 1, (40083, 39542)),
    ],
)
def test_absolute_extension_sets_anchor_day(
    held: Subscription, last: str, months: int, anchor_day: int, amount: tuple[int, int]
) -> None:
    made = until(held, last)
    assert (made.after.term.ends_on, made.after.anchor_day) == (day(last), anchor_day)
    assert made.after.term.anchor_day == held.term.anchor_day
    (line,) = made.lines
    assert (line.fraction, line.amount) == (Fraction(months, held.model.months), Amounts(*amount))
    renewal = next_renewal(made.after)
    assert renewal
    assert (renewal.on.day, renewal.term.anchor_day) == (anchor_day, anchor_day)


@pytest.mark.parametrize(
    ("held", "too_short", "least"),
    [
        (EXAMPLE, "2021-12-14", "2021-12-15"),
        (EXAMPLE, "2021-11-15", "2021-12-15"),
        (EXAMPLE, "2021-06-16", "2021-12-15"),
        (EXAMPLE, "0001-01-01", "2021-12-15"),
        (FROM_JANUARY_31, "2021-03-29", "2021-03-30"),
        (THREE_FROM_JANUARY_31, "2021-05-29", "2021-05-30"),
        (FROM_LEAP_DAY, "2021-03-27", "2021-03-28"),
        (subscription(term=term("2020-12-31", "2021-12-30"), anchor_day=31), "2022-01-29", "2022-01-30"),
        (subscription(term=term("2020-01-31", "2021-01-30"), anchor_day=31), "2021-02-26", "2021-02-27"),
    ],
)
def test_an_absolute_extension_is_one_month_at_least(held: Subscription, too_short: str, least: str) -> None:
    with refused(ErrorCode.EXTENSION_TOO_SHORT, "by", "until", naming=least):
        until(held, too_short)
    assert until(held, least).after.term.ends_on == day(least)


def test_an_extension_begins_where_the_last_one_ended() -> None:
    once = until(EXAMPLE, "2021-12-31").after
    twice = quick(once, 1, MONTHS)
    assert twice.after.term == term("2020-11-16", "2022-01-31")
    assert [line.period for line in twice.lines] == [period("2022-01-01", "2022-01-31")]
    thrice = until(twice.after, "2022-02-28")
    assert [line.fraction for line in thrice.lines] == [Fraction(1, 12)]


def test_scheduled_changes_move_with_the_term_end() -> None:
    ends = day("2021-11-16")
    ending = add_on(FAX, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=ends)
    scheduled = (
        waiting(Action.CHANGE_QUANTITY, 801, quantity=1),
        waiting(Action.CANCEL_ADD_ON, 802, add_on_id=ending.id, quantity=0),
        waiting(Action.CHANGE_BILLING_MODEL, 803, model=MONTHLY),
    )
    held = subscription(quantity=2, add_ons=(add_on(RECORDING), ending), scheduled=scheduled)
    for made in (quick(held, 2, MONTHS), until(held, "2022-01-15")):
        moved = day("2022-01-16")
        assert made.after.scheduled == tuple(replace(change, effective_on=moved) for change in scheduled)
        assert [a.ends_before for a in made.after.add_ons] == [None, moved]
        assert quote_of(made).scheduled_for is None
        assert [line.quantity for line in made.lines] == [2, 1, 1]


NO_MONTHS = plan("ODD", "Odd", 9, prices(yearly=(100, 90)))


@pytest.mark.parametrize("count", [0, -1, MAX_MULTIPLIER + 1])
def test_a_quick_extension_is_a_number_of_cycles(count: int) -> None:
    with refused(ErrorCode.INVALID_VALUE, "by", "quick", "count"):
        quick(EXAMPLE, count, MONTHS)


@pytest.mark.parametrize(("model", "extend"), [(YEARLY, quick), (MONTHLY, until)])
def test_a_cycle_without_a_price_cannot_be_charged(model: Any, extend: Any) -> None:
    held = subscription(plan=NO_MONTHS, model=model)
    with refused(ErrorCode.NOT_OFFERED, naming="Odd is not offered monthly"):
        extend(held, *((1, MONTHS) if extend is quick else ["2022-01-15"]))


def test_a_term_ends_while_the_calendar_can_count_on() -> None:
    far = subscription(term=term("8000-01-01", "8000-12-31"))
    with refused(ErrorCode.INVALID_VALUE, "by", "quick", "count"):
        quick(far, 1200, YEARS)
    with refused(ErrorCode.INVALID_VALUE, "by", "until"):
        until(far, "9999-12-31")
    assert until(far, "8999-12-31").after.term.ends_before == day("9000-01-01")
    assert next_renewal(until(far, "8999-12-31").after)
