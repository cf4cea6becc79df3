"""The pauses between attempts."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.retry_schedule import JITTER, LONGEST, PAUSES, pause_after

SCHEDULE = [
    timedelta(),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
]
CHANCES = st.floats(0, 1)


@pytest.mark.parametrize(("attempts", "planned"), list(enumerate(SCHEDULE)))
def test_the_schedule_spread_by_a_tenth_either_way(attempts: int, planned: timedelta) -> None:
    assert pause_after(attempts, 0.5) == planned
    assert pause_after(attempts, 0) == planned * 0.9
    assert pause_after(attempts, 1) == planned * 1.1


@given(attempts=st.integers(0, len(PAUSES) - 1), chance=CHANCES)
def test_each_chance_stays_within(attempts: int, chance: float) -> None:
    pause = pause_after(attempts, chance)
    assert pause is not None
    assert PAUSES[attempts] * (1 - JITTER) <= pause <= PAUSES[attempts] * (1 + JITTER)


@given(attempts=st.integers(len(PAUSES), 100), chance=CHANCES, retry_after=st.none() | st.timedeltas())
def test_after_the_tenth_there_is_none(attempts: int, chance: float, retry_after: timedelta | None) -> None:
    assert pause_after(attempts, chance, retry_after) is None


@given(
    attempts=st.integers(0, len(PAUSES) - 1),
    chance=CHANCES,
    retry_after=st.timedeltas(timedelta(), timedelta(days=10_000)),
)
def test_retry_after_only_lengthens_up_to_a_day(attempts: int, chance: float, retry_after: timedelta) -> None:
    own, pause = pause_after(attempts, chance), pause_after(attempts, chance, retry_after)
    assert own is not None
    assert pause == max(own, min(retry_after, LONGEST))


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        (timedelta(), timedelta(seconds=5)),
        (timedelta(seconds=4), timedelta(seconds=5)),
        (timedelta(minutes=2), timedelta(minutes=2)),
        (timedelta(days=1), timedelta(days=1)),
        (timedelta(days=2), timedelta(days=1)),
    ],
)
def test_for_example_after_the_first(retry_after: timedelta, expected: timedelta) -> None:
    assert pause_after(1, 0.5, retry_after) == expected
