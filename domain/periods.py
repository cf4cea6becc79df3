"""Days, months and terms. Only this module does calendar arithmetic. rules §2.

A period is whole days in the customer's time zone, half-open: `starts_on` belongs to it,
`ends_before` does not. Clients see the last day, `ends_on`, which belongs to it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import whenever

# With this bound every computed day is before the year 9999 and every amount below MAX_AMOUNT.
MAX_MULTIPLIER = 1200


class BillingCycle(StrEnum):
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"

    @property
    def months(self) -> int:
        return 12 if self is BillingCycle.YEARLY else 1


@dataclass(frozen=True)
class BillingModel:
    """How often a subscription is billed: every `multiplier` (1 or more) cycles."""

    cycle: BillingCycle
    multiplier: int = 1

    @property
    def months(self) -> int:
        return self.cycle.months * self.multiplier

    def __str__(self) -> str:
        return self.cycle.value if self.multiplier == 1 else f"{self.cycle.value} x {self.multiplier}"


def add_months(day: date, months: int, anchor_day: int) -> date:
    """The day `months` months after `day`: count months, set the anchor day, then clamp it to the month.

    31 Jan with anchor 31 gives 28 Feb, then 31 Mar: the anchor does not drift.
    """
    first = whenever.Date(day.year, day.month, 1).add(months=months)
    return first.replace(day=min(anchor_day, first.days_in_month())).to_stdlib()


@dataclass(frozen=True)
class Period:
    """Days from `starts_on` up to, not including, `ends_before`.

    `anchor_day` (1-31) is the day of the month from which its months are counted.
    """

    starts_on: date
    ends_before: date
    anchor_day: int

    @property
    def ends_on(self) -> date:
        """The last day, inclusive."""
        return self.ends_before - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.ends_before - self.starts_on).days

    @property
    def months(self) -> int:
        """How many months have begun by the last day. A short last month counts as one."""
        return self.months_elapsed(self.ends_on) + 1

    def month_start(self, index: int) -> date:
        """The first day of month `index`, counted from 0."""
        return self.starts_on if index == 0 else add_months(self.starts_on, index, self.anchor_day)

    def months_elapsed(self, day: date) -> int:
        """How many full months pass from the first day to `day`; 0 before the first day."""
        if day <= self.starts_on:
            return 0
        guess = (day.year - self.starts_on.year) * 12 + day.month - self.starts_on.month
        return guess if self.month_start(guess) <= day else guess - 1

    def rest(self, day: date) -> "Period":
        """The period from `day` on, with months counted from `day`; all of it if `day` is earlier."""
        if day <= self.starts_on:
            return Period(self.starts_on, self.ends_before, self.anchor_day)
        return Period(day, self.ends_before, day.day)

    def contains(self, day: date) -> bool:
        return self.starts_on <= day < self.ends_before


@dataclass(frozen=True)
class Term(Period):
    """A numbered period of a subscription: 0 is a trial, paid terms count from 1.

    Terms follow each other without gaps or overlaps.
    """

    number: int


def first_term(starts_on: date, model: BillingModel, number: int = 1) -> Term:
    """The term of one billing cycle from `starts_on`, whose day becomes the anchor."""
    return term_after(starts_on, model, starts_on.day, number)


def term_after(starts_on: date, model: BillingModel, anchor_day: int, number: int) -> Term:
    """The term of one billing cycle from `starts_on`."""
    return Term(starts_on, add_months(starts_on, model.months, anchor_day), anchor_day, number)


def calendar_months_touched(first: date, last: date) -> int:
    """How many calendar months the days from `first` to `last` touch, both included."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def local_date(instant: datetime, time_zone: str) -> date:
    """The day in the zone at that instant."""
    return whenever.Instant(instant).to_tz(time_zone).date().to_stdlib()


def start_of_day(day: date, time_zone: str) -> datetime:
    """The first instant of the day in the zone, in UTC.

    It is not midnight if the clock skips midnight. If the zone skips the day, the next day's first instant.
    """
    noon = whenever.Date(day).at(whenever.Time(12)).assume_tz(time_zone, disambiguation="compatible")
    return noon.start_of("day").to_instant().to_stdlib().astimezone(UTC)


def is_time_zone(name: str) -> bool:
    """Whether the IANA time zone database has the name."""
    try:
        whenever.Instant.from_timestamp(0).to_tz(name)
    except (whenever.TimeZoneNotFoundError, ValueError):
        return False
    return True


def next_billing_day(after: date, billing_day: int) -> date:
    """The first billing day later than `after`; 29, 30 and 31 mean a shorter month's last day."""
    this_month = add_months(after, 0, billing_day)
    return this_month if this_month > after else add_months(after, 1, billing_day)
