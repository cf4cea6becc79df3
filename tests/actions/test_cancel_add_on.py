"""Cancel an add-on, and what that gives back: rules §4.12, §4.14, §5."""

from dataclasses import replace
from typing import Any

import pytest

from actions.cancel_add_on import CancelAddOn, decide
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.lines import ChargeKind, Item, ItemKind
from domain.money import Amounts, Fraction
from domain.policy import CancellationAdjustment
from domain.quote import quote_of
from domain.scheduling import NOW, When
from domain.subscription import AddOnStatus, Scheduled, Subscription
from tests.builders import (
    AT_END,
    FAX,
    RECORDING,
    add_on,
    charged,
    customer,
    day,
    ids,
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

RECORDINGS, FAXES = add_on(RECORDING, 3), add_on(FAX)
ITEM = Item(ItemKind.ADD_ON, "REC", "Recording")
TWO_FOR_THE_YEAR = charged(2, ITEM, Amounts(24000, 20000))
# A third one from 16 March on, by calendar months: 9/12 of 120.00.
THIRD_IN_MARCH = charged(3, ITEM, Amounts(9000, 7500), period("2021-03-16", "2021-11-15"))
OTHERS = (
    plan_charge(1),
    charged(4, Item(ItemKind.ADD_ON, "FAX", "Fax"), Amounts(6000, 5000)),
    charged(5, Item(ItemKind.NUMBER, "REC", "Not the add-on"), Amounts(100, 90)),
)
PAID = (TWO_FOR_THE_YEAR, THIRD_IN_MARCH, *OTHERS)


def held(**changes: Any) -> Subscription:
    return subscription(**({"add_ons": (RECORDINGS, FAXES), "charges": PAID} | changes))


def ask(of: Subscription, when: When = NOW, today: str = "2021-06-16") -> Decision:
    return decide(of, CancelAddOn(RECORDINGS.id, when, reason="why"), day(today), ids())


@pytest.mark.parametrize(
    ("when", "today", "given_back"),
    [
        # 153 of 365 days, and of the third one's 245
        (NOW, "2021-06-16", [(2, (153, 365), (10060, 8384)), (3, (153, 245), (5620, 4684))]),
        (on("2021-06-01"), "2021-06-16", [(2, (168, 365), (11047, 9205)), (3, (168, 245), (6171, 5143))]),
        # before the third one was bought: all of it comes back
        (on("2021-03-01"), "2021-06-16", [(2, (260, 365), (17096, 14247)), (3, (245, 245), (9000, 7500))]),
        (on("2020-11-16"), "2021-06-16", [(2, (365, 365), (24000, 20000)), (3, (245, 245), (9000, 7500))]),
        (NOW, "2021-11-15", [(2, (1, 365), (66, 55)), (3, (1, 245), (37, 31))]),
    ],
)
def test_each_line_gives_back_remaining_days(
    when: When, today: str, given_back: list[tuple[int, tuple[int, int], tuple[int, int]]]
) -> None:
    made = ask(held(), when, today)
    assert [(line.reverses, line.fraction, -line.amount) for line in made.lines] == [
        (uid(number), Fraction(*fraction), Amounts(*amount)) for number, fraction, amount in given_back
    ]
    assert {(line.kind, line.item, line.quantity) for line in made.lines} == {
        (ChargeKind.ADJUSTMENT, ITEM, 1)
    }
    assert made.lines[0].period == period(str(made.effective_on), "2021-11-15")
    assert made.lines[0].unit == Amounts(24000, 20000)


@pytest.mark.parametrize(
    ("changes", "reversed_charges"),
    [
        ({}, [2, 3]),
        ({"charges": (replace(TWO_FOR_THE_YEAR, closed=True), THIRD_IN_MARCH, *OTHERS)}, [3]),
        ({"charges": OTHERS}, []),
        ({"charges": ()}, []),
        ({"customer": customer(cancellation_adjustment=CancellationAdjustment.NONE)}, []),
        # the charge from before a decrease without refund counts in full
        ({"add_ons": (replace(RECORDINGS, quantity=1), FAXES)}, [2, 3]),
    ],
)
def test_closed_or_foreign_lines_give_nothing_back(
    changes: dict[str, Any], reversed_charges: list[int]
) -> None:
    made = ask(held(**changes))
    assert [line.reverses for line in made.lines] == [uid(number) for number in reversed_charges]
    assert made.after.add_ons == (FAXES,)


def test_canceled_add_on_is_removed_and_provisioned() -> None:
    made = ask(held())
    assert made.after == held(add_ons=(FAXES,))
    assert (made.action, made.effective_on) == (Action.CANCEL_ADD_ON, day("2021-06-16"))
    assert made.summary == "Recording canceled."
    assert provisioned(made) == [("CANCEL_ADD_ON", {"addOn": "REC"})]
    assert quote_of(made).renewal_after == Amounts(43000, 41500)


@pytest.mark.parametrize(
    "of", [held(), trial(add_ons=(RECORDINGS, FAXES)), held(term=term("2021-06-01", "2021-06-30"))]
)
def test_scheduled_add_on_is_pending_for_cancel(of: Subscription) -> None:
    made = ask(of, AT_END, "2021-06-10")
    ends = of.term.ends_before
    assert made.after == replace(
        of,
        add_ons=(replace(RECORDINGS, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=ends), FAXES),
        scheduled=(
            Scheduled(
                id=uid(1000),
                action=Action.CANCEL_ADD_ON,
                effective_on=ends,
                summary="Recording canceled.",
                reason="why",
                add_on_id=RECORDINGS.id,
                quantity=0,
            ),
        ),
    )
    assert (made.effective_on, made.lines, made.provisioning) == (ends, (), ())
    assert made.summary == "Scheduled: Recording canceled."
    assert quote_of(made).renewal_after == Amounts(43000, 41500)


def test_trial_gives_nothing_back() -> None:
    made = ask(trial(add_ons=(RECORDINGS,)), today="2021-06-02")
    assert (made.lines, made.after) == ((), trial())


ONE_TO_COME = waiting(Action.CHANGE_ADD_ONS, add_on_id=RECORDINGS.id, quantity=1)
NONE_TO_COME = waiting(Action.CANCEL_ADD_ON, add_on_id=RECORDINGS.id, quantity=0)


@pytest.mark.parametrize("scheduled", [ONE_TO_COME, NONE_TO_COME])
@pytest.mark.parametrize(("when", "field"), [(AT_END, ["when", "at"]), (NOW, []), (on("2021-06-01"), [])])
def test_scheduled_change_blocks_cancellation(scheduled: Scheduled, when: When, field: list[str]) -> None:
    with refused(ErrorCode.ALREADY_SCHEDULED, *field, naming="It waits."):
        ask(held(scheduled=(scheduled,)), when)


def test_other_scheduled_changes_stay() -> None:
    others = (
        waiting(Action.CANCEL_ADD_ON, 801, add_on_id=FAXES.id, quantity=0),
        waiting(Action.CHANGE_QUANTITY, 802, quantity=1),
    )
    assert ask(held(scheduled=others)).after.scheduled == others


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.PENDING_FOR_CANCEL])
@pytest.mark.parametrize("add_ons", [(), (FAXES,)])
def test_canceled_add_on_is_nothing_to_change(status: Status, add_ons: Any) -> None:
    with refused(ErrorCode.NOTHING_TO_CHANGE, *(["addOnId"] if add_ons else [])):
        ask(held(status=status, add_ons=add_ons))
