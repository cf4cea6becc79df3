"""Refusals that do not depend on the input: rules §4."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.availability import availability, check_open
from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import ALLOWED, AT_PERIOD_END_WHEN_PENDING, ENDED, Action, Status
from domain.subscription import LinkedContract, Scheduled
from tests.builders import RECORDING, add_on, day, refused, subscription, uid
from tests.domain.requests import Request, requests
from tests.domain.strategies import examples
from tests.domain.timelines import Timeline, timelines

IN_JUNE = day("2021-06-16")
FEWER = Scheduled(uid(1), Action.CHANGE_QUANTITY, day("2021-11-16"), "1 licence.", quantity=1)
ADA, BOB = {uid(4): "Ada"}, {uid(5): "Bob"}


@pytest.mark.parametrize("status", sorted(ENDED))
def test_an_ended_subscription_is_not_open(status: Status) -> None:
    with refused(ErrorCode.ALREADY_ENDED, naming=status):
        check_open(subscription(status=status), Action.UPDATE_SETTINGS, IN_JUNE)


@pytest.mark.parametrize("on", ["2020-11-16", "2021-06-16", "2021-11-15"])
def test_it_is_open_on_every_day_of_its_term(on: str) -> None:
    check_open(subscription(), Action.CHANGE_PLAN, day(on))


@pytest.mark.parametrize(
    ("on", "named"), [("2020-11-15", "begins on 2020-11-16"), ("2021-11-16", "ends on 2021-11-15")]
)
def test_no_action_outside_the_running_term(on: str, named: str) -> None:
    with refused(ErrorCode.NOT_ALLOWED_IN_STATUS, naming=named):
        check_open(subscription(), Action.CHANGE_PLAN, day(on))


@pytest.mark.parametrize(
    ("action", "state", "without", "code"),
    [
        (Action.ASSIGN_MEMBERS, {"assignees": {}}, {"assignees": ADA}, ErrorCode.NO_LICENCE_LEFT),
        (
            Action.ASSIGN_MEMBERS,
            {"quantity": 3, "assignees": ADA | BOB},
            {"quantity": 2, "assignees": ADA | BOB},
            ErrorCode.NO_LICENCE_LEFT,
        ),
        # a scheduled reduction counts now
        (
            Action.ASSIGN_MEMBERS,
            {"quantity": 3, "assignees": ADA},
            {"quantity": 3, "assignees": ADA, "scheduled": (FEWER,)},
            ErrorCode.NO_LICENCE_LEFT,
        ),
        (Action.UNASSIGN_MEMBERS, {"assignees": ADA}, {}, ErrorCode.NOTHING_TO_CHANGE),
        (
            Action.UNLINK_CONTRACT,
            {"contract": LinkedContract(uid(7), "C-7")},
            {},
            ErrorCode.NOTHING_TO_CHANGE,
        ),
        (Action.CANCEL_ADD_ON, {"add_ons": (add_on(RECORDING),)}, {}, ErrorCode.NOTHING_TO_CHANGE),
        (Action.REVOKE_SCHEDULED_CHANGE, {"scheduled": (FEWER,)}, {}, ErrorCode.NOTHING_TO_CHANGE),
    ],
)
def test_an_action_needs_something_to_act_on(
    action: Action, state: dict[str, Any], without: dict[str, Any], code: ErrorCode
) -> None:
    check_open(subscription(**state), action, IN_JUNE)
    with refused(code):
        check_open(subscription(**without), action, IN_JUNE)


def test_availability_names_the_refusal_of_each_action() -> None:
    codes = {
        action: error and error.code
        for action, error in availability(subscription(status=Status.PENDING_FOR_CANCEL), IN_JUNE)
    }
    assert list(codes) == list(ALLOWED)
    assert codes[Action.CHANGE_PLAN] is None
    assert codes[Action.EXTEND] is ErrorCode.NOT_ALLOWED_IN_STATUS
    assert codes[Action.CANCEL_ADD_ON] is ErrorCode.NOTHING_TO_CHANGE


def met_by(request: Request) -> LifecycleError | None:
    try:
        request()
    except LifecycleError as error:
        return error
    return None


STATUS_TABLE = {ErrorCode.ALREADY_ENDED, ErrorCode.TRIAL_NOT_ALLOWED, ErrorCode.NOT_ALLOWED_IN_STATUS}


def test_availability_agrees_with_the_actions() -> None:
    """A refused action is refused with that code for every input. An allowed one is never refused by
    the status table, except for the time that its input names.
    """
    met_codes: Counter[ErrorCode | None] = Counter()

    @settings(examples, max_examples=70)
    @given(timelines(), st.data())
    def check_agreement(timeline: Timeline, data: st.DataObject) -> None:
        for at in (data.draw(st.sampled_from(timeline.moments)), timeline.moments[-1]):
            for action, refusal in availability(at.state, at.today):
                met = met_by(data.draw(requests(action, at)))
                met_codes[refusal and refusal.code] += 1
                if refusal:
                    assert met
                    assert (met.code, met.message) == (refusal.code, refusal.message)
                elif met and met.code in STATUS_TABLE:
                    assert at.state.status is Status.PENDING_FOR_CANCEL
                    assert (met.code, met.field) == (AT_PERIOD_END_WHEN_PENDING[action], ("when", "at"))

    check_agreement()
    assert met_codes.keys() >= {None, *STATUS_TABLE, ErrorCode.NOTHING_TO_CHANGE}
