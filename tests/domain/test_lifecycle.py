"""The table of what may be done in which status: rules §4."""

import pytest

from domain.errors import ErrorCode
from domain.lifecycle import (
    ALLOWED,
    AT_PERIOD_END_WHEN_PENDING,
    ENDED,
    Action,
    Status,
    check_allowed,
    refusal,
)
from tests.builders import refused

IN_TRIAL = ErrorCode.TRIAL_NOT_ALLOWED
IN_STATUS = ErrorCode.NOT_ALLOWED_IN_STATUS
LIVE = [Status.TRIAL, Status.ACTIVE, Status.PENDING_FOR_CANCEL]

TABLE = {
    Action.ASSIGN_MEMBERS: [None, None, None],
    Action.UNASSIGN_MEMBERS: [None, None, None],
    Action.LINK_CONTRACT: [None, None, None],
    Action.UNLINK_CONTRACT: [None, None, None],
    Action.UPDATE_SETTINGS: [None, None, None],
    Action.TERMINATE: [None, None, None],
    Action.CHANGE_PLAN: [None, None, None],
    Action.CHANGE_ADD_ONS: [None, None, None],
    Action.CHANGE_NUMBERS: [None, None, None],
    Action.CHANGE_QUANTITY: [None, None, None],
    Action.CANCEL_ADD_ON: [None, None, None],
    Action.CHANGE_OWNERSHIP: [IN_TRIAL, None, IN_STATUS],
    Action.CHANGE_BILLING_MODEL: [None, None, IN_STATUS],
    Action.SET_AUTO_RENEWAL: [None, None, IN_STATUS],
    Action.EXTEND: [IN_STATUS, None, IN_STATUS],
    Action.CANCEL: [None, None, None],
    Action.REVOKE_SCHEDULED_CHANGE: [None, None, None],
}
NO_ROW = {Action.CREATE, Action.RENEW, Action.EXPIRE, Action.CONVERT_TRIAL}


@pytest.mark.parametrize("action", TABLE)
def test_an_action_is_taken_or_refused_as_the_table_says(action: Action) -> None:
    refusals = [refusal(action, status) for status in LIVE]
    assert [error and error.code for error in refusals] == TABLE[action]


@pytest.mark.parametrize("status", sorted(ENDED))
@pytest.mark.parametrize("action", TABLE)
def test_nothing_is_allowed_once_it_has_ended(action: Action, status: Status) -> None:
    with refused(ErrorCode.ALREADY_ENDED, naming=status):
        check_allowed(action, status)


def test_a_refusal_names_the_status_and_a_permission_raises_nothing() -> None:
    check_allowed(Action.EXTEND, Status.ACTIVE)
    with refused(IN_STATUS, naming="PENDING_FOR_CANCEL"):
        check_allowed(Action.EXTEND, Status.PENDING_FOR_CANCEL)
    with refused(IN_TRIAL, naming="trial"):
        check_allowed(Action.CHANGE_OWNERSHIP, Status.TRIAL)


def test_every_action_that_a_person_takes_has_a_row() -> None:
    assert set(ALLOWED) == set(TABLE) == set(Action) - NO_ROW


def test_a_subscription_pending_for_cancel_takes_no_change_for_the_end_of_its_term() -> None:
    assert AT_PERIOD_END_WHEN_PENDING == {
        Action.CHANGE_ADD_ONS: IN_STATUS,
        Action.CHANGE_QUANTITY: IN_STATUS,
        Action.CANCEL_ADD_ON: IN_STATUS,
        Action.CANCEL: ErrorCode.ALREADY_SCHEDULED,
    }


def test_every_status_is_live_or_ended() -> None:
    assert set(Status) == set(LIVE) | ENDED
    assert not set(LIVE) & ENDED
