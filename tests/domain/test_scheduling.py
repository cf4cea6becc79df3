"""When changes take effect, and changes scheduled for the end of the term: rules §4.5, §4.14 and §5."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import AT_PERIOD_END_WHEN_PENDING, ENDED, Action, Status
from domain.scheduling import (
    NOW,
    CancellationTime,
    When,
    all_revoked,
    check_not_scheduled,
    check_still_reduces,
    effective_day,
    ended,
    pending_for_add_on,
    pending_licences,
    postponed,
    reduce_now,
    revoked,
    schedule_reduction,
)
from domain.subscription import AddOnStatus, Scheduled, Subscription
from tests.builders import (
    AT_END,
    EXAMPLE_TERM,
    FAX,
    MONTHLY,
    RECORDING,
    add_on,
    day,
    number,
    on,
    refused,
    subscription,
    term,
    trial,
    uid,
    waiting,
)
from tests.domain.strategies import examples

IMMEDIATE, SPECIFIC_DATE, END_OF_BILLING_PERIOD = CancellationTime
IN_JUNE = day("2021-06-16")
TIMED = list(AT_PERIOD_END_WHEN_PENDING)
PENDING = Status.PENDING_FOR_CANCEL
EXTENDED = subscription(term=term("2020-11-16", "2022-01-15"))


@pytest.mark.parametrize("status", [Status.ACTIVE, PENDING])
@pytest.mark.parametrize(
    ("when", "today", "effective"),
    [
        (When(), "2021-06-16", "2021-06-16"),
        (NOW, "2020-11-16", "2020-11-16"),
        (on("2021-06-16"), "2021-06-16", "2021-06-16"),
        (on("2021-06-15"), "2021-06-16", "2021-06-15"),
        # the first day of the term, but not the day before it
        (on("2020-11-16"), "2021-06-16", "2020-11-16"),
    ],
)
def test_a_past_day_of_the_term_is_effective(status: Status, when: When, today: str, effective: str) -> None:
    for action in TIMED:
        assert effective_day(when, subscription(status=status), action, day(today)) == day(effective)


@pytest.mark.parametrize(
    ("when", "code", "naming"),
    [
        (on("2021-06-17"), ErrorCode.DATE_IN_FUTURE, "Choose a date that is not in the future."),
        (on("9999-12-31"), ErrorCode.DATE_IN_FUTURE, "Choose a date that is not in the future."),
        (on("2020-11-15"), ErrorCode.DATE_BEFORE_BILLING_CYCLE, "2020-11-16"),
        (on("0001-01-01"), ErrorCode.DATE_BEFORE_BILLING_CYCLE, "2020-11-16"),
        (When(SPECIFIC_DATE), ErrorCode.INVALID_VALUE, "SPECIFIC_DATE"),
        (When(IMMEDIATE, IN_JUNE), ErrorCode.INVALID_VALUE, "SPECIFIC_DATE"),
        (When(END_OF_BILLING_PERIOD, IN_JUNE), ErrorCode.INVALID_VALUE, "SPECIFIC_DATE"),
    ],
)
@pytest.mark.parametrize("status", [Status.ACTIVE, PENDING])
def test_any_other_day_is_refused(when: When, code: ErrorCode, naming: str, status: Status) -> None:
    for action in TIMED:
        with refused(code, "when", "date", naming=naming):
            effective_day(when, subscription(status=status), action, IN_JUNE)


def test_an_extended_term_is_one_billing_cycle() -> None:
    assert effective_day(on("2020-11-16"), EXTENDED, Action.CANCEL, day("2022-01-10")) == day("2020-11-16")


def test_a_renewed_term_is_the_current_one() -> None:
    renewed = subscription(term=term("2021-11-16", "2022-11-15", 2))
    with refused(ErrorCode.DATE_BEFORE_BILLING_CYCLE, "when", "date"):
        effective_day(on("2021-11-15"), renewed, Action.CANCEL, day("2021-12-01"))


@pytest.mark.parametrize("state", [subscription(), EXTENDED, trial()])
@pytest.mark.parametrize("action", TIMED)
def test_the_end_of_the_period_has_no_day_yet(state: Subscription, action: Action) -> None:
    assert effective_day(AT_END, state, action, state.term.starts_on) is None


@pytest.mark.parametrize(("action", "code"), AT_PERIOD_END_WHEN_PENDING.items())
@pytest.mark.parametrize("state", [subscription(status=PENDING), trial(status=PENDING)])
def test_the_last_term_end_takes_no_changes(state: Subscription, action: Action, code: ErrorCode) -> None:
    with refused(code, "when", "at"):
        effective_day(AT_END, state, action, state.term.starts_on)


some_days = st.dates(day("2020-01-01"), day("2022-12-31"))


@examples
@given(st.sampled_from(CancellationTime), st.none() | some_days, st.dates(EXAMPLE_TERM.starts_on, IN_JUNE))
def test_an_effective_day_is_in_the_term_so_far(
    at: CancellationTime, given_day: date | None, today: date
) -> None:
    day_fits = (given_day is not None) is (at is SPECIFIC_DATE)
    if not day_fits or (given_day and not EXAMPLE_TERM.starts_on <= given_day <= today):
        with pytest.raises(LifecycleError) as caught:
            effective_day(When(at, given_day), subscription(), Action.CANCEL, today)
        assert caught.value.field == ("when", "date")
    else:
        expected = None if at is END_OF_BILLING_PERIOD else given_day or today
        assert effective_day(When(at, given_day), subscription(), Action.CANCEL, today) == expected


AT_THE_END = day("2021-11-16")
RECORDINGS, FAXES = add_on(RECORDING, 3), add_on(FAX, 2)
ENDING = replace(FAXES, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=AT_THE_END)

LICENCES = waiting(Action.CHANGE_QUANTITY, 1, quantity=2)
FEWER = waiting(Action.CHANGE_ADD_ONS, 2, add_on_id=RECORDINGS.id, quantity=1)
NONE = waiting(Action.CANCEL_ADD_ON, 3, add_on_id=FAXES.id, quantity=0)
MODEL = waiting(Action.CHANGE_BILLING_MODEL, 4, model=MONTHLY)
CANCELLATION = waiting(Action.CANCEL, 5)
ALL = (LICENCES, FEWER, NONE, MODEL, CANCELLATION)


def state(*scheduled: Scheduled, **changes: Any) -> Subscription:
    """A subscription with these scheduled changes, in the state that they cause."""
    values = {
        "quantity": 5,
        "add_ons": (RECORDINGS, ENDING if NONE in scheduled else FAXES),
        "numbers": (number(1),),
        "scheduled": scheduled,
        "status": Status.PENDING_FOR_CANCEL if CANCELLATION in scheduled else Status.ACTIVE,
    }
    return subscription(**(values | changes))


def test_a_pending_change_is_found_by_its_target() -> None:
    everything = state(*ALL)
    assert pending_licences(everything) == LICENCES
    assert pending_for_add_on(everything, RECORDINGS.id) == FEWER
    assert pending_for_add_on(everything, FAXES.id) == NONE
    assert pending_for_add_on(everything, uid(99)) is None
    assert pending_licences(state(FEWER, NONE, MODEL, CANCELLATION)) is None


def test_a_target_has_one_scheduled_change() -> None:
    check_not_scheduled(None, "when", "at")
    with refused(
        ErrorCode.ALREADY_SCHEDULED, "when", "at", naming="For 2021-11-16 this is scheduled: It waits."
    ):
        check_not_scheduled(LICENCES, "when", "at")


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
def test_a_scheduled_reduction_must_still_reduce(
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
def test_revoking_one_change_keeps_the_others(change: Scheduled) -> None:
    assert revoked(state(change), change) == state()
    assert revoked(state(*ALL), change) == state(*without(change))


@pytest.mark.parametrize("scheduled", [(), *[(change,) for change in ALL], ALL, tuple(reversed(ALL))])
def test_all_changes_are_revoked_in_any_order(scheduled: tuple[Scheduled, ...]) -> None:
    assert all_revoked(state(*scheduled)) == state()


def test_revoking_a_cancellation_restores_the_trial() -> None:
    pending = trial(status=Status.PENDING_FOR_CANCEL, scheduled=(CANCELLATION,))
    assert revoked(pending, CANCELLATION) == trial()


def test_revoking_ignores_an_add_on_that_is_gone() -> None:
    assert revoked(state(NONE, add_ons=(RECORDINGS,)), NONE) == state(add_ons=(RECORDINGS,))


@pytest.mark.parametrize("status", sorted(ENDED))
@pytest.mark.parametrize("scheduled", [(), ALL])
def test_an_end_revokes_changes_and_frees_numbers(status: Status, scheduled: tuple[Scheduled, ...]) -> None:
    over = ended(state(*scheduled), status, day("2021-06-16"))
    assert over == state(status=status, ended_on=day("2021-06-16"), numbers=())


def test_scheduled_changes_move_with_the_term_end() -> None:
    later = day("2022-01-16")
    assert postponed(state(*ALL), later) == state(
        *(replace(change, effective_on=later) for change in ALL),
        status=Status.PENDING_FOR_CANCEL,
        add_ons=(RECORDINGS, replace(ENDING, ends_before=later)),
    )
    assert postponed(state(), later) == state()


NO_RECORDING = waiting(Action.CANCEL_ADD_ON, 6, add_on_id=RECORDINGS.id, quantity=0)
NO_FAX = NONE


def holding(*scheduled: Scheduled, **changes: Any) -> Subscription:
    return subscription(add_ons=(RECORDINGS, FAXES), scheduled=scheduled, **changes)


@pytest.mark.parametrize("scheduled", [(), (FEWER,), (NO_FAX,), (NO_RECORDING, NO_FAX)])
def test_a_reduction_keeps_place_and_scheduled_changes(scheduled: tuple[Scheduled, ...]) -> None:
    before = holding(*scheduled)
    assert reduce_now(before, RECORDINGS, 2) == replace(
        before, add_ons=(replace(RECORDINGS, quantity=2), FAXES)
    )


@pytest.mark.parametrize("scheduled", [(), (NO_FAX,)])
def test_an_add_on_reduced_to_0_is_removed(scheduled: tuple[Scheduled, ...]) -> None:
    assert reduce_now(holding(*scheduled), RECORDINGS, 0) == replace(holding(*scheduled), add_ons=(FAXES,))


@pytest.mark.parametrize(("scheduled", "quantity"), [(FEWER, 1), (FEWER, 0), (NO_RECORDING, 0)])
def test_no_reduction_to_the_scheduled_quantity(scheduled: Scheduled, quantity: int) -> None:
    with refused(ErrorCode.ALREADY_SCHEDULED, naming="It waits."):
        reduce_now(holding(NO_FAX, scheduled), RECORDINGS, quantity)


@pytest.mark.parametrize(
    ("action", "quantity", "summary"),
    [
        (Action.CHANGE_ADD_ONS, 1, "Recording reduced from 3 to 1."),
        (Action.CHANGE_ADD_ONS, 0, "Recording canceled."),
        (Action.CANCEL_ADD_ON, 0, "Recording canceled."),
    ],
)
@pytest.mark.parametrize("term", [subscription().term, trial().term])
def test_a_reduction_is_scheduled_for_the_term_end(
    action: Action, quantity: int, summary: str, term: Any
) -> None:
    before = holding(NO_FAX, term=term)
    after = schedule_reduction(before, action, uid(9), RECORDINGS, quantity, "why")
    change = Scheduled(
        uid(9), action, term.ends_before, summary, reason="why", add_on_id=RECORDINGS.id, quantity=quantity
    )
    ending = replace(RECORDINGS, status=AddOnStatus.PENDING_FOR_CANCEL, ends_before=term.ends_before)
    assert after == replace(
        before,
        scheduled=(NO_FAX, change),
        add_ons=(RECORDINGS if quantity else ending, FAXES),
    )


@pytest.mark.parametrize("pending", [FEWER, NO_RECORDING])
@pytest.mark.parametrize("quantity", [0, 1, 2])
def test_an_add_on_has_one_scheduled_change(pending: Scheduled, quantity: int) -> None:
    with refused(ErrorCode.ALREADY_SCHEDULED, "when", "at", naming="It waits."):
        schedule_reduction(holding(pending), Action.CHANGE_ADD_ONS, uid(9), RECORDINGS, quantity, None)
