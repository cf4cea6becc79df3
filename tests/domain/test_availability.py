"""What refuses an action whatever its input: rules §4."""

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
from tests.domain.asked import Request, requests
from tests.domain.drawn import examples
from tests.domain.stories import Story, stories

IN_JUNE = day("2021-06-16")
FEWER = Scheduled(uid(1), Action.CHANGE_QUANTITY, day("2021-11-16"), "1 licence.", quantity=1)
ADA, BOB = {uid(4): "Ada"}, {uid(5): "Bob"}


@pytest.mark.parametrize("status", sorted(ENDED))
def test_an_ended_subscription_is_not_open(status: Status) -> None:
    with refused(ErrorCode.ALREADY_ENDED, naming=status):
        check_open(subscription(status=status), Action.UPDATE_SETTINGS, IN_JUNE)


@pytest.mark.parametrize("on", ["2020-11-16", "2021-06-16", "2021-11-15"])
def test_a_subscription_is_open_from_the_first_to_the_last_day_of_its_term(on: str) -> None:
    check_open(subscription(), Action.CHANGE_PLAN, day(on))


@pytest.mark.parametrize(
    ("on", "named"), [("2020-11-15", "begins on 2020-11-16"), ("2021-11-16", "ends on 2021-11-15")]
)
def test_nothing_is_done_outside_the_running_term(on: str, named: str) -> None:
    with refused(ErrorCode.NOT_ALLOWED_IN_STATUS, naming=named):
        check_open(subscription(), Action.CHANGE_PLAN, day(on))


@pytest.mark.parametrize(
    ("action", "held", "without", "code"),
    [
        (Action.ASSIGN_MEMBERS, {"assignees": {}}, {"assignees": ADA}, ErrorCode.NO_LICENCE_LEFT),
        (
            Action.ASSIGN_MEMBERS,
            {"quantity": 3, "assignees": ADA | BOB},
            {"quantity": 2, "assignees": ADA | BOB},
            ErrorCode.NO_LICENCE_LEFT,
        ),
        # where a reduction is scheduled, the reduced number counts
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
    action: Action, held: dict[str, Any], without: dict[str, Any], code: ErrorCode
) -> None:
    check_open(subscription(**held), action, IN_JUNE)
    with refused(code):
        check_open(subscription(**without), action, IN_JUNE)


def test_every_action_is_told_with_the_refusal_that_it_would_meet() -> None:
    told = {
        action: error and error.code
        for action, error in availability(subscription(status=Status.PENDING_FOR_CANCEL), IN_JUNE)
    }
    assert list(told) == list(ALLOWED)
    assert told[Action.CHANGE_PLAN] is None
    assert told[Action.EXTEND] is ErrorCode.NOT_ALLOWED_IN_STATUS
    assert told[Action.CANCEL_ADD_ON] is ErrorCode.NOTHING_TO_CHANGE


def met_by(request: Request) -> LifecycleError | None:
    try:
        request()
    except LifecycleError as error:
        return error
    return None


STATUS_TABLE = {ErrorCode.ALREADY_ENDED, ErrorCode.TRIAL_NOT_ALLOWED, ErrorCode.NOT_ALLOWED_IN_STATUS}


def test_what_is_told_and_what_an_action_does_never_disagree() -> None:
    """Whatever the input: what is told as refused is refused with that code, and what is told as
    allowed is never refused by the status table, but for a time that its input asks for.
    """
    told: Counter[ErrorCode | None] = Counter()

    @settings(examples, max_examples=70)
    @given(stories(), st.data())
    def they_agree(story: Story, data: st.DataObject) -> None:
        for at in (data.draw(st.sampled_from(story.moments)), story.moments[-1]):
            for action, refusal in availability(at.held, at.today):
                met = met_by(data.draw(requests(action, at)))
                told[refusal and refusal.code] += 1
                if refusal:
                    assert met
                    assert (met.code, met.message) == (refusal.code, refusal.message)
                elif met and met.code in STATUS_TABLE:
                    assert at.held.status is Status.PENDING_FOR_CANCEL
                    assert (met.code, met.field) == (AT_PERIOD_END_WHEN_PENDING[action], ("when", "at"))

    they_agree()
    assert told.keys() >= {None, *STATUS_TABLE, ErrorCode.NOTHING_TO_CHANGE}
