"""A term's days are the customer's: it ends at the first instant of a day in the customer's own zone."""

from typing import Any

import pytest

from tests.api.client import Api
from tests.timelines.timeline import a_timeline

KIRITIMATI, PAGO_PAGO = "Pacific/Kiritimati", "Pacific/Pago_Pago"  # 25 hours apart


async def test_days_begin_25_hours_apart_at_date_line(api: Api) -> None:
    line = await a_timeline(api, "2021-02-01", KIRITIMATI)
    globex = await line.joins("Globex", PAGO_PAGO)
    await line.buys("MONTHLY")
    # Noon of 2 Feb in Kiritimati is 11 in the morning of 1 Feb in Pago Pago.
    await line.at("2021-02-02").sees("""
        2021-02-01 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-02-01..2021-02-28 37.00/36.50
    """)
    await line.buys("MONTHLY", customerId=globex)
    await line.at("2021-03-01T00:00:00").sees("""
        2021-02-02 12:00 partner_admin CREATE of S-000002 for 2021-02-01, now ACTIVE
          PURCHASE Professional 2021-02-01..2021-02-28 37.00/36.50
        2021-03-01 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-03-01..2021-03-31 37.00/36.50
        INV-000002 to Globex issued 2021-02-01 37.00/36.50
    """)
    await line.at("2021-03-02T00:59:59").sees()
    await line.at("2021-03-02T01:00:00").sees("""
        2021-03-02 01:00 system RENEW of S-000002 for 2021-03-01
          RENEWAL Professional 2021-03-01..2021-03-31 37.00/36.50
        INV-000004 to Globex issued 2021-03-01 37.00/36.50
    """)


async def test_invoices_are_issued_on_own_day_at_date_line(
    api: Api,
) -> None:
    collecting: dict[str, Any] = {"billOnOrderDay": False, "billingDay": 3}
    line = await a_timeline(api, "2021-02-01", KIRITIMATI, **collecting)
    globex = await line.joins("Globex", PAGO_PAGO, **collecting)
    await line.buys()
    await line.at("2021-02-02").sees("""
        2021-02-01 09:00 partner_admin CREATE, now ACTIVE
          PURCHASE Professional 2021-02-01..2022-01-31 370.00/365.00
        PENDING until 2021-02-03 370.00/365.00
    """)
    await line.buys("MONTHLY", customerId=globex)
    await line.at("2021-02-04T00:59:59").sees("""
        2021-02-02 12:00 partner_admin CREATE of S-000002 for 2021-02-01, now ACTIVE
          PURCHASE Professional 2021-02-01..2021-02-28 37.00/36.50
        INV-000001 issued 2021-02-03 370.00/365.00
        PENDING to Globex until 2021-02-03 37.00/36.50
    """)
    await line.at("2021-02-04T01:00:00").sees("""
        INV-000002 to Globex issued 2021-02-03 37.00/36.50
    """)


async def test_summer_time_moves_the_instant_and_not_the_day(api: Api) -> None:
    line = await a_timeline(api, "2021-02-28", "Europe/Berlin")
    await line.buys("MONTHLY")
    await line.at("2021-03-27T22:59:59+00:00").sees("""
        2021-02-28 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-02-28..2021-03-27 37.00/36.50
    """)
    # On 28 Mar the clocks go forward at two in the morning; midnight is still that of winter.
    await line.at("2021-03-27T23:00:00+00:00").sees("""
        2021-03-28 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-03-28..2021-04-27 37.00/36.50
    """)
    await line.at("2021-04-27T21:59:59+00:00").sees()
    await line.at("2021-04-27T22:00:00+00:00").sees("""
        2021-04-28 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-04-28..2021-05-27 37.00/36.50
    """)


@pytest.mark.parametrize(
    ("zone", "begins", "last_day", "day", "day_before_next", "second_before"),
    [
        ("America/Santiago", "2021-08-05", "2021-09-04", "2021-09-05", "2021-10-04", "2021-09-05T03:59:59"),
        ("Africa/Cairo", "2023-03-28", "2023-04-27", "2023-04-28", "2023-05-27", "2023-04-27T21:59:59"),
        ("Asia/Beirut", "2022-02-27", "2022-03-26", "2022-03-27", "2022-04-26", "2022-03-26T21:59:59"),
    ],
)
async def test_a_day_without_midnight_begins_at_one(
    api: Api, zone: str, begins: str, last_day: str, day: str, day_before_next: str, second_before: str
) -> None:
    line = await a_timeline(api, begins, zone)
    await line.buys("MONTHLY")
    await line.at(f"{second_before}+00:00").sees(f"""
        {begins} 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional {begins}..{last_day} 37.00/36.50
    """)
    await line.at(f"{day}T01:00:00").sees(f"""
        {day} 01:00 system RENEW, INV-000002
          RENEWAL Professional {day}..{day_before_next} 37.00/36.50
    """)


@pytest.mark.parametrize(
    ("zone", "begins", "last_day", "day", "day_before_next", "hour_before", "instant"),
    [
        (
            "America/Santiago", "2022-03-03", "2022-04-02", "2022-04-03", "2022-05-02",
            "2022-04-03T03:00:00", "2022-04-03T04:00:00",
        ),
        (
            "Africa/Cairo", "2023-09-27", "2023-10-26", "2023-10-27", "2023-11-26",
            "2023-10-26T21:00:00", "2023-10-26T22:00:00",
        ),
        (
            "Asia/Beirut", "2022-09-30", "2022-10-29", "2022-10-30", "2022-11-29",
            "2022-10-29T21:00:00", "2022-10-29T22:00:00",
        ),
    ],
)  # fmt: skip
async def test_term_lasts_through_repeated_hour(
    api: Api,
    zone: str,
    begins: str,
    last_day: str,
    day: str,
    day_before_next: str,
    hour_before: str,
    instant: str,
) -> None:
    line = await a_timeline(api, begins, zone)
    await line.buys("MONTHLY")
    await line.at(f"{hour_before}+00:00").sees(f"""
        {begins} 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional {begins}..{last_day} 37.00/36.50
    """)
    await line.at(f"{instant}+00:00").sees(f"""
        {day} 00:00 system RENEW, INV-000002
          RENEWAL Professional {day}..{day_before_next} 37.00/36.50
    """)


async def test_first_of_two_midnights_counts(api: Api) -> None:
    line = await a_timeline(api, "2021-10-07", "America/Havana")
    await line.buys("MONTHLY")
    await line.at("2021-11-07T03:59:59+00:00").sees("""
        2021-10-07 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-10-07..2021-11-06 37.00/36.50
    """)
    await line.at("2021-11-07T04:00:00+00:00").sees("""
        2021-11-07 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-11-07..2021-12-06 37.00/36.50
    """)
    await line.at("2021-11-07T05:00:00+00:00").sees()


async def test_skipped_day_renews_on_the_next_day(
    api: Api,
) -> None:
    line = await a_timeline(api, "2011-11-30", "Pacific/Apia")
    await line.buys("MONTHLY")
    await line.at("2011-12-29T23:59:59").sees("""
        2011-11-30 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2011-11-30..2011-12-29 37.00/36.50
    """)
    # Samoa had no 30 Dec 2011.
    await line.at("2011-12-31T00:00:00").sees("""
        2011-12-31 00:00 system RENEW for 2011-12-30, INV-000002
          RENEWAL Professional 2011-12-30..2012-01-29 37.00/36.50
    """)
    await line.at("2012-01-30T00:00:00").sees("""
        2012-01-30 00:00 system RENEW, INV-000003
          RENEWAL Professional 2012-01-30..2012-02-28 37.00/36.50
    """)
