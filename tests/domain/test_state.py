"""A subscription as it stands, and when it may be changed: rules, sections 4 and 7."""

from dataclasses import replace

import pytest

from domain.errors import ErrorCode
from domain.lifecycle import ENDED, Action, Status
from domain.periods import Period
from domain.state import AddOnStatus, Scheduled, check_open
from tests.builders import FAX, RECORDING, add_on, day, refused, subscription, term, trial, uid


@pytest.mark.parametrize(
    ("first", "last", "anchor_day", "on", "counted_from"),
    [
        ("2020-11-16", "2021-11-15", 16, "2021-06-30", 30),
        ("2020-11-16", "2021-11-15", 16, "2020-11-16", 16),
        ("2021-02-28", "2021-03-30", 31, "2021-02-28", 31),
        ("2021-02-28", "2021-03-30", 31, "2021-03-01", 1),
    ],
)
def test_the_months_of_a_change_are_counted_from_its_own_first_day(
    first: str, last: str, anchor_day: int, on: str, counted_from: int
) -> None:
    whole = term(first, last, anchor_day=anchor_day)
    assert subscription(term=whole).rest_of_term(day(on)) == Period(day(on), whole.ends_before, counted_from)


def test_term_0_is_a_trial_in_every_status() -> None:
    assert trial().is_trial
    assert trial(status=Status.PENDING_FOR_CANCEL).is_trial
    assert not subscription(status=Status.PENDING_FOR_CANCEL).is_trial


def test_a_pending_change_is_found_by_its_action_and_its_target() -> None:
    recording, fax = add_on(RECORDING), add_on(FAX)
    on = day("2021-11-16")
    cancel = Scheduled(uid(1), Action.CANCEL_ADD_ON, on, "Cancel Recording.", add_on_id=recording.id)
    fewer = Scheduled(uid(2), Action.CHANGE_QUANTITY, on, "1 licence.", quantity=1)
    held = subscription(add_ons=(recording, fax), scheduled=(cancel, fewer))
    assert held.pending(Action.CANCEL_ADD_ON, recording.id) == cancel
    assert held.pending(Action.CHANGE_QUANTITY) == fewer
    assert held.pending(Action.CANCEL_ADD_ON, fax.id) is None
    assert held.pending(Action.CANCEL_ADD_ON) is None


def test_an_add_on_takes_the_place_of_the_one_with_its_id_or_is_added() -> None:
    recording, fax = add_on(RECORDING, 2), add_on(FAX)
    ending = replace(recording, status=AddOnStatus.PENDING_FOR_CANCEL)
    held = subscription(add_ons=(recording,))
    assert held.with_add_on(fax).add_ons == (recording, fax)
    assert held.with_add_on(fax).with_add_on(ending).add_ons == (ending, fax)


@pytest.mark.parametrize("status", sorted(ENDED))
def test_an_ended_subscription_is_not_open(status: Status) -> None:
    with refused(ErrorCode.ALREADY_ENDED, naming=status):
        check_open(subscription(status=status), Action.UPDATE_SETTINGS, day("2021-06-16"))


def test_a_subscription_is_open_to_the_last_day_of_its_term_until_that_has_been_renewed() -> None:
    check_open(subscription(), Action.CHANGE_PLAN, day("2021-11-15"))
    with refused(ErrorCode.NOT_ALLOWED_IN_STATUS, naming="The term ended on 2021-11-15"):
        check_open(subscription(), Action.CHANGE_PLAN, day("2021-11-16"))
