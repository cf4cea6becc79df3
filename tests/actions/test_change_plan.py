"""When a plan may be changed, and what changes with it: rules, section 4.4."""

from dataclasses import replace
from typing import Any

import pytest

from actions.change_plan import decide
from domain.catalogue import Plan
from domain.decision import quote_of
from domain.errors import ErrorCode
from domain.lifecycle import ENDED, Action, Status
from domain.money import ZERO, Amounts
from domain.policy import UpgradeBasis
from domain.subscription import AddOnStatus, Scheduled, Subscription
from tests.builders import (
    BUSINESS,
    ENTERPRISE,
    FAX,
    MONTHLY,
    PROFESSIONAL,
    QUARTERLY,
    RECORDING,
    YEARLY,
    add_on,
    customer,
    day,
    number,
    plan,
    prices,
    refused,
    subscription,
    term,
    trial,
    uid,
)

IN_JUNE = day("2021-06-16")
DEARER_RECORDING = replace(RECORDING, prices=prices((18000, 15000), (1500, 1300)))
WITH_RECORDING = replace(BUSINESS, add_ons={"REC": DEARER_RECORDING})
YEARLY_ONLY = replace(BUSINESS, prices=prices(yearly=(74000, 73000)))
RECORDING_YEARLY_ONLY = replace(
    BUSINESS, add_ons={"REC": replace(RECORDING, prices=prices(yearly=(12000, 10000)))}
)
BECOMES_MONTHLY = Scheduled(uid(1), Action.CHANGE_BILLING_MODEL, day("2021-11-16"), "Monthly.", model=MONTHLY)
FEWER = Scheduled(uid(2), Action.CHANGE_QUANTITY, day("2021-11-16"), "1 licence.", quantity=1)


@pytest.mark.parametrize("basis", UpgradeBasis)
def test_downgrade_is_immediate_without_refund(basis: UpgradeBasis) -> None:
    held = subscription(plan=ENTERPRISE, quantity=2, customer=customer(basis=basis))
    made = decide(held, PROFESSIONAL, IN_JUNE)
    assert (made.lines, made.after) == ((), replace(held, plan=PROFESSIONAL))
    assert (made.effective_on, made.summary) == (IN_JUNE, "Downgraded from Enterprise to Professional.")
    quote = quote_of(made)
    assert (quote.amount, quote.term_after) == (ZERO, held.term)
    assert (quote.renewal_before, quote.renewal_after) == (Amounts(296000, 292000), Amounts(74000, 73000))


@pytest.mark.parametrize("status", [Status.TRIAL, Status.PENDING_FOR_CANCEL])
@pytest.mark.parametrize("basis", UpgradeBasis)
def test_a_trial_changes_plan_free_of_charge(status: Status, basis: UpgradeBasis) -> None:
    held = trial(status=status, customer=customer(basis=basis))
    made = decide(held, BUSINESS, day("2021-06-14"))
    assert (made.lines, made.after) == ((), replace(held, plan=BUSINESS))


def test_upgrade_pending_for_cancel_is_charged() -> None:
    made = decide(subscription(status=Status.PENDING_FOR_CANCEL), BUSINESS, IN_JUNE)
    assert [line.amount for line in made.lines] == [Amounts(37000, 36500)]
    assert quote_of(made).renewal_after == ZERO


def test_only_plan_and_add_on_offers_change() -> None:
    held = subscription(
        add_ons=(add_on(RECORDING, 2),),
        numbers=(number(1),),
        scheduled=(FEWER, BECOMES_MONTHLY),
        quantity=3,
        settings={"theme": "dark"},
        assignees={uid(4): "Ada"},
    )
    made = decide(held, WITH_RECORDING, IN_JUNE)
    assert made.after == replace(held, plan=WITH_RECORDING, add_ons=(add_on(DEARER_RECORDING, 2),))
    assert [line.item.code for line in made.lines] == ["BUS"]


