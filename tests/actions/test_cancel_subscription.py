"""Cancel now, for a past day or at the term's end, and what that gives back: rules §4.12, §5."""

from dataclasses import replace
from typing import Any

import pytest

from actions.cancel_subscription import CancelSubscription, decide
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.lines import Charge, ChargeKind, Item, ItemKind
from domain.money import ZERO, Amounts, Fraction
from domain.policy import CancellationAdjustment
from domain.quote import quote_of
from domain.scheduling import NOW, When
from domain.subscription import AddOnStatus, Scheduled, Subscription
from tests.builders import (
    AT_END,
    BUSINESS,
    FAX,
    PROFESSIONAL,
    RECORDING,
    add_on,
    charged,
    customer,
    day,
    ids,
    money,
    number,
    on,
    period,
    plan_charge,
    provisioned,
    refused,
    subscription,
    term,
    trial,
    uid,
    waiting,
)

ITEM = Item(ItemKind.PLAN, "PRO", "Professional")
ENDING = add_on(FAX, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=day("2021-11-16"))
WAITING = (
    waiting(Action.CHANGE_QUANTITY, 801, quantity=1),
    waiting(Action.CANCEL_ADD_ON, 802, add_on_id=ENDING.id, quantity=0),
)
FULL = subscription(
    quantity=2,
    add_ons=(add_on(RECORDING, 2), ENDING),
    numbers=(number(1),),
    assignees={uid(4): "Ada"},
    scheduled=WAITING,
)


def ask(held: Subscription, when: When = NOW, today: str = "2021-06-16") -> Decision:
    return decide(held, CancelSubscription(held.id, when, reason="why"), day(today), ids())


@pytest.mark.parametrize(
    ("when", "effective"),
    [(NOW, "2021-06-16"), (on("2021-06-16"), "2021-06-16"), (on("2020-11-16"), "2020-11-16")],
)
def test_immediate_or_past_cancellation_ends_it(when: When, effective: str) -> None:
    made = ask(FULL, when)
    assert made.after == replace(
        FULL,
        status=Status.CANCELED,
        ended_on=day(effective),
        numbers=(),
        scheduled=(),
        add_ons=(add_on(RECORDING, 2), add_on(FAX)),
    )
    assert (made.action, made.effective_on, made.summary) == (Action.CANCEL, day(effective), "Canceled.")
    assert provisioned(made) == [("CANCEL", {})]
    assert quote_of(made).renewal_after == ZERO


def test_scheduled_cancellation_is_pending_until_end() -> None:
    made = ask(FULL, AT_END)
    change = Scheduled(
        id=uid(1000),
        action=Action.CANCEL,
        effective_on=day("2021-11-16"),
        summary="Canceled at the end of the term, 2021-11-15.",
        reason="why",
    )
    assert made.after == replace(FULL, status=Status.PENDING_FOR_CANCEL, scheduled=(*WAITING, change))
    assert (made.lines, made.provisioning, made.effective_on) == ((), (), day("2021-11-16"))
    assert made.summary == f"Scheduled: {change.summary}"
    quote = quote_of(made)
    assert (quote.scheduled_for, quote.renewal_after) == (day("2021-11-16"), ZERO)


@pytest.mark.parametrize(
    ("of", "first", "last", "today", "amounts", "fraction"),
    [
        # amounts charged, and given back
        ("USD", "2020-11-16", "2021-11-15", "2020-11-16", [("370.00", "365.00")] * 2, (365, 365)),
        ("USD", "2020-11-16", "2021-11-15", "2021-06-16",
         [("370.00", "365.00"), ("155.10", "153.00")], (153, 365)),
        ("USD", "2020-11-16", "2021-11-15", "2021-11-15", [("370.00", "365.00"), ("1.01", "1.00")], (1, 365)),
        # three licences: rounded once
        ("USD", "2020-11-16", "2021-11-15", "2021-06-16",
         [("1110.00", "1095.00"), ("465.29", "459.00")], (153, 365)),
        # a month of 28 days, one of 29, a year from a leap day, a leap year, MONTHLY x 3
        ("USD", "2021-01-31", "2021-02-27", "2021-02-14", [("37.00", "36.50"), ("18.50", "18.25")], (14, 28)),
        ("USD", "2020-01-31", "2020-02-28", "2020-02-28", [("37.00", "36.50"), ("1.28", "1.26")], (1, 29)),
        ("USD", "2020-02-29", "2021-02-27", "2020-03-01",
         [("370.00", "365.00"), ("368.99", "364.00")], (364, 365)),
        ("USD", "2024-01-01", "2024-12-31", "2024-03-01",
         [("370.00", "365.00"), ("309.34", "305.16")], (306, 366)),
        ("USD", "2021-01-31", "2021-04-29", "2021-02-28",
         [("111.00", "109.50"), ("76.08", "75.05")], (61, 89)),
        ("JPY", "2020-11-16", "2021-11-15", "2021-06-16", [("1000", "999"), ("419", "419")], (153, 365)),
        ("KWD", "2020-11-16", "2021-11-15", "2021-06-16",
         [("12.345", "10.001"), ("5.175", "4.192")], (153, 365)),
    ],
)  # fmt: skip
def test_line_gives_back_remaining_days_over_all_days(
    of: str, first: str, last: str, today: str, amounts: list[tuple[str, str]], fraction: tuple[int, int]
) -> None:
    paid, back = (money(of, *amount) for amount in amounts)
    held = subscription(term=term(first, last), charges=(charged(1, ITEM, paid, term(first, last)),))
    (line,) = ask(held, today=today).lines
    assert (line.kind, line.reverses, line.item) == (ChargeKind.ADJUSTMENT, uid(1), ITEM)
    assert (line.fraction, line.amount) == (Fraction(*fraction), -back)
    assert (line.unit, line.quantity) == (paid, 1)
    assert line.period == period(today, last)


