"""Late work is done term by term, each dated on its own day. Rules §7."""

from tests.api.client import Api
from tests.timelines.timeline import AT_END, a_timeline


async def test_missed_terms_are_dated_on_their_own_day(api: Api) -> None:
    line = await a_timeline(api, "2021-01-31")
    await line.buys("MONTHLY")
    await line.at("2021-05-01").sees("""
        2021-01-31 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-01-31..2021-02-27 37.00/36.50
        2021-02-28 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-02-28..2021-03-30 37.00/36.50
        2021-03-31 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-03-31..2021-04-29 37.00/36.50
        2021-04-30 00:00 system RENEW, INV-000004
          RENEWAL Professional 2021-04-30..2021-05-30 37.00/36.50
    """)
    assert line.counts["renewed"] == 3


async def test_scheduled_change_applies_in_first_missed_term(api: Api) -> None:
    line = await a_timeline(api, "2021-01-31")
    await line.buys("MONTHLY", quantity=3)
    await line.does("changeQuantity", quantity=1, when=AT_END)
    await line.at("2021-04-01").sees("""
        2021-01-31 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE 3 x Professional 2021-01-31..2021-02-27 111.00/109.50
        2021-01-31 09:00 partner_admin CHANGE_QUANTITY for 2021-02-28
        2021-02-28 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-02-28..2021-03-30 37.00/36.50
        2021-03-31 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-03-31..2021-04-29 37.00/36.50
    """)
    assert (line.counts["renewed"], line.counts["applied"]) == (2, 1)


async def test_an_end_far_back_is_dated_on_its_own_day(api: Api) -> None:
    line = await a_timeline(api, "2021-01-31")
    await line.buys("MONTHLY", autoRenewal=False)
    await line.buys("MONTHLY")
    await line.does("cancelSubscription", when=AT_END)
    await line.at("2021-03-01").sees("""
        2021-01-31 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-01-31..2021-02-27 37.00/36.50
        2021-01-31 09:00 partner_admin CANCEL for 2021-02-28, now PENDING_FOR_CANCEL
        2021-01-31 09:00 partner_admin CREATE of S-000002, now ACTIVE, INV-000002
          PURCHASE Professional 2021-01-31..2021-02-27 37.00/36.50
        2021-02-28 00:00 system CANCEL, now CANCELED
        2021-02-28 00:00 system RENEW of S-000002, INV-000003
          RENEWAL Professional 2021-02-28..2021-03-30 37.00/36.50
    """)


async def test_ten_years_at_once_equal_ten_times_one(api: Api) -> None:
    line = await a_timeline(api, "2021-01-31", billOnOrderDay=False, billingDay=15)
    await line.buys(quantity=2)
    await line.at("2031-02-01").sees(
        """
        2021-01-31 09:00 partner_admin CREATE, now ACTIVE
          PURCHASE 2 x Professional 2021-01-31..2022-01-30 740.00/730.00
        """
        + "".join(
            f"""
        {year}-01-31 00:00 system RENEW
          RENEWAL 2 x Professional {year}-01-31..{year + 1}-01-30 740.00/730.00
            """
            for year in range(2022, 2032)
        )
        + "".join(
            f"""
        INV-{number:06d} issued {2020 + number}-02-15 740.00/730.00
            """
            for number in range(1, 11)
        )
        + """
        PENDING until 2031-02-15 740.00/730.00
        """
    )
    assert (line.counts["renewed"], line.counts["invoicesIssued"]) == (10, 10)


async def test_the_clock_only_moves_forward(api: Api) -> None:
    line = await a_timeline(api, "2021-01-31")
    await line.buys("MONTHLY")
    await line.at("2021-02-28T00:00:00").sees("""
        2021-01-31 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-01-31..2021-02-27 37.00/36.50
        2021-02-28 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-02-28..2021-03-30 37.00/36.50
    """)
    for to in ("2021-02-28T00:00:00+08:00", "2021-01-31T00:00:00+08:00"):
        payload = await line.admin.do("advanceClock", {"to": to}, "now")
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
            ("INVALID_VALUE", ["to"])
        ]
    await line.sees()