def test_add_ons_renew_at_new_plan_prices() -> None:
    made = decide(subscription(add_ons=(add_on(RECORDING, 2),)), WITH_RECORDING, IN_JUNE)
    assert quote_of(made).amount == Amounts(37000, 36500)
    assert quote_of(made).renewal_before == Amounts(61000, 56500)
    assert quote_of(made).renewal_after == Amounts(110000, 103000)


@pytest.mark.parametrize("status", sorted(ENDED))
def test_an_ended_subscription_keeps_its_plan(status: Status) -> None:
    with refused(ErrorCode.ALREADY_ENDED, naming=status):
        decide(subscription(status=status), BUSINESS, IN_JUNE)


def test_plan_changes_until_last_day_of_term() -> None:
    assert decide(subscription(), BUSINESS, day("2021-11-15")).after.plan == BUSINESS
    with refused(ErrorCode.NOT_ALLOWED_IN_STATUS, naming="2021-11-15"):
        decide(subscription(), BUSINESS, day("2021-11-16"))


def test_a_plan_that_does_not_exist_is_not_found() -> None:
    with refused(ErrorCode.NOT_FOUND, "planCode", naming="There is no such plan."):
        decide(subscription(), None, IN_JUNE)


def test_the_present_plan_is_no_change() -> None:
    with refused(ErrorCode.SAME_PLAN, "planCode", naming="Professional"):
        decide(subscription(), PROFESSIONAL, IN_JUNE)


@pytest.mark.parametrize(
    ("changes", "target", "named"),
    [
        ({}, replace(BUSINESS, product_id=uid(901)), ["Business", "another product"]),
        ({"add_ons": (add_on(RECORDING), add_on(FAX))}, BUSINESS, ["Recording", "Fax"]),
        ({"add_ons": (add_on(RECORDING), add_on(FAX))}, WITH_RECORDING, ["Fax"]),
        ({"add_ons": (add_on(FAX, status=AddOnStatus.PENDING_FOR_CANCEL),)}, BUSINESS, ["Fax"]),
        ({"model": MONTHLY}, YEARLY_ONLY, ["Business", "monthly"]),
        ({"model": QUARTERLY}, YEARLY_ONLY, ["Business", "monthly"]),
        (
            {"model": MONTHLY, "add_ons": (add_on(RECORDING),)},
            RECORDING_YEARLY_ONLY,
            ["Recording", "monthly"],
        ),
        # the billing model that is scheduled is not silently lost either
        ({"model": YEARLY, "scheduled": (FEWER, BECOMES_MONTHLY)}, YEARLY_ONLY, ["Business", "monthly"]),
    ],
)
def test_plan_lacking_held_items_is_refused(changes: dict[str, Any], target: Plan, named: list[str]) -> None:
    held = subscription(term=term("2021-06-01", "2021-06-30"), **changes)
    for name in named:
        with refused(ErrorCode.NOT_OFFERED, "planCode", naming=name):
            decide(held, target, IN_JUNE)


@pytest.mark.parametrize("held", [trial(model=MONTHLY), subscription(plan=ENTERPRISE, model=MONTHLY)])
def test_free_change_needs_price_for_cycle(
    held: Subscription,
) -> None:
    with refused(ErrorCode.NOT_OFFERED, "planCode", naming="Business is not offered monthly"):
        decide(held, YEARLY_ONLY, day("2021-06-02"))


def test_third_parties_and_refusals_are_told_no_cost() -> None:
    secret = plan("ODD", "Odd", 9, prices((74000, 10**16)), default_settings={})
    made = decide(subscription(), secret, IN_JUNE)
    assert str(10**16) not in repr(made.provisioning) + made.summary
    with refused(ErrorCode.INVALID_VALUE, naming="The amount for Odd is too large to be charged."):
        decide(subscription(quantity=3), secret, IN_JUNE)
