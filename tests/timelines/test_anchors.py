"""Anchor days: months are counted from the first day and clamped only at the end. Rules §2."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.api.client import Api
from tests.timelines.timeline import Timeline, a_timeline


async def terms(line: Timeline, until: str) -> list[str]:
    """The first days of all terms opened by then, one after the other without a gap."""
    await line.admin.made("advanceClock", {"to": f"{until}T12:00:00Z"}, "now")
    days = [row.split("..") for row in await line.days_charged()]
    for (_, last), (first, _) in pairwise(days):
        assert date.fromisoformat(first) == date.fromisoformat(last) + timedelta(days=1)
    return [first for first, _ in days]


COMMON = {
    29: "01-29 02-28 03-29 04-29 05-29 06-29 07-29 08-29 09-29 10-29 11-29 12-29",
    30: "01-30 02-28 03-30 04-30 05-30 06-30 07-30 08-30 09-30 10-30 11-30 12-30",
    31: "01-31 02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31",
}


@pytest.mark.parametrize("anchor", COMMON)
async def test_monthly_anchor_never_drifts_in_five_years(api: Api, anchor: int) -> None:
    line = await a_timeline(api, f"2021-01-{anchor}")
    await line.buys("MONTHLY")
    leap = COMMON[anchor].replace("02-28", "02-29")
    years = {2021: COMMON, 2022: COMMON, 2023: COMMON, 2024: {anchor: leap}, 2025: COMMON}
    expected = [f"{year}-{day}" for year, days in years.items() for day in days[anchor].split()]
    assert await terms(line, "2026-01-15") == expected


LEAP_DAY = "2020-02-29 2021-02-28 2022-02-28 2023-02-28 2024-02-29 2025-02-28"
TWO_LEAP_YEARS = "2020-02-29 2022-02-28 2024-02-29 2026-02-28"
QUARTERS = "2020-11-30 2021-02-28 2021-05-30 2021-08-30 2021-11-30 2022-02-28 2022-05-30"
FIVE_MONTHS = "2020-08-31 2021-01-31 2021-06-30 2021-11-30 2022-04-30 2022-09-30 2023-02-28 2023-07-31"
LEAP_MONTHS = "2024-02-29 2024-03-29 2024-04-29"
CENTURY = "2096-02-29 2097-02-28 2098-02-28 2099-02-28 2100-02-28 2101-02-28 2102-02-28 2103-02-28 2104-02-29"


@pytest.mark.parametrize(
    ("cycle", "multiplier", "starts", "until"),
    [
        ("YEARLY", 1, LEAP_DAY, "2025-03-01"),
        ("YEARLY", 2, TWO_LEAP_YEARS, "2026-03-01"),
        ("YEARLY", 1, CENTURY, "2104-03-01"),
        ("MONTHLY", 3, QUARTERS, "2022-06-01"),
        ("MONTHLY", 5, FIVE_MONTHS, "2023-08-01"),
        ("MONTHLY", 1, LEAP_MONTHS, "2024-05-01"),
        ("MONTHLY", 12, LEAP_DAY, "2025-03-01"),
    ],
)
async def test_anchor_returns_in_longer_months(
    api: Api, cycle: str, multiplier: int, starts: str, until: str
) -> None:
    line = await a_timeline(api, starts[:10])
    await line.buys(cycle, multiplier=multiplier)
    assert await terms(line, until) == starts.split()


async def test_sold_for_a_past_day_that_day_is_the_anchor(api: Api) -> None:
    line = await a_timeline(api, "2021-01-16")
    await line.buys("MONTHLY", startsOn="2020-12-31")
    await line.at("2021-03-31").sees("""
        2021-01-16 09:00 partner_admin CREATE for 2020-12-31, now ACTIVE, INV-000001
          PURCHASE Professional 2020-12-31..2021-01-30 37.00/36.50
        2021-01-31 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-01-31..2021-02-27 37.00/36.50
        2021-02-28 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-02-28..2021-03-30 37.00/36.50
        2021-03-31 00:00 system RENEW, INV-000004
          RENEWAL Professional 2021-03-31..2021-04-29 37.00/36.50
    """)


async def test_change_of_billing_model_keeps_anchor_day(api: Api) -> None:
    line = await a_timeline(api, "2021-01-31")
    await line.buys("MONTHLY")
    await line.does("changeBillingModel", cycle="YEARLY")
    await line.at("2021-02-28").sees("""
        2021-01-31 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-01-31..2021-02-27 37.00/36.50
        2021-01-31 09:00 partner_admin CHANGE_BILLING_MODEL for 2021-02-28
        2021-02-28 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-02-28..2022-02-27 370.00/365.00
    """)
    await line.does("changeBillingModel", cycle="MONTHLY")
    await line.at("2022-03-31").sees("""
        2021-02-28 12:00 partner_admin CHANGE_BILLING_MODEL for 2022-02-28
        2022-02-28 00:00 system RENEW, INV-000003
          RENEWAL Professional 2022-02-28..2022-03-30 37.00/36.50
        2022-03-31 00:00 system RENEW, INV-000004
          RENEWAL Professional 2022-03-31..2022-04-29 37.00/36.50
    """)
