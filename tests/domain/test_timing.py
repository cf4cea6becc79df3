"""When a reduction or a cancellation takes effect: rules, section 5."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ErrorCode, LifecycleError
from domain.lifecycle import AT_PERIOD_END_WHEN_PENDING, Action, Status
from domain.subscription import Subscription
from domain.timing import NOW, CancellationTime, When, effective_day
from tests.builders import AT_END, EXAMPLE_TERM, day, on, refused, subscription, term, trial
from tests.domain.drawn import examples

IMMEDIATE, SPECIFIC_DATE, END_OF_BILLING_PERIOD = CancellationTime
IN_JUNE = day("2021-06-16")
TIMED = list(AT_PERIOD_END_WHEN_PENDING)
PENDING = Status.PENDING_FOR_CANCEL
EXTENDED = subscription(term=term("2020-11-16", "2022-01-15"))


def test_nothing_said_means_now() -> None:
    assert When() == NOW == When(IMMEDIATE, None)


@pytest.mark.parametrize("status", [Status.ACTIVE, PENDING])
@pytest.mark.parametrize(
    ("when", "today", "effective"),
    [
        (NOW, "2021-06-16", "2021-06-16"),
        (NOW, "2020-11-16", "2020-11-16"),
        (on("2021-06-16"), "2021-06-16", "2021-06-16"),
        (on("2021-06-15"), "2021-06-16", "2021-06-15"),
        # the first day of the term, and not the day before
        (on("2020-11-16"), "2021-06-16", "2020-11-16"),
    ],
)
def test_a_past_day_of_the_term_or_today_is_effective(
    status: Status, when: When, today: str, effective: str
) -> None:
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


@pytest.mark.parametrize("held", [subscription(), EXTENDED, trial()])
@pytest.mark.parametrize("action", TIMED)
def test_the_end_of_the_period_has_no_day_yet(held: Subscription, action: Action) -> None:
    assert effective_day(AT_END, held, action, held.term.starts_on) is None


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (Action.CANCEL, ErrorCode.ALREADY_SCHEDULED),
        (Action.CHANGE_QUANTITY, ErrorCode.NOT_ALLOWED_IN_STATUS),
        (Action.CHANGE_ADD_ONS, ErrorCode.NOT_ALLOWED_IN_STATUS),
        (Action.CANCEL_ADD_ON, ErrorCode.NOT_ALLOWED_IN_STATUS),
    ],
)
@pytest.mark.parametrize("held", [subscription(status=PENDING), trial(status=PENDING)])
def test_for_the_end_of_a_term_that_no_other_follows_nothing_is_scheduled(
    held: Subscription, action: Action, code: ErrorCode
) -> None:
    with refused(code, "when", "at"):
        effective_day(AT_END, held, action, held.term.starts_on)


some_days = st.dates(day("2020-01-01"), day("2022-12-31"))


@examples
@given(st.sampled_from(CancellationTime), st.none() | some_days, st.dates(EXAMPLE_TERM.starts_on, IN_JUNE))
def test_whatever_is_asked_a_day_is_one_of_the_term_so_far(
    at: CancellationTime, asked: date | None, today: date
) -> None:
    goes_with_a_day = (asked is not None) is (at is SPECIFIC_DATE)
    if not goes_with_a_day or (asked and not EXAMPLE_TERM.starts_on <= asked <= today):
        with pytest.raises(LifecycleError) as caught:
            effective_day(When(at, asked), subscription(), Action.CANCEL, today)
        assert caught.value.field == ("when", "date")
    else:
        expected = None if at is END_OF_BILLING_PERIOD else asked or today
        assert effective_day(When(at, asked), subscription(), Action.CANCEL, today) == expected
