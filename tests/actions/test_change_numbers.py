"""Numbers swapped for nothing, added and charged, removed and not refunded: rules §4.6."""

from dataclasses import replace
from typing import Any

import pytest

from actions.change_numbers import ChangeNumbers, decide
from domain.catalogue import Offer
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.lines import ChargeKind, Item, ItemKind, Line
from domain.money import Amounts, Fraction
from domain.policy import ProrationUnit
from domain.quote import quote_of
from domain.subscription import NumberPool, Subscription
from tests.builders import (
    LOCAL,
    MONTHLY,
    QUARTERLY,
    customer,
    day,
    number,
    period,
    prices,
    provisioned,
    refused,
    subscription,
    term,
    trial,
    waiting,
)

CALENDAR, ANNIVERSARY, DAY = ProrationUnit
IN_JUNE = day("2021-06-16")
TOLL_FREE = Offer("FREE", "Toll-free number", prices(yearly=(4800, 2400)))
ONE, TWO = number(1), number(2)
SEVEN, EIGHT, NINE = number(7), number(8), number(9, TOLL_FREE)
TAKEN = number(6)
STOCK = NumberPool({n.id: (n, True) for n in (SEVEN, EIGHT, NINE)} | {n.id: (n, False) for n in (TAKEN, ONE)})


def held(**changes: Any) -> Subscription:
    return subscription(**({"numbers": (ONE, TWO)} | changes))


def ask(of: Subscription, today: str = "2021-06-16", **changes: Any) -> Decision:
    """`swap` in pairs of numbers; `add` and `remove` in numbers."""
    pairs = tuple((old.id, new.id) for old, new in changes.get("swap", ()))
    add, remove = (tuple(n.id for n in changes.get(name, ())) for name in ("add", "remove"))
    return decide(of, ChangeNumbers(of.id, pairs, add, remove), STOCK, day(today))


def test_a_swap_is_free_of_charge() -> None:
    made = ask(held(), swap=[(ONE, EIGHT)])
    assert (made.lines, made.after) == ((), held(numbers=(TWO, EIGHT)))
    assert (made.action, made.effective_on) == (Action.CHANGE_NUMBERS, IN_JUNE)
    assert made.summary == "+49300001 swapped for +49300008."
    assert provisioned(made) == [("SWAP_NUMBER", {"numberBefore": "+49300001", "numberAfter": "+49300008"})]
    assert quote_of(made).renewal_before == quote_of(made).renewal_after


def test_added_number_is_charged_for_rest_of_term() -> None:
    made = ask(held(), add=[SEVEN])
    assert made.lines == (
        Line(
            kind=ChargeKind.NUMBER,
            item=Item(ItemKind.NUMBER, "+49300007", "Local number +49300007"),
            period=period("2021-06-16", "2021-11-15"),
            quantity=1,
            fraction=Fraction(6, 12),
            unit=Amounts(2400, 1200),
            amount=Amounts(1200, 600),
            cycle_months=12,
        ),
    )
    assert made.after == held(numbers=(ONE, TWO, SEVEN))
    assert provisioned(made) == [("ADD_NUMBER", {"number": "+49300007"})]
    assert quote_of(made).renewal_after == Amounts(44200, 40100)


FROM_JANUARY_31 = {"term": term("2021-01-31", "2021-04-29"), "model": QUARTERLY}
FROM_LEAP_DAY = {"term": term("2020-02-29", "2021-02-27")}


@pytest.mark.parametrize(
    ("unit", "changes", "add", "today", "fraction", "paid"),
    [
        (CALENDAR, {}, [SEVEN, NINE], "2020-11-16", (12, 12), [(2400, 1200), (4800, 2400)]),
        (CALENDAR, {}, [NINE, SEVEN], "2021-11-15", (1, 12), [(400, 200), (200, 100)]),
        (ANNIVERSARY, {}, [SEVEN], "2021-06-16", (5, 12), [(1000, 500)]),
        (DAY, {}, [SEVEN, EIGHT], "2021-06-16", (153, 365), [(1006, 503), (1006, 503)]),
        (CALENDAR, FROM_JANUARY_31, [SEVEN], "2021-03-01", (2, 3), [(400, 200)]),
        (DAY, FROM_JANUARY_31, [SEVEN], "2021-04-29", (1, 89), [(7, 3)]),
        (ANNIVERSARY, FROM_LEAP_DAY, [SEVEN], "2021-01-28", (2, 12), [(400, 200)]),
        (ANNIVERSARY, FROM_LEAP_DAY, [SEVEN], "2021-01-29", (1, 12), [(200, 100)]),
        (CALENDAR, {"status": Status.PENDING_FOR_CANCEL}, [SEVEN], "2021-06-16", (6, 12), [(1200, 600)]),
    ],
)
def test_each_added_number_has_a_line_of_its_own(
    unit: ProrationUnit,
    changes: dict[str, Any],
    add: list[Any],
    today: str,
    fraction: tuple[int, int],
    paid: list[tuple[int, int]],
) -> None:
    made = ask(held(customer=customer(unit), **changes), today, add=add)
    assert [(line.item.code, line.fraction, line.amount) for line in made.lines] == [
        (new.e164, Fraction(*fraction), Amounts(*amount)) for new, amount in zip(add, paid, strict=True)
    ]


