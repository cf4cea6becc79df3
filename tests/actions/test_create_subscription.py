"""Selling a subscription, as it is decided: rules §4.17."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from actions.create_subscription import MAX_TRIAL_DAYS, CreateSubscription, Facts, decide
from domain.decision import ChangeSource, Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.lines import ChargeKind
from domain.money import WHOLE, ZERO, Amounts
from domain.periods import Term
from domain.quote import quote_of
from domain.subscription import Contract, ContractStatus, LinkedContract, NumberPool
from tests.builders import (
    ACME,
    FAX,
    LOCAL,
    MONTHLY,
    PROFESSIONAL,
    QUARTERLY,
    RECORDING,
    YEARLY,
    add_on,
    day,
    number,
    prices,
    provisioned,
    refused,
    term,
    uid,
)

YEARLY_FAX = replace(FAX, prices=prices(yearly=(6000, 5000)))
PLAN = replace(
    PROFESSIONAL,
    add_ons={"REC": RECORDING, "FAX": YEARLY_FAX},
    default_settings={"theme": "light", "limit": 5},
)
CONTRACT = Contract(uid(70), "C-7", ACME.id, ContractStatus.ACTIVE, day("2020-01-01"), None)


FIRST, SECOND, TAKEN = number(1), number(2), number(3)
UNPRICED = number(4, replace(LOCAL, name="Odd number", prices={}))
STOCK = NumberPool({held.id: (held, held is not TAKEN) for held in (FIRST, SECOND, TAKEN, UNPRICED)})


def facts(**changes: Any) -> Facts:
    ids: Iterator[UUID] = map(uid, count(1000))
    return replace(Facts(ACME, PLAN, STOCK, CONTRACT, lambda: next(ids)), **changes)


def command(**changes: Any) -> CreateSubscription:
    return replace(CreateSubscription(ACME.id, "PRO", 1, YEARLY), **changes)


def sell(today: str = "2020-11-16", given_facts: Facts | None = None, **changes: Any) -> Decision:
    return decide(given_facts or facts(), command(**changes), day(today))


def test_purchase_charges_first_term_and_provisions() -> None:
    made = sell(
        quantity=3,
        number_ids=(SECOND.id, FIRST.id),
        contract_id=CONTRACT.id,
        add_ons=(("REC", 2), ("FAX", 1)),
        settings={"limit": None, "colour": "blue"},
    )
    assert [(line.kind, line.item.code, line.quantity, line.amount) for line in made.lines] == [
        (ChargeKind.PURCHASE, "PRO", 3, Amounts(111000, 109500)),
        (ChargeKind.ADD_ON, "REC", 2, Amounts(24000, 20000)),
        (ChargeKind.ADD_ON, "FAX", 1, Amounts(6000, 5000)),
        (ChargeKind.NUMBER, "+49300002", 1, Amounts(2400, 1200)),
        (ChargeKind.NUMBER, "+49300001", 1, Amounts(2400, 1200)),
    ]
    whole = term("2020-11-16", "2021-11-15")
    assert {(line.fraction, line.period) for line in made.lines} == {(WHOLE, whole)}
    after = made.after
    assert (after.id, after.status, after.quantity, after.model) == (uid(1000), Status.ACTIVE, 3, YEARLY)
    assert (after.purchased_on, after.anchor_day, after.term) == (day("2020-11-16"), 16, whole)
    assert (after.trial_ends_before, after.ended_on, after.auto_renewal) == (None, None, True)
    assert after.add_ons == (
        replace(add_on(RECORDING, 2), id=uid(1001)),
        replace(add_on(YEARLY_FAX), id=uid(1002)),
    )
    assert after.contract == LinkedContract(uid(70), "C-7")
    assert after.settings == {"theme": "light", "colour": "blue"}
    assert (made.before, made.action, made.source) == (None, Action.CREATE, ChangeSource.ORDER)
    assert (made.effective_on, made.summary) == (day("2020-11-16"), "Purchased Professional.")
    assert provisioned(made) == [
        (
            "ACTIVATE",
            {
                "orgUuid": str(ACME.org_uuid),
                "plan": "PRO",
                "quantity": 3,
                "addOns": {"REC": 2, "FAX": 1},
                "numbers": ["+49300002", "+49300001"],
                "trial": False,
                "settings": {"theme": "light", "colour": "blue"},
            },
        )
    ]


def test_monthly_times_3_at_37_is_111() -> None:
    made = sell("2021-01-31", model=QUARTERLY)
    assert [(line.unit, line.amount, line.cycle_months) for line in made.lines] == [
        (Amounts(11100, 10950), Amounts(11100, 10950), 3)
    ]
    assert made.after.term == term("2021-01-31", "2021-04-29")


@pytest.mark.parametrize(
    ("today", "changes", "opened"),
    [
        ("2021-01-31", {"model": MONTHLY}, term("2021-01-31", "2021-02-27")),
        ("2020-02-29", {}, term("2020-02-29", "2021-02-27")),
        # for what was sold before: while its first term runs
        ("2021-11-15", {"starts_on": day("2020-11-16")}, term("2020-11-16", "2021-11-15")),
        ("2021-02-27", {"starts_on": day("2021-01-31"), "model": MONTHLY}, term("2021-01-31", "2021-02-27")),
        (
            "2021-06-14",
            {"starts_on": day("2021-06-01"), "trial_days": 14},
            term("2021-06-01", "2021-06-14", 0),
        ),
        # a trial is term 0, in days
        ("2021-06-01", {"trial_days": 1}, term("2021-06-01", "2021-06-01", 0)),
        ("2021-06-01", {"trial_days": 30}, term("2021-06-01", "2021-06-30", 0)),
        ("2021-06-01", {"trial_days": 0}, term("2021-06-01", "2022-05-31", 1)),
    ],
)
def test_first_term_begins_today_or_on_past_day(today: str, changes: dict[str, Any], opened: Term) -> None:
    made = sell(today, **changes)
    assert (made.after.term, made.effective_on) == (opened, opened.starts_on)
    assert (made.after.purchased_on, made.after.anchor_day) == (opened.starts_on, opened.starts_on.day)


def test_backdated_purchase_charges_whole_first_term() -> None:
    assert quote_of(sell("2021-11-15", starts_on=day("2020-11-16"))).amount == Amounts(37000, 36500)


@pytest.mark.parametrize(("auto_renewal", "renewal"), [(True, Amounts(49000, 46500)), (False, ZERO)])
def test_trial_is_free_and_forecasts_conversion(auto_renewal: bool, renewal: Amounts) -> None:
    made = sell("2021-06-01", trial_days=14, add_ons=(("REC", 1),), auto_renewal=auto_renewal)
    quote = quote_of(made)
    assert (made.lines, quote.amount, quote.status_after) == ((), ZERO, Status.TRIAL)
    assert (quote.renewal_before, quote.renewal_after) == (ZERO, renewal)
    assert made.after.trial_ends_before == day("2021-06-15")
    assert made.summary == "Started a trial of Professional."
    assert [payload["trial"] for _, payload in provisioned(made)] == [True]


@pytest.mark.parametrize("trial_days", [None, 14])
@pytest.mark.parametrize(
    ("given_facts", "changes", "naming"),
    [
        (facts(plan=replace(PLAN, prices=prices(yearly=(1, 1)))), {"model": MONTHLY}, "Professional"),
        (facts(), {"model": QUARTERLY, "add_ons": (("FAX", 1),)}, "Fax is not offered monthly."),
        (facts(), {"number_ids": (UNPRICED.id,)}, "Odd number is not offered yearly."),
        (facts(), {"add_ons": (("ODD", 1),)}, "does not offer the add-on ODD"),
    ],
)
def test_items_not_offered_are_neither_sold_nor_tried(
    given_facts: Facts, changes: dict[str, Any], naming: str, trial_days: int | None
) -> None:
    with refused(ErrorCode.NOT_OFFERED, naming=naming):
        sell(given_facts=given_facts, trial_days=trial_days, **changes)


@pytest.mark.parametrize(
    ("today", "changes", "code", "field"),
    [
        ("2021-06-16", {"starts_on": day("2021-06-17")}, ErrorCode.DATE_IN_FUTURE, ["startsOn"]),
        (
            "2021-06-16",
            {"starts_on": day("2021-06-17"), "trial_days": 9},
            ErrorCode.DATE_IN_FUTURE,
            ["startsOn"],
        ),
        ("2021-11-16", {"starts_on": day("2020-11-16")}, ErrorCode.DATE_BEFORE_BILLING_CYCLE, ["startsOn"]),
        (
            "2021-06-15",
            {"starts_on": day("2021-06-01"), "trial_days": 14},
            ErrorCode.DATE_BEFORE_BILLING_CYCLE,
            ["startsOn"],
        ),
        ("2021-06-16", {"quantity": 0}, ErrorCode.INVALID_QUANTITY, ["quantity"]),
        ("2021-06-16", {"quantity": -1}, ErrorCode.INVALID_QUANTITY, ["quantity"]),
        ("2021-06-16", {"add_ons": (("REC", 0),)}, ErrorCode.INVALID_QUANTITY, ["addOns", "quantity"]),
        ("2021-06-16", {"add_ons": (("REC", 1), ("REC", 2))}, ErrorCode.INVALID_VALUE, ["addOns"]),
        ("2021-06-16", {"trial_days": -1}, ErrorCode.INVALID_VALUE, ["trialDays"]),
        ("2021-06-16", {"trial_days": MAX_TRIAL_DAYS + 1}, ErrorCode.INVALID_VALUE, ["trialDays"]),
        ("2021-06-16", {"number_ids": (FIRST.id, TAKEN.id)}, ErrorCode.NUMBER_NOT_AVAILABLE, ["numberIds"]),
        ("2021-06-16", {"number_ids": (FIRST.id, FIRST.id)}, ErrorCode.NUMBER_NOT_AVAILABLE, ["numberIds"]),
        ("2021-06-16", {"number_ids": (FIRST.id, uid(6))}, ErrorCode.NOT_FOUND, ["numberIds"]),
        ("2021-06-16", {"settings": ["theme"]}, ErrorCode.INVALID_VALUE, ["settings"]),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(
    today: str, changes: dict[str, Any], code: ErrorCode, field: list[str]
) -> None:
    with refused(code, *field):
        sell(today, **changes)


@pytest.mark.parametrize(
    ("contract", "code"),
    [
        (None, ErrorCode.NOT_FOUND),
        (replace(CONTRACT, status=ContractStatus.DRAFT), ErrorCode.CONTRACT_NOT_ACTIVE),
        (replace(CONTRACT, ends_on=day("2020-11-15")), ErrorCode.CONTRACT_NOT_ACTIVE),
        (replace(CONTRACT, customer_id=uid(20)), ErrorCode.NOT_FOUND),
    ],
)
def test_contract_must_be_own_and_active(contract: Contract | None, code: ErrorCode) -> None:
    with refused(code, "contractId"):
        sell(given_facts=facts(contract=contract), contract_id=uid(70), starts_on=day("2020-11-01"))


def test_a_plan_that_does_not_exist_is_not_found() -> None:
    with refused(ErrorCode.NOT_FOUND, "planCode", naming="There is no such plan."):
        sell(given_facts=facts(plan=None))


def test_too_large_amount_is_refused_without_cost() -> None:
    dear = replace(PLAN, prices=prices((1, 10**16)))
    assert str(10**16) not in repr(sell(given_facts=facts(plan=dear)).provisioning)
    with refused(ErrorCode.INVALID_VALUE, naming="The amount for Professional is too large to be charged."):
        sell(given_facts=facts(plan=dear), quantity=2)
