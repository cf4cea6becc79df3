"""More of an add-on at once and charged, less at its time and not refunded: rules §4.5, §4.14, §5."""

from dataclasses import replace
from typing import Any

import pytest

from actions.change_add_ons import ChangeAddOns, decide
from domain.catalogue import Offer
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.lines import ChargeKind, Item, ItemKind, Line
from domain.money import Amounts, Fraction
from domain.policy import ProrationUnit
from domain.quantities import MAX_QUANTITY
from domain.quote import quote_of
from domain.scheduling import NOW, When
from domain.subscription import AddOnStatus, Scheduled, Subscription
from tests.builders import (
    AT_END,
    FAX,
    MONTHLY,
    PROFESSIONAL,
    QUARTERLY,
    RECORDING,
    add_on,
    customer,
    day,
    ids,
    on,
    period,
    prices,
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
YEARLY_ONLY = Offer("YRS", "Year book", prices(yearly=(100, 90)))
PLAN = replace(PROFESSIONAL, add_ons={"REC": RECORDING, "FAX": FAX, "YRS": YEARLY_ONLY})
RECORDINGS, FAXES = add_on(RECORDING, 3), add_on(FAX, 2)


def held(**changes: Any) -> Subscription:
    return subscription(**({"plan": PLAN, "add_ons": (RECORDINGS, FAXES)} | changes))


def ask(
    of: Subscription, *quantities: tuple[str, int], when: When = NOW, today: str = "2021-06-16"
) -> Decision:
    return decide(of, ChangeAddOns(of.id, quantities, when, reason="why"), day(today), ids())


def test_new_add_on_is_charged_for_rest_of_term() -> None:
    before = held(add_ons=())
    made = ask(before, ("REC", 2))
    new = replace(add_on(RECORDING, 2), id=uid(1000))
    assert made == Decision(
        action=Action.CHANGE_ADD_ONS,
        effective_on=IN_JUNE,
        before=before,
        after=replace(before, add_ons=(new,)),
        summary="Add-ons changed: Recording from 0 to 2.",
        lines=(
            Line(
                kind=ChargeKind.ADD_ON,
                item=Item(ItemKind.ADD_ON, "REC", "Recording"),
                period=period("2021-06-16", "2021-11-15"),
                quantity=2,
                fraction=Fraction(6, 12),
                unit=Amounts(12000, 10000),
                amount=Amounts(12000, 10000),
                cycle_months=12,
            ),
        ),
        provisioning=made.provisioning,
        add_ons_reduced_on=made.add_ons_reduced_on,
    )
    assert provisioned(made) == [("SET_ADD_ON", {"addOn": "REC", "quantity": 2})]
    assert quote_of(made).renewal_after == Amounts(61000, 56500)


FROM_JANUARY_31 = {"term": term("2021-01-31", "2021-04-29"), "model": QUARTERLY}
FROM_LEAP_DAY = {"term": term("2020-02-29", "2021-02-27")}


@pytest.mark.parametrize(
    ("unit", "changes", "quantities", "today", "charged"),
    [
        (CALENDAR, {}, [("REC", 4)], "2021-06-16", [("REC", 1, (6, 12), (6000, 5000))]),
        (ANNIVERSARY, {}, [("REC", 5)], "2021-06-16", [("REC", 2, (5, 12), (10000, 8333))]),
        (DAY, {}, [("REC", 5)], "2021-06-16", [("REC", 2, (153, 365), (10060, 8384))]),
        (CALENDAR, {}, [("FAX", 5)], "2021-11-15", [("FAX", 3, (1, 12), (1500, 1250))]),
        # MONTHLY x 3 at 10.00 is 30.00
        (CALENDAR, FROM_JANUARY_31, [("REC", 4)], "2021-03-01", [("REC", 1, (2, 3), (2000, 1800))]),
        (DAY, FROM_JANUARY_31, [("FAX", 3)], "2021-04-29", [("FAX", 1, (1, 89), (17, 13))]),
        (DAY, FROM_LEAP_DAY, [("FAX", 3)], "2021-02-27", [("FAX", 1, (1, 365), (16, 14))]),
        # each has its own line, in the order of the command
        (
            CALENDAR,
            {},
            [("FAX", 4), ("REC", 1), ("YRS", 3)],
            "2021-06-16",
            [("FAX", 2, (6, 12), (6000, 5000)), ("YRS", 3, (6, 12), (150, 135))],
        ),
        (
            CALENDAR,
            {"status": Status.PENDING_FOR_CANCEL},
            [("REC", 4)],
            "2021-06-16",
            [("REC", 1, (6, 12), (6000, 5000))],
        ),
    ],
)
def test_only_additions_are_charged_and_prorated(
    unit: ProrationUnit,
    changes: dict[str, Any],
    quantities: list[tuple[str, int]],
    today: str,
    charged: list[tuple[str, int, tuple[int, int], tuple[int, int]]],
) -> None:
    made = ask(held(customer=customer(unit), **changes), *quantities, today=today)
    assert [(line.item.code, line.quantity, line.fraction, line.amount) for line in made.lines] == [
        (code, more, Fraction(*fraction), Amounts(*amount)) for code, more, fraction, amount in charged
    ]


@pytest.mark.parametrize(("when", "effective"), [(NOW, "2021-06-16"), (on("2021-06-01"), "2021-06-01")])
def test_immediate_reduction_gives_nothing_back(when: When, effective: str) -> None:
    made = ask(held(), ("REC", 1), ("FAX", 0), when=when)
    assert (made.effective_on, made.add_ons_reduced_on) == (day(effective), day(effective))
    assert (made.lines, made.after) == ((), held(add_ons=(replace(RECORDINGS, quantity=1),)))
    assert made.summary == "Add-ons changed: Recording from 3 to 1; Fax from 2 to 0."
    assert provisioned(made) == [
        ("SET_ADD_ON", {"addOn": "REC", "quantity": 1}),
        ("CANCEL_ADD_ON", {"addOn": "FAX"}),
    ]


def test_scheduled_reduction_waits_for_term_end() -> None:
    made = ask(held(), ("REC", 1), ("FAX", 0), when=AT_END)
    waits_for = {"action": Action.CHANGE_ADD_ONS, "effective_on": day("2021-11-16"), "reason": "why"}
    fewer = Scheduled(
        uid(1000), summary="Recording reduced from 3 to 1.", add_on_id=RECORDINGS.id, quantity=1, **waits_for
    )
    none = Scheduled(uid(1001), summary="Fax canceled.", add_on_id=FAXES.id, quantity=0, **waits_for)
    ending = replace(FAXES, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=day("2021-11-16"))
    assert made.after == held(add_ons=(RECORDINGS, ending), scheduled=(fewer, none))
    assert (made.lines, made.provisioning, made.effective_on) == ((), (), day("2021-11-16"))
    assert made.summary == "Scheduled: add-ons reduced: Recording from 3 to 1; Fax from 2 to 0."
    assert quote_of(made).renewal_before == Amounts(85000, 76500)
    assert quote_of(made).renewal_after == Amounts(49000, 46500)


@pytest.mark.parametrize(
    ("when", "reduced_on", "left"),
    [(AT_END, None, 3), (NOW, "2021-06-16", 1), (on("2021-06-01"), "2021-06-01", 1)],
)
def test_when_applies_to_reductions_only(when: When, reduced_on: str | None, left: int) -> None:
    made = ask(held(), ("REC", 1), ("FAX", 4), when=when)
    assert made.effective_on == IN_JUNE
    assert made.add_ons_reduced_on == (day(reduced_on) if reduced_on else None)
    assert [a.quantity for a in made.after.add_ons] == [left, 4]
    assert len(made.after.scheduled) == (when is AT_END)
    assert [line.amount for line in made.lines] == [Amounts(6000, 5000)]
    assert ask(held(), ("FAX", 4), when=AT_END).after.scheduled == ()


@pytest.mark.parametrize("quantity", [0, 1, 5])
@pytest.mark.parametrize("status", [Status.TRIAL, Status.PENDING_FOR_CANCEL])
def test_a_trial_changes_its_add_ons_free_of_charge(quantity: int, status: Status) -> None:
    before = trial(plan=PLAN, add_ons=(RECORDINGS,), status=status)
    made = ask(before, ("REC", quantity), ("FAX", 2), today="2021-06-02")
    assert made.lines == ()
    assert {a.offer.code: a.quantity for a in made.after.add_ons} == {
        code: number for code, number in [("REC", quantity), ("FAX", 2)] if number
    }


ONE_TO_COME = waiting(Action.CHANGE_ADD_ONS, add_on_id=RECORDINGS.id, quantity=1)
NONE_TO_COME = waiting(Action.CANCEL_ADD_ON, add_on_id=RECORDINGS.id, quantity=0)


@pytest.mark.parametrize(
    ("scheduled", "quantity", "when", "field"),
    [
        (ONE_TO_COME, 2, AT_END, ["when", "at"]),
        (NONE_TO_COME, 2, AT_END, ["when", "at"]),
        (ONE_TO_COME, 1, NOW, []),
        (ONE_TO_COME, 0, NOW, []),
        (ONE_TO_COME, 1, on("2021-06-01"), []),
        (NONE_TO_COME, 0, NOW, []),
    ],
)
def test_scheduled_reduction_is_not_doubled_or_dropped(
    scheduled: Scheduled, quantity: int, when: When, field: list[str]
) -> None:
    with refused(ErrorCode.ALREADY_SCHEDULED, *field, naming="It waits."):
        ask(held(scheduled=(scheduled,)), ("REC", quantity), when=when)


@pytest.mark.parametrize(("scheduled", "quantity"), [(ONE_TO_COME, 2), (ONE_TO_COME, 4), (NONE_TO_COME, 1)])
def test_change_keeping_scheduled_reduction_is_taken(scheduled: Scheduled, quantity: int) -> None:
    made = ask(held(scheduled=(scheduled,)), ("REC", quantity), ("FAX", 0), when=on("2021-06-01"))
    assert made.after == held(add_ons=(replace(RECORDINGS, quantity=quantity),), scheduled=(scheduled,))


MONTHLY_TO_COME = waiting(Action.CHANGE_BILLING_MODEL, model=MONTHLY)
A_MONTH = {"model": MONTHLY, "term": term("2021-06-01", "2021-06-30")}


@pytest.mark.parametrize(
    ("changes", "quantities", "code", "field"),
    [
        ({}, [("ODD", 1)], ErrorCode.NOT_OFFERED, []),
        (A_MONTH, [("YRS", 1)], ErrorCode.NOT_OFFERED, []),
        # offered today, but not for the billing model that is to come
        ({"scheduled": (MONTHLY_TO_COME,)}, [("YRS", 1)], ErrorCode.NOT_OFFERED, ["addOns"]),
        ({}, [("REC", -1)], ErrorCode.INVALID_QUANTITY, ["addOns", "quantity"]),
        ({}, [("REC", MAX_QUANTITY + 1)], ErrorCode.INVALID_QUANTITY, ["addOns", "quantity"]),
        ({}, [("REC", 1), ("REC", 2)], ErrorCode.INVALID_VALUE, ["addOns"]),
        ({}, [("REC", 3), ("FAX", 2)], ErrorCode.NOTHING_TO_CHANGE, ["addOns"]),
        ({}, [("YRS", 0)], ErrorCode.NOTHING_TO_CHANGE, ["addOns"]),
        ({}, [], ErrorCode.NOTHING_TO_CHANGE, ["addOns"]),
    ],
)
def test_an_invalid_order_is_refused(
    changes: dict[str, Any], quantities: list[tuple[str, int]], code: ErrorCode, field: list[str]
) -> None:
    with refused(code, *field):
        ask(held(**changes), *quantities)


def test_trial_refuses_add_on_without_price() -> None:
    with refused(ErrorCode.NOT_OFFERED, "addOns", naming="Year book is not offered monthly"):
        ask(trial(plan=PLAN, model=MONTHLY), ("YRS", 1), today="2021-06-02")
