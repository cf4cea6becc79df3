"""Give it to another customer, with all that is the owner's own reset: rules §4.1."""

from dataclasses import replace
from typing import Any

import pytest

from actions.change_ownership import decide
from domain.decision import ChangeSource
from domain.errors import ErrorCode
from domain.lifecycle import Action
from domain.money import ZERO, Amounts
from domain.quote import quote_of
from domain.subscription import AddOnStatus, LinkedContract, Scheduled, Subscription
from tests.builders import (
    ACME,
    FAX,
    GLOBEX,
    MONTHLY,
    PROFESSIONAL,
    RECORDING,
    add_on,
    day,
    number,
    provisioned,
    refused,
    subscription,
    trial,
    uid,
    waiting,
)

IN_JUNE = day("2021-06-16")
DEFAULTS = {"theme": "light", "limit": 5}
PLAN = replace(PROFESSIONAL, default_settings=DEFAULTS)
RECORDINGS = add_on(RECORDING, 3)
ENDING = add_on(FAX, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=day("2021-11-16"))
SCHEDULED = (
    waiting(Action.CHANGE_QUANTITY, 801, quantity=1),
    waiting(Action.CHANGE_ADD_ONS, 802, add_on_id=RECORDINGS.id, quantity=1),
    waiting(Action.CANCEL_ADD_ON, 803, add_on_id=ENDING.id, quantity=0),
    waiting(Action.CHANGE_BILLING_MODEL, 804, model=MONTHLY),
)


def held(**changes: Any) -> Subscription:
    everything = {
        "plan": PLAN,
        "quantity": 3,
        "add_ons": (RECORDINGS, ENDING),
        "numbers": (number(1), number(2)),
        "assignees": {uid(4): "Ada", uid(5): "Bob"},
        "contract": LinkedContract(uid(70), "C-7"),
        "settings": {"theme": "dark", "logo": "acme.png"},
        "scheduled": SCHEDULED,
        "auto_renewal": False,
    }
    return subscription(**(everything | changes))


def test_the_owners_own_is_reset_and_the_rest_stays() -> None:
    made = decide(held(), GLOBEX, IN_JUNE)
    assert made.after == held(
        customer=GLOBEX,
        settings=DEFAULTS,
        assignees={},
        contract=None,
        scheduled=(),
        add_ons=(RECORDINGS, add_on(FAX)),
    )
    assert (made.action, made.effective_on) == (Action.CHANGE_OWNERSHIP, IN_JUNE)
    assert (made.source, made.summary) == (ChangeSource.TRANSFER, "Transferred to Globex.")


def test_no_money_moves() -> None:
    made = decide(held(auto_renewal=True, scheduled=()), GLOBEX, IN_JUNE)
    assert (made.lines, quote_of(made).amount) == ((), ZERO)
    assert quote_of(made).renewal_after == quote_of(made).renewal_before == Amounts(157800, 146900)


def test_transfer_and_settings_are_provisioned() -> None:
    made = decide(held(), GLOBEX, IN_JUNE)
    assert provisioned(made) == [
        ("TRANSFER", {"orgUuidBefore": str(ACME.org_uuid), "orgUuidAfter": str(GLOBEX.org_uuid)}),
        ("RESET_SETTINGS", {"settings": DEFAULTS}),
    ]


@pytest.mark.parametrize("change", SCHEDULED, ids=lambda change: change.action)
def test_each_kind_of_scheduled_change_is_revoked(change: Scheduled) -> None:
    made = decide(held(scheduled=(change,)), GLOBEX, IN_JUNE)
    assert made.after.scheduled == ()
    assert made.after.quantity == 3
    assert made.after.model == held().model


def test_the_present_owner_is_no_new_one() -> None:
    with refused(ErrorCode.SAME_OWNER, "newOwnerOrgUuid", naming="Acme"):
        decide(held(), ACME, IN_JUNE)


def test_unknown_new_owner_is_not_found() -> None:
    with refused(ErrorCode.NOT_FOUND, "newOwnerOrgUuid"):
        decide(held(), None, IN_JUNE)


@pytest.mark.parametrize("customer", [GLOBEX, ACME, None])
def test_a_trial_stays_with_whom_it_was_begun_for(customer: Any) -> None:
    with refused(ErrorCode.TRIAL_NOT_ALLOWED):
        decide(trial(), customer, day("2021-06-02"))
