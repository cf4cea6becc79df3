"""Less of an add-on, or none: rules, sections 4.5, 4.14 and 5."""

from dataclasses import replace
from typing import Any

import pytest

from domain.add_ons import reduce_now, schedule_reduction
from domain.errors import ErrorCode
from domain.lifecycle import Action
from domain.subscription import AddOnStatus, Scheduled, Subscription
from tests.builders import FAX, RECORDING, add_on, refused, subscription, trial, uid, waiting

RECORDINGS, FAXES = add_on(RECORDING, 3), add_on(FAX, 2)
ONE_TO_COME = waiting(Action.CHANGE_ADD_ONS, 1, add_on_id=RECORDINGS.id, quantity=1)
NONE_TO_COME = waiting(Action.CANCEL_ADD_ON, 2, add_on_id=RECORDINGS.id, quantity=0)
NO_FAX_TO_COME = waiting(Action.CANCEL_ADD_ON, 3, add_on_id=FAXES.id, quantity=0)


def held(*scheduled: Scheduled, **changes: Any) -> Subscription:
    return subscription(add_ons=(RECORDINGS, FAXES), scheduled=scheduled, **changes)


@pytest.mark.parametrize("scheduled", [(), (ONE_TO_COME,), (NO_FAX_TO_COME,), (NONE_TO_COME, NO_FAX_TO_COME)])
def test_a_reduction_keeps_the_add_ons_place_and_what_waits(scheduled: tuple[Scheduled, ...]) -> None:
    before = held(*scheduled)
    assert reduce_now(before, RECORDINGS, 2) == replace(
        before, add_ons=(replace(RECORDINGS, quantity=2), FAXES)
    )


@pytest.mark.parametrize("scheduled", [(), (NO_FAX_TO_COME,)])
def test_down_to_nothing_it_is_gone(scheduled: tuple[Scheduled, ...]) -> None:
    assert reduce_now(held(*scheduled), RECORDINGS, 0) == replace(held(*scheduled), add_ons=(FAXES,))


@pytest.mark.parametrize(("scheduled", "quantity"), [(ONE_TO_COME, 1), (ONE_TO_COME, 0), (NONE_TO_COME, 0)])
def test_it_is_not_reduced_to_what_is_scheduled_or_below(scheduled: Scheduled, quantity: int) -> None:
    with refused(ErrorCode.ALREADY_SCHEDULED, naming="It waits."):
        reduce_now(held(NO_FAX_TO_COME, scheduled), RECORDINGS, quantity)


@pytest.mark.parametrize(
    ("action", "quantity", "summary"),
    [
        (Action.CHANGE_ADD_ONS, 1, "Recording reduced from 3 to 1."),
        (Action.CHANGE_ADD_ONS, 0, "Recording canceled."),
        (Action.CANCEL_ADD_ON, 0, "Recording canceled."),
    ],
)
@pytest.mark.parametrize("term", [subscription().term, trial().term])
def test_scheduled_it_waits_for_the_terms_end(action: Action, quantity: int, summary: str, term: Any) -> None:
    before = held(NO_FAX_TO_COME, term=term)
    after = schedule_reduction(before, action, uid(9), RECORDINGS, quantity, "why")
    change = Scheduled(
        uid(9), action, term.ends_before, summary, reason="why", add_on_id=RECORDINGS.id, quantity=quantity
    )
    ending = replace(RECORDINGS, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=term.ends_before)
    assert after == replace(
        before,
        scheduled=(NO_FAX_TO_COME, change),
        add_ons=(RECORDINGS if quantity else ending, FAXES),
    )


@pytest.mark.parametrize("pending", [ONE_TO_COME, NONE_TO_COME])
@pytest.mark.parametrize("quantity", [0, 1, 2])
def test_one_change_an_add_on_may_wait(pending: Scheduled, quantity: int) -> None:
    with refused(ErrorCode.ALREADY_SCHEDULED, "when", "at", naming="It waits."):
        schedule_reduction(held(pending), Action.CHANGE_ADD_ONS, uid(9), RECORDINGS, quantity, None)
