"""What waits for the term's end, and what becomes of it: rules, section 5."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from domain.errors import ErrorCode
from domain.lifecycle import ENDED, Action, Status
from domain.scheduling import (
    all_restored,
    check_none,
    check_still_reduces,
    ended,
    ending,
    for_add_on,
    going_on,
    licences_to_come,
    moved,
    restored,
)
from domain.subscription import AddOnStatus, Scheduled, Subscription
from tests.builders import (
    FAX,
    MONTHLY,
    RECORDING,
    add_on,
    day,
    number,
    refused,
    subscription,
    trial,
    uid,
    waiting,
)

AT_THE_END = day("2021-11-16")
RECORDINGS, FAXES = add_on(RECORDING, 3), add_on(FAX, 2)
ENDING = replace(FAXES, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=AT_THE_END)

LICENCES = waiting(Action.CHANGE_QUANTITY, 1, quantity=2)
FEWER = waiting(Action.CHANGE_ADD_ONS, 2, add_on_id=RECORDINGS.id, quantity=1)
NONE = waiting(Action.CANCEL_ADD_ON, 3, add_on_id=FAXES.id, quantity=0)
MODEL = waiting(Action.CHANGE_BILLING_MODEL, 4, model=MONTHLY)
CANCELLATION = waiting(Action.CANCEL, 5)
ALL = (LICENCES, FEWER, NONE, MODEL, CANCELLATION)


def held(*scheduled: Scheduled, **changes: Any) -> Subscription:
    """One that waits for those changes, in the state that they bring about."""
    state = {
        "quantity": 5,
        "add_ons": (RECORDINGS, ENDING if NONE in scheduled else FAXES),
        "numbers": (number(1),),
        "scheduled": scheduled,
        "status": Status.PENDING_FOR_CANCEL if CANCELLATION in scheduled else Status.ACTIVE,
    }
    return subscription(**(state | changes))


def test_a_pending_change_is_found_by_its_target() -> None:
    everything = held(*ALL)
    assert licences_to_come(everything) == LICENCES
    assert for_add_on(everything, RECORDINGS.id) == FEWER
    assert for_add_on(everything, FAXES.id) == NONE
    assert for_add_on(everything, uid(99)) is None
    assert licences_to_come(held(FEWER, NONE, MODEL, CANCELLATION)) is None


def test_one_change_a_target_may_wait() -> None:
    check_none(None, "when", "at")
    with refused(
        ErrorCode.ALREADY_SCHEDULED, "when", "at", naming="For 2021-11-16 this is scheduled: It waits."
    ):
        check_none(LICENCES, "when", "at")


@pytest.mark.parametrize(
    ("pending", "quantity", "pointless"),
    [
        (None, 0, False),
        (LICENCES, 3, False),
        (LICENCES, 2, True),
        (LICENCES, 1, True),
        (NONE, 1, False),
        (NONE, 0, True),
    ],
)
def test_at_that_quantity_or_below_a_scheduled_reduction_would_no_longer_reduce(
    pending: Scheduled | None, quantity: int, pointless: bool
) -> None:
    if pointless:
        with refused(ErrorCode.ALREADY_SCHEDULED, "quantity", naming="It waits."):
            check_still_reduces(pending, quantity, "quantity")
    else:
        check_still_reduces(pending, quantity, "quantity")


def without(change: Scheduled, scheduled: Iterable[Scheduled] = ALL) -> list[Scheduled]:
    return [each for each in scheduled if each != change]


@pytest.mark.parametrize("change", ALL, ids=lambda change: change.action)
def test_what_is_restored_is_as_it_was_before_and_the_rest_waits_on(change: Scheduled) -> None:
    assert restored(held(change), change) == held()
    assert restored(held(*ALL), change) == held(*without(change))


@pytest.mark.parametrize("scheduled", [(), *[(change,) for change in ALL], ALL, tuple(reversed(ALL))])
def test_all_is_restored_in_whatever_order_it_was_scheduled(scheduled: tuple[Scheduled, ...]) -> None:
    assert all_restored(held(*scheduled)) == held()


def test_a_trial_that_was_to_be_canceled_is_a_trial_again() -> None:
    pending = trial(status=Status.PENDING_FOR_CANCEL, scheduled=(CANCELLATION,))
    assert restored(pending, CANCELLATION) == trial()


def test_a_change_of_an_add_on_that_is_gone_is_restored_without_it() -> None:
    assert restored(held(NONE, add_ons=(RECORDINGS,)), NONE) == held(add_ons=(RECORDINGS,))


@pytest.mark.parametrize("status", sorted(ENDED))
@pytest.mark.parametrize("scheduled", [(), ALL])
def test_at_its_end_all_that_waited_is_revoked_and_its_numbers_are_free(
    status: Status, scheduled: tuple[Scheduled, ...]
) -> None:
    over = ended(held(*scheduled), status, day("2021-06-16"))
    assert over == held(status=status, ended_on=day("2021-06-16"), numbers=())


def test_an_add_on_ends_and_goes_on_again() -> None:
    assert ending(FAXES, AT_THE_END) == ENDING
    assert going_on(ENDING) == going_on(FAXES) == FAXES


def test_all_that_waits_moves_with_the_end_of_the_term() -> None:
    later = day("2022-01-16")
    assert moved(held(*ALL), later) == held(
        *(replace(change, effective_on=later) for change in ALL),
        status=Status.PENDING_FOR_CANCEL,
        add_ons=(RECORDINGS, replace(ENDING, ends_before=later)),
    )
    assert moved(held(), later) == held()