def test_a_removed_number_is_not_refunded() -> None:
    made = ask(held(), remove=[ONE])
    assert (made.lines, made.after) == ((), held(numbers=(TWO,)))
    assert provisioned(made) == [("REMOVE_NUMBER", {"number": "+49300001"})]
    assert quote_of(made).renewal_after == Amounts(39400, 37700)


def test_a_mixed_change_charges_only_added_numbers() -> None:
    made = ask(held(), swap=[(TWO, EIGHT)], add=[SEVEN, NINE], remove=[ONE])
    assert made.after.numbers == (SEVEN, EIGHT, NINE)
    assert [line.item.code for line in made.lines] == ["+49300007", "+49300009"]
    assert [kind for kind, _ in provisioned(made)] == [
        "SWAP_NUMBER",
        "REMOVE_NUMBER",
        "ADD_NUMBER",
        "ADD_NUMBER",
    ]


@pytest.mark.parametrize("status", [Status.TRIAL, Status.PENDING_FOR_CANCEL])
def test_a_trial_adds_numbers_free_of_charge(status: Status) -> None:
    made = ask(trial(status=status), "2021-06-02", add=[SEVEN])
    assert (made.lines, made.after.numbers) == ((), (SEVEN,))


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({}, ErrorCode.NOTHING_TO_CHANGE, []),
        ({"swap": [(ONE, NINE)]}, ErrorCode.SKU_MISMATCH, ["swap"]),
        ({"swap": [(ONE, SEVEN), (TWO, NINE)]}, ErrorCode.SKU_MISMATCH, ["swap"]),
        # held by another subscription, or by this one already
        ({"add": [TAKEN]}, ErrorCode.NUMBER_NOT_AVAILABLE, ["addNumberIds"]),
        ({"add": [ONE]}, ErrorCode.NUMBER_NOT_AVAILABLE, ["addNumberIds"]),
        ({"swap": [(ONE, TAKEN)]}, ErrorCode.NUMBER_NOT_AVAILABLE, ["swap"]),
        ({"swap": [(ONE, ONE)]}, ErrorCode.NUMBER_NOT_AVAILABLE, ["swap"]),
        # named twice
        ({"add": [SEVEN, SEVEN]}, ErrorCode.NUMBER_NOT_AVAILABLE, ["addNumberIds"]),
        ({"swap": [(ONE, SEVEN), (TWO, SEVEN)]}, ErrorCode.NUMBER_NOT_AVAILABLE, ["swap"]),
        ({"swap": [(ONE, SEVEN), (ONE, EIGHT)]}, ErrorCode.INVALID_VALUE, []),
        ({"swap": [(ONE, SEVEN)], "add": [SEVEN]}, ErrorCode.INVALID_VALUE, []),
        ({"swap": [(ONE, SEVEN)], "remove": [ONE]}, ErrorCode.INVALID_VALUE, []),
        ({"remove": [ONE, ONE]}, ErrorCode.INVALID_VALUE, []),
        # not there, or not on this subscription
        ({"add": [number(99)]}, ErrorCode.NOT_FOUND, ["addNumberIds"]),
        ({"swap": [(ONE, number(99))]}, ErrorCode.NOT_FOUND, ["swap"]),
        ({"swap": [(TAKEN, SEVEN)]}, ErrorCode.NOT_FOUND, ["swap"]),
        ({"remove": [TAKEN]}, ErrorCode.NOT_FOUND, ["removeNumberIds"]),
    ],
)
def test_an_impossible_change_is_refused_at_its_field(
    changes: dict[str, Any], code: ErrorCode, field: list[str]
) -> None:
    with refused(code, *field):
        ask(held(), **changes)


def test_swap_needs_same_sku_not_same_prices() -> None:
    dearer = replace(LOCAL, prices=prices((9900, 9800)))
    of = held(numbers=(number(1, dearer),))
    assert ask(of, swap=[(of.numbers[0], SEVEN)]).lines == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"model": MONTHLY, "term": term("2021-06-01", "2021-06-30")},
        {"scheduled": (waiting(Action.CHANGE_BILLING_MODEL, model=MONTHLY),)},
    ],
)
def test_number_without_price_for_cycle_is_not_offered(changes: dict[str, Any]) -> None:
    with refused(ErrorCode.NOT_OFFERED, "addNumberIds", naming="Toll-free number is not offered monthly"):
        ask(held(**changes), add=[NINE])
    with refused(ErrorCode.NOT_OFFERED, "addNumberIds"):
        ask(trial(model=MONTHLY), "2021-06-02", add=[NINE])
    assert ask(held(), add=[NINE]).after.numbers == (ONE, TWO, NINE)
