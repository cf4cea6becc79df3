"""Revoke what still waits: it is as it was before: rules §4.15."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from actions.cancel_add_on import CancelAddOn
from actions.cancel_add_on import decide as cancel_add_on
from actions.cancel_subscription import CancelSubscription
from actions.cancel_subscription import decide as cancel_subscription
from actions.change_add_ons import ChangeAddOns
from actions.change_add_ons import decide as change_add_ons
from actions.change_billing_model import ChangeBillingModel
from actions.change_billing_model import decide as change_billing_model
from actions.change_quantity import ChangeQuantity
from actions.change_quantity import decide as change_quantity
from actions.extend_subscription import ExtendSubscription
from actions.extend_subscription import decide as extend_subscription
from actions.revoke_scheduled_change import RevokeScheduledChange, decide
from domain.decision import Decision
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.quote import quote_of
from domain.subscription import Subscription
from tests.builders import (
    AT_END,
    FAX,
    MONTHLY,
    RECORDING,
    add_on,
    day,
    ids,
    number,
    refused,
    subscription,
    trial,
    uid,
    waiting,
)

TODAY = day("2021-06-10")
RECORDINGS, FAXES = add_on(RECORDING, 3), add_on(FAX, 2)
HOLDINGS: dict[str, Any] = {"quantity": 3, "add_ons": (RECORDINGS, FAXES), "numbers": (number(1),)}
FULL = subscription(**HOLDINGS)

SCHEDULING: dict[str, Callable[[Subscription], Decision]] = {
    "licences": lambda held: change_quantity(held, ChangeQuantity(held.id, 1, AT_END), TODAY, ids()),
    "an add-on": lambda held: change_add_ons(
        held, ChangeAddOns(held.id, (("REC", 1),), AT_END), TODAY, ids()
    ),
    "an add-on to nothing": lambda held: change_add_ons(
        held, ChangeAddOns(held.id, (("FAX", 0),), AT_END), TODAY, ids()
    ),
    "the end of an add-on": lambda held: cancel_add_on(held, CancelAddOn(FAXES.id, AT_END), TODAY, ids()),
    "the billing model": lambda held: change_billing_model(
        held, ChangeBillingModel(held.id, MONTHLY), TODAY, ids()
    ),
    "the end of all": lambda held: cancel_subscription(
        held, CancelSubscription(held.id, AT_END), TODAY, ids()
    ),
}


def revoke(held: Subscription, number: int = 1000) -> Decision:
    return decide(held, RevokeScheduledChange(uid(number)), TODAY)


@pytest.mark.parametrize("what", SCHEDULING)
@pytest.mark.parametrize("before", [FULL, replace(FULL, auto_renewal=False), trial(**HOLDINGS)])
def test_revoked_it_is_as_it_was_before(before: Subscription, what: str) -> None:
    scheduled = SCHEDULING[what](before).after
    assert scheduled != before
    made = revoke(scheduled)
    assert made.after == before
    assert (made.action, made.effective_on) == (Action.REVOKE_SCHEDULED_CHANGE, TODAY)
    assert (made.lines, made.provisioning) == ((), ())
    assert made.summary == f"Revoked: {scheduled.scheduled[0].summary}"
    assert quote_of(made).renewal_after == quote_of(SCHEDULING[what](before)).renewal_before


@pytest.mark.parametrize("what", SCHEDULING)
def test_other_scheduled_changes_stay_scheduled(what: str) -> None:
    others = (
        waiting(Action.CHANGE_QUANTITY, 801, quantity=2)
        if what != "licences"
        else waiting(Action.CHANGE_BILLING_MODEL, 801, model=MONTHLY),
        waiting(Action.CANCEL_ADD_ON, 802, add_on_id=uid(77), quantity=0),
    )
    before = replace(FULL, scheduled=others)
    assert revoke(SCHEDULING[what](before).after).after == before


def test_cancellation_and_change_revoke_separately() -> None:
    fewer = waiting(Action.CHANGE_QUANTITY, 801, quantity=2)
    pending = SCHEDULING["the end of all"](replace(FULL, scheduled=(fewer,))).after
    first = revoke(pending, 801).after
    assert (first.status, [change.action for change in first.scheduled]) == (
        Status.PENDING_FOR_CANCEL,
        [Action.CANCEL],
    )
    assert revoke(first).after == FULL


@pytest.mark.parametrize("what", [what for what in SCHEDULING if what != "the end of all"])
def test_after_an_extension_it_is_as_it_was_but_longer(what: str) -> None:
    by = ExtendSubscription(FULL.id, day("2022-01-15"))
    longer = extend_subscription(SCHEDULING[what](FULL).after, by, TODAY).after
    assert revoke(longer).after == extend_subscription(FULL, by, TODAY).after


@pytest.mark.parametrize("number", [999, 801])
def test_applied_or_revoked_change_cannot_be_revoked(number: int) -> None:
    held = SCHEDULING["licences"](FULL).after
    with refused(ErrorCode.NOTHING_TO_CHANGE, "scheduledChangeId"):
        revoke(held, number)


def test_where_nothing_waits_no_input_would_do() -> None:
    with refused(ErrorCode.NOTHING_TO_CHANGE):
        revoke(FULL)
