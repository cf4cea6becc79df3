"""Every action in every status, by the action's own decision: rules §4."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from domain.availability import availability
from domain.errors import ErrorCode
from domain.lifecycle import ALLOWED, ENDED, Action, Status
from domain.scheduling import NOW, When
from domain.subscription import LinkedContract, Subscription
from tests.actions.sample_requests import OFFERS, ask
from tests.builders import (
    AT_END,
    MONTHLY,
    PROFESSIONAL,
    RECORDING,
    add_on,
    day,
    number,
    on,
    refused,
    subscription,
    trial,
    uid,
    waiting,
)

IN_JUNE = day("2021-06-10")
NO_TRIAL = ErrorCode.TRIAL_NOT_ALLOWED
NOT_NOW = ErrorCode.NOT_ALLOWED_IN_STATUS
ENDED_ALREADY = ErrorCode.ALREADY_ENDED

HOLDINGS: dict[str, Any] = {
    "plan": replace(PROFESSIONAL, add_ons=OFFERS),
    "quantity": 3,
    "add_ons": (add_on(RECORDING, 2),),
    "numbers": (number(1),),
    "assignees": {uid(4): "Ada"},
    "contract": LinkedContract(uid(70), "C-7"),
}
MONTHLY_TO_COME = waiting(Action.CHANGE_BILLING_MODEL, model=MONTHLY)
CANCELLATION = waiting(Action.CANCEL)


def in_status(status: Status, *, was_trial: bool = False) -> Subscription:
    """One that holds something of everything, and has something scheduled."""
    scheduled = CANCELLATION if status is Status.PENDING_FOR_CANCEL else MONTHLY_TO_COME
    build = trial if was_trial or status is Status.TRIAL else subscription
    return build(**HOLDINGS, scheduled=(scheduled,), status=status)


TABLE = {
    #                                TRIAL    ACTIVE PENDING_FOR_CANCEL
    Action.ASSIGN_MEMBERS:          (None,     None, None),
    Action.UNASSIGN_MEMBERS:        (None,     None, None),
    Action.LINK_CONTRACT:           (None,     None, None),
    Action.UNLINK_CONTRACT:         (None,     None, None),
    Action.UPDATE_SETTINGS:         (None,     None, None),
    Action.TERMINATE:               (None,     None, None),
    Action.CHANGE_PLAN:             (None,     None, None),
    Action.CHANGE_ADD_ONS:          (None,     None, None),
    Action.CANCEL_ADD_ON:           (None,     None, None),
    Action.CHANGE_NUMBERS:          (None,     None, None),
    Action.CHANGE_QUANTITY:         (None,     None, None),
    Action.CHANGE_OWNERSHIP:        (NO_TRIAL, None, NOT_NOW),
    Action.CHANGE_BILLING_MODEL:    (None,     None, NOT_NOW),
    Action.SET_AUTO_RENEWAL:        (None,     None, NOT_NOW),
    Action.EXTEND:                  (NOT_NOW,  None, NOT_NOW),
    Action.CANCEL:                  (None,     None, None),
    Action.REVOKE_SCHEDULED_CHANGE: (None,     None, None),
}  # fmt: skip
LIVE = [Status.TRIAL, Status.ACTIVE, Status.PENDING_FOR_CANCEL]
CELLS = [
    (action, status, code)
    for action, row in TABLE.items()
    for status, code in [*zip(LIVE, row, strict=True), *product(sorted(ENDED), [ENDED_ALREADY])]
]


@pytest.mark.parametrize(("action", "status", "code"), CELLS)
def test_action_follows_the_status_table(action: Action, status: Status, code: ErrorCode | None) -> None:
    assert set(TABLE) == set(ALLOWED)
    held = in_status(status)
    assert {each: error and error.code for each, error in availability(held, IN_JUNE)}[action] is code
    if code:
        with refused(code):
            ask(action, held, IN_JUNE)
    else:
        made = ask(action, held, IN_JUNE)
        assert (made.action, made.before, made.after.id) == (action, held, held.id)
        assert made.after != held


@pytest.mark.parametrize("action", TABLE)
def test_trial_pending_for_cancel_follows_the_table(action: Action) -> None:
    pending = in_status(Status.PENDING_FOR_CANCEL, was_trial=True)
    if code := TABLE[action][2]:
        with refused(code):
            ask(action, pending, IN_JUNE)
    else:
        assert ask(action, pending, IN_JUNE).lines == ()


@pytest.mark.parametrize("action", TABLE)
def test_no_action_is_taken_once_the_renewal_is_due(action: Action) -> None:
    held = in_status(Status.ACTIVE)
    with refused(NOT_NOW, naming="2021-11-15"):
        ask(action, held, day("2021-11-16"))


TIMED = [Action.CHANGE_ADD_ONS, Action.CANCEL_ADD_ON, Action.CHANGE_QUANTITY, Action.CANCEL]
AT_PERIOD_END = dict.fromkeys(TIMED, NOT_NOW) | {Action.CANCEL: ErrorCode.ALREADY_SCHEDULED}


@pytest.mark.parametrize("action", TIMED)
@pytest.mark.parametrize("was_trial", [False, True])
def test_pending_for_cancel_takes_no_scheduled_change(action: Action, was_trial: bool) -> None:
    held = in_status(Status.PENDING_FOR_CANCEL, was_trial=was_trial)
    with refused(AT_PERIOD_END[action], "when", "at"):
        ask(action, held, IN_JUNE, AT_END)
    for when, effective in [(NOW, IN_JUNE), (on("2021-06-02"), day("2021-06-02"))]:
        assert ask(action, held, IN_JUNE, when).effective_on == effective


@pytest.mark.parametrize("action", TIMED)
@pytest.mark.parametrize(
    ("when", "code"),
    [
        (on("2021-06-11"), ErrorCode.DATE_IN_FUTURE),
        (on("2021-11-16"), ErrorCode.DATE_IN_FUTURE),
        (on("2020-11-15"), ErrorCode.DATE_BEFORE_BILLING_CYCLE),
        (When(NOW.at, day("2021-06-01")), ErrorCode.INVALID_VALUE),
        (When(AT_END.at, day("2021-06-01")), ErrorCode.INVALID_VALUE),
        (When(on("2021-06-01").at), ErrorCode.INVALID_VALUE),
    ],
)
def test_a_day_outside_the_term_so_far_is_refused(action: Action, when: When, code: ErrorCode) -> None:
    with refused(code, "when", "date"):
        ask(action, in_status(Status.ACTIVE), IN_JUNE, when)


@pytest.mark.parametrize("action", TIMED)
@pytest.mark.parametrize("first", ["2020-11-16", "2021-06-09", "2021-06-10"])
def test_past_day_of_term_is_effective_at_once(action: Action, first: str) -> None:
    made = ask(action, in_status(Status.ACTIVE), IN_JUNE, on(first))
    assert made.effective_on == day(first)
    assert made.provisioning
    assert len(made.after.scheduled) <= 1


@pytest.mark.parametrize("action", TIMED)
def test_change_at_term_end_is_only_scheduled(action: Action) -> None:
    held = in_status(Status.ACTIVE)
    made = ask(action, held, IN_JUNE, AT_END)
    assert made.effective_on == day("2021-11-16")
    assert (made.lines, made.provisioning) == ((), ())
    (*others, change) = made.after.scheduled
    assert tuple(others) == held.scheduled
    assert (change.action, change.effective_on) == (action, day("2021-11-16"))
    assert made.summary.startswith("Scheduled: ")
    assert (made.after.quantity, made.after.add_ons[0].quantity) == (3, 2)
    with refused(ErrorCode.ALREADY_SCHEDULED, "when", "at"):
        ask(action, made.after, IN_JUNE, AT_END)