IN_MARCH = charged(2, ITEM, Amounts(27750, 27375), period("2021-03-16", "2021-11-15"), quantity=1)
UPGRADE = charged(
    3, Item(ItemKind.PLAN, "BUS", "Business"), Amounts(37000, 36500), period("2021-06-16", "2021-11-15")
)
NUMBER = charged(4, Item(ItemKind.NUMBER, "+49300001", "Local"), Amounts(2400, 1200))
EXTENSION = charged(5, ITEM, Amounts(7400, 7300), period("2021-11-16", "2022-01-15"))
CREDITED = plan_charge(1, closed=True, given_back=Amounts(-18500, -18250))


@pytest.mark.parametrize(
    ("charges", "when", "given_back"),
    [
        ([plan_charge(1), IN_MARCH, NUMBER], on("2021-06-16"),
         [(1, (153, 365), (15510, 15300)), (2, (153, 245), (17330, 17095)), (4, (153, 365), (1006, 503))]),
        # a purchase after that day is given back in full
        ([plan_charge(1), IN_MARCH], on("2021-03-15"),
         [(1, (246, 365), (24937, 24600)), (2, (245, 245), (27750, 27375))]),
        # an extension that has not begun does, and one that has gives its own days
        ([plan_charge(1), EXTENSION], on("2021-11-15"),
         [(1, (1, 365), (101, 100)), (5, (61, 61), (7400, 7300))]),
        ([plan_charge(1), EXTENSION], on("2021-12-16"), [(5, (31, 61), (3761, 3710))]),
        # what an upgrade has credited is closed, its own line is not
        ([CREDITED, UPGRADE], on("2021-09-16"), [(3, (61, 153), (14752, 14552))]),
        ([CREDITED], on("2020-11-16"), []),
        ([], on("2021-06-16"), []),
    ],
)  # fmt: skip
def test_each_open_line_gives_back_its_own_days(
    charges: list[Charge], when: When, given_back: list[tuple[int, tuple[int, int], tuple[int, int]]]
) -> None:
    held = subscription(charges=tuple(charges), term=term("2020-11-16", "2022-01-15"), plan=BUSINESS)
    made = ask(held, when, "2021-12-20")
    assert [(line.reverses, line.fraction, -line.amount) for line in made.lines] == [
        (uid(charge_id), Fraction(*fraction), Amounts(*amount)) for charge_id, fraction, amount in given_back
    ]


@pytest.mark.parametrize("allow_refund", [True, False])
@pytest.mark.parametrize("when", [NOW, on("2020-11-16")])
def test_the_policy_none_gives_nothing_back(when: When, allow_refund: bool) -> None:
    policy: dict[str, Any] = {"cancellation_adjustment": CancellationAdjustment.NONE}
    held = subscription(customer=customer(allow_refund=allow_refund, **policy))
    assert ask(held, when).lines == ()


def test_adjustment_ignores_refund_policy() -> None:
    held = subscription(customer=customer(allow_refund=False))
    assert [line.amount for line in ask(held).lines] == [Amounts(-15510, -15300)]


@pytest.mark.parametrize("when", [NOW, on("2021-06-01")])
def test_pending_cancellation_can_be_made_immediate(when: When) -> None:
    pending = ask(FULL, AT_END, "2021-06-01").after
    made = ask(pending, when)
    assert made.after == ask(FULL, when).after
    assert made.lines == ask(FULL, when).lines != ()


@pytest.mark.parametrize("status", [Status.TRIAL, Status.PENDING_FOR_CANCEL])
def test_a_trial_is_canceled_and_nothing_comes_back(status: Status) -> None:
    held = trial(status=status, plan=PROFESSIONAL)
    made = ask(held, today="2021-06-02")
    assert (made.lines, made.after.status, made.after.ended_on) == (
        (),
        Status.CANCELED,
        day("2021-06-02"),
    )


def test_a_trial_may_be_canceled_at_its_end() -> None:
    made = ask(trial(), AT_END, "2021-06-02")
    assert (made.after.status, made.effective_on) == (Status.PENDING_FOR_CANCEL, day("2021-06-15"))
    assert quote_of(made).renewal_after == ZERO
    with refused(ErrorCode.ALREADY_SCHEDULED, "when", "at"):
        ask(made.after, AT_END, "2021-06-02")
