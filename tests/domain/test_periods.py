"""Days, months and terms: rules §2."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import (
    BillingCycle,
    BillingModel,
    Period,
    calendar_months_touched,
    first_term,
    is_time_zone,
    local_date,
    next_billing_day,
    start_of_day,
    term_after,
)
from tests.builders import MONTHLY, QUARTERLY, YEARLY, day, period
from tests.domain.drawn import anchored, examples

FOUR_YEARLY = BillingModel(BillingCycle.YEARLY, 4)


@pytest.mark.parametrize(
    ("model", "starts"),
    [
        (MONTHLY, "2021-01-31 2021-02-28 2021-03-31 2021-04-30 2021-05-31"),
        (MONTHLY, "2024-01-31 2024-02-29 2024-03-31"),
        (MONTHLY, "2021-01-30 2021-02-28 2021-03-30"),
        (MONTHLY, "2020-11-29 2020-12-29 2021-01-29 2021-02-28 2021-03-29"),
        (QUARTERLY, "2020-11-30 2021-02-28 2021-05-30 2021-08-30"),
        (QUARTERLY, "2021-08-31 2021-11-30 2022-02-28 2022-05-31"),
        (YEARLY, "2020-02-29 2021-02-28 2022-02-28 2023-02-28 2024-02-29"),
        (YEARLY, "2020-11-16 2021-11-16 2022-11-16"),
        (FOUR_YEARLY, "2092-02-29 2096-02-29 2100-02-28 2104-02-29"),
    ],
)
def test_terms_keep_their_anchor_day_and_clamp_only_at_the_end(model: BillingModel, starts: str) -> None:
    first, *later = [day(text) for text in starts.split()]
    term = first_term(first, model)
    for number, start in enumerate(later, 2):
        assert term.ends_before == start
        term = term_after(start, model, first.day, number)
        assert (term.starts_on, term.number, term.anchor_day) == (start, number, first.day)


@pytest.mark.parametrize(
    ("starts_on", "model", "ends_on", "days"),
    [
        ("2020-11-16", YEARLY, "2021-11-15", 365),
        ("2024-01-01", YEARLY, "2024-12-31", 366),
        ("2020-02-29", YEARLY, "2021-02-27", 365),
        ("2021-01-31", MONTHLY, "2021-02-27", 28),
        ("2021-01-31", QUARTERLY, "2021-04-29", 89),
        ("2020-11-16", BillingModel(BillingCycle.YEARLY, 3), "2023-11-15", 1095),
        ("2021-12-31", BillingModel(BillingCycle.MONTHLY, 14), "2023-02-27", 424),
    ],
)
def test_a_term_is_one_cycle_times_the_multiplier(
    starts_on: str, model: BillingModel, ends_on: str, days: int
) -> None:
    term = first_term(day(starts_on), model)
    assert (term.ends_on, term.days, term.months) == (day(ends_on), days, model.months)
    assert term.contains(term.starts_on)
    assert term.contains(term.ends_on)
    assert not term.contains(term.ends_before)
    assert not term.contains(term.starts_on - timedelta(days=1))


@pytest.mark.parametrize("cycle", BillingCycle)
@pytest.mark.parametrize("multiplier", range(1, 14))
def test_terms_tile_for_forty_years_on_every_anchor_day(cycle: BillingCycle, multiplier: int) -> None:
    model = BillingModel(cycle, multiplier)
    for anchor_day in range(1, 32):
        start = date(2019, 12, anchor_day)
        term = first_term(start, model)
        for number in range(2, 480 // model.months + 2):
            following = term_after(term.ends_before, model, anchor_day, number)
            assert term.ends_on + timedelta(days=1) == following.starts_on
            assert following.starts_on == anchored(start, (number - 1) * model.months, anchor_day)
            term = following
        assert term.ends_before >= date(2059, 12, 1)


@pytest.mark.parametrize(
    ("start", "anchor_day", "elapsed"),
    [
        ("2020-11-16", 16, {"2020-12-15": 0, "2020-12-16": 1, "2021-06-15": 6, "2021-06-16": 7}),
        ("2021-01-31", 31, {"2021-01-30": 0, "2021-02-27": 0, "2021-02-28": 1, "2021-03-30": 1}),
        ("2021-02-28", 31, {"2021-03-30": 0, "2021-03-31": 1, "2021-04-29": 1, "2021-04-30": 2}),
        ("2020-02-29", 29, {"2021-02-27": 11, "2021-02-28": 12, "2024-02-28": 47, "2024-02-29": 48}),
        ("2021-05-01", 1, {"2020-01-01": 0, "2021-05-31": 0, "2021-06-01": 1}),
    ],
)
def test_a_month_has_elapsed_on_the_anchor_day(start: str, anchor_day: int, elapsed: dict[str, int]) -> None:
    whole = Period(day(start), day("2030-01-01"), anchor_day)
    assert {text: whole.months_elapsed(day(text)) for text in elapsed} == elapsed


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2020-11-16", "2021-11-15", 12),
        ("2020-11-16", "2021-11-16", 13),
        ("2021-01-31", "2021-02-27", 1),
        ("2021-01-31", "2021-02-28", 2),
        ("2021-06-16", "2021-06-16", 1),
    ],
)
def test_a_short_last_month_counts_whole(first: str, last: str, months: int) -> None:
    assert period(first, last).months == months


@pytest.mark.parametrize(
    ("on", "begins", "anchor_day"),
    [
        ("2021-02-28", "2021-02-28", 31),
        ("2021-02-27", "2021-02-28", 31),
        ("2021-03-01", "2021-03-01", 1),
        ("2021-03-30", "2021-03-30", 30),
    ],
)
def test_the_rest_of_a_period_counts_from_its_own_first_day(on: str, begins: str, anchor_day: int) -> None:
    whole = period("2021-02-28", "2021-05-30", anchor_day=31)
    assert whole.rest(day(on)) == period(begins, "2021-05-30", anchor_day)


@examples
@given(st.integers(0, 900), st.integers(1, 31), st.integers(0, 5000))
def test_a_day_lies_in_the_month_after_those_elapsed(start_month: int, anchor_day: int, later: int) -> None:
    start = anchored(date(1990, 1, 1), start_month, anchor_day)
    whole = Period(start, date(2199, 1, 1), anchor_day)
    today = start + timedelta(days=later)
    elapsed = whole.months_elapsed(today)
    assert whole.month_start(elapsed) <= today < whole.month_start(elapsed + 1)
    assert elapsed == sum(anchored(start, k, anchor_day) <= today for k in range(1, 170))
    assert whole.month_start(elapsed) == anchored(start, elapsed, anchor_day)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2021-06-16", "2021-11-15", 6),
        ("2021-06-30", "2021-07-01", 2),
        ("2021-06-01", "2021-06-30", 1),
        ("2020-11-16", "2021-11-15", 13),
    ],
)
def test_calendar_months_are_counted_with_the_first_and_the_last(first: str, last: str, months: int) -> None:
    assert calendar_months_touched(day(first), day(last)) == months


@pytest.mark.parametrize(
    ("instant", "zone", "local"),
    [
        ("2021-06-16T10:30", "Pacific/Kiritimati", "2021-06-17"),
        ("2021-06-16T10:30", "UTC", "2021-06-16"),
        ("2021-06-16T10:30", "Pacific/Pago_Pago", "2021-06-15"),
        ("2021-06-16T09:59", "Pacific/Kiritimati", "2021-06-16"),
        ("2021-06-16T11:00", "Pacific/Pago_Pago", "2021-06-16"),
        ("2022-09-11T03:59", "America/Santiago", "2022-09-10"),
        ("2022-09-11T04:00", "America/Santiago", "2022-09-11"),
        ("2023-04-27T21:59", "Africa/Cairo", "2023-04-27"),
        ("2023-04-27T22:00", "Africa/Cairo", "2023-04-28"),
        ("2022-03-26T21:59", "Asia/Beirut", "2022-03-26"),
        ("2022-03-26T22:00", "Asia/Beirut", "2022-03-27"),
        ("2021-12-31T23:30", "Europe/Berlin", "2022-01-01"),
    ],
)
def test_today_is_the_customers_local_date(instant: str, zone: str, local: str) -> None:
    assert local_date(datetime.fromisoformat(instant).replace(tzinfo=UTC), zone) == day(local)


@pytest.mark.parametrize(
    ("local", "zone", "first_instant"),
    [
        # the clock skips midnight
        ("2022-09-11", "America/Santiago", "2022-09-11T04:00"),
        ("2023-04-28", "Africa/Cairo", "2023-04-27T22:00"),
        ("2022-03-27", "Asia/Beirut", "2022-03-26T22:00"),
        # midnight comes twice, the first one counts
        ("2022-11-06", "America/Havana", "2022-11-06T04:00"),
        # the hour before midnight comes twice
        ("2022-04-03", "America/Santiago", "2022-04-03T04:00"),
        # either side of the date line; the day before, in Apia, did not take place
        ("2021-06-16", "Pacific/Kiritimati", "2021-06-15T10:00"),
        ("2021-06-16", "Pacific/Pago_Pago", "2021-06-16T11:00"),
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00"),
        ("2021-06-16", "Asia/Kathmandu", "2021-06-15T18:15"),
    ],
)
def test_a_day_begins_at_its_first_instant(local: str, zone: str, first_instant: str) -> None:
    assert start_of_day(day(local), zone) == datetime.fromisoformat(first_instant).replace(tzinfo=UTC)


ZONES = ["America/Santiago", "Africa/Cairo", "Asia/Beirut", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"]


@examples
@given(st.dates(date(2013, 1, 1), date(2037, 12, 31)), st.sampled_from(ZONES))
def test_no_instant_before_the_start_of_a_day_belongs_to_it(local: date, zone: str) -> None:
    start = start_of_day(local, zone)
    assert start.astimezone(ZoneInfo(zone)).date() == local_date(start, zone) == local
    before = start - timedelta(microseconds=1)
    assert before.astimezone(ZoneInfo(zone)).date() == local_date(before, zone) == local - timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "known"),
    [("Asia/Beirut", True), ("UTC", True), ("Mars/Phobos", False), ("", False), ("../etc/passwd", False)],
)
def test_a_time_zone_is_one_of_the_iana_database(name: str, known: bool) -> None:
    assert is_time_zone(name) is known


@pytest.mark.parametrize(
    ("after", "billing_day", "due"),
    [
        ("2021-02-01", 31, "2021-02-28"),
        ("2021-02-28", 31, "2021-03-31"),
        ("2024-02-01", 31, "2024-02-29"),
        ("2024-02-28", 30, "2024-02-29"),
        ("2021-01-31", 31, "2021-02-28"),
        ("2021-01-30", 31, "2021-01-31"),
        ("2021-12-31", 31, "2022-01-31"),
        ("2021-06-14", 15, "2021-06-15"),
        ("2021-06-15", 15, "2021-07-15"),
        ("2021-12-15", 1, "2022-01-01"),
    ],
)
def test_the_billing_day_is_clamped_to_the_month(after: str, billing_day: int, due: str) -> None:
    assert next_billing_day(day(after), billing_day) == day(due)


@examples
@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 31))
def test_the_next_billing_day_is_the_first_one_later(after: date, billing_day: int) -> None:
    later = (after + timedelta(days=n) for n in range(1, 63))
    due = next(d for d in later if d.day == min(billing_day, monthrange(d.year, d.month)[1]))
    assert next_billing_day(after, billing_day) == due


def test_a_billing_model_is_told_as_its_cycle_and_its_multiplier() -> None:
    assert [str(YEARLY), str(QUARTERLY)] == ["YEARLY", "MONTHLY x 3"]
    assert [MONTHLY.months, QUARTERLY.months, YEARLY.months, FOUR_YEARLY.months] == [1, 3, 12, 48]
