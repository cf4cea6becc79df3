"""When lines are billed, and on which invoice. Rules §6."""

import pytest

from tests.api.client import Api
from tests.timelines.timeline import NOW, a_timeline, phone_plans, prices


@pytest.mark.parametrize(
    ("billing_day", "begins", "last_of_term", "issued"),
    [
        (31, "2021-02-10", "2021-03-09", "2021-02-28"),
        (30, "2021-02-10", "2021-03-09", "2021-02-28"),
        (29, "2021-02-10", "2021-03-09", "2021-02-28"),
        (31, "2024-02-10", "2024-03-09", "2024-02-29"),
        (28, "2024-02-10", "2024-03-09", "2024-02-28"),
    ],
)
async def test_missing_billing_day_is_last_of_february(
    api: Api, billing_day: int, begins: str, last_of_term: str, issued: str
) -> None:
    line = await a_timeline(api, begins, billOnOrderDay=False, billingDay=billing_day)
    await line.buys("MONTHLY", autoRenewal=False)
    await line.sees(f"""
        {begins} 09:00 partner_admin CREATE, now ACTIVE
          PURCHASE Professional {begins}..{last_of_term} 37.00/36.50
        PENDING until {issued} 37.00/36.50
    """)
    await line.at(f"{issued[:8]}{int(issued[8:]) - 1}T23:59:59").sees()
    await line.at(f"{issued}T00:00:00").sees(f"""
        INV-000001 issued {issued} 37.00/36.50
    """)
    assert line.counts["invoicesIssued"] == 1


async def test_billing_day_31_returns_after_february(api: Api) -> None:
    line = await a_timeline(api, "2021-02-10", billOnOrderDay=False, billingDay=31)
    await line.buys("MONTHLY")
    await line.at("2021-05-01").sees("""
        2021-02-10 09:00 partner_admin CREATE, now ACTIVE
          PURCHASE Professional 2021-02-10..2021-03-09 37.00/36.50
        2021-03-10 00:00 system RENEW
          RENEWAL Professional 2021-03-10..2021-04-09 37.00/36.50
        2021-04-10 00:00 system RENEW
          RENEWAL Professional 2021-04-10..2021-05-09 37.00/36.50
        INV-000001 issued 2021-02-28 37.00/36.50
        INV-000002 issued 2021-03-31 37.00/36.50
        INV-000003 issued 2021-04-30 37.00/36.50
    """)
    assert (line.counts["renewed"], line.counts["invoicesIssued"]) == (2, 3)


async def test_orders_collect_on_one_invoice_issued_once(api: Api) -> None:
    line = await a_timeline(api, "2021-06-10", billOnOrderDay=False, billingDay=1)
    await line.buys()
    await line.at("2021-06-16").sees("""
        2021-06-10 09:00 partner_admin CREATE, now ACTIVE
          PURCHASE Professional 2021-06-10..2022-06-09 370.00/365.00
        PENDING until 2021-07-01 370.00/365.00
    """)
    await line.does("changeAddOns", addOns=[{"code": "storage", "quantity": 2}])
    await line.buys("MONTHLY")
    await line.sees("""
        2021-06-16 12:00 partner_admin CHANGE_ADD_ONS
          ADD_ON 2 x Storage 2021-06-16..2022-06-09 24.00/12.00
        2021-06-16 12:00 partner_admin CREATE of S-000002, now ACTIVE
          PURCHASE Professional 2021-06-16..2021-07-15 37.00/36.50
        PENDING until 2021-07-01 431.00/413.50
    """)
    await line.at("2021-06-30T23:59:59").sees()
    await line.at("2021-07-01T00:00:00").sees("""
        INV-000001 issued 2021-07-01 431.00/413.50
    """)
    await line.at("2021-07-15").sees()


async def test_cancellation_adjusts_pending_invoice(api: Api) -> None:
    line = await a_timeline(api, "2021-06-10", billOnOrderDay=False, billingDay=1)
    await line.buys("MONTHLY")
    await line.at("2021-06-16").sees("""
        2021-06-10 09:00 partner_admin CREATE, now ACTIVE
          PURCHASE Professional 2021-06-10..2021-07-09 37.00/36.50
        PENDING until 2021-07-01 37.00/36.50
    """)
    await line.does("cancelSubscription", when=NOW)
    # 16 June to 9 July are 24 of 30 days.
    await line.sees("""
        2021-06-16 12:00 partner_admin CANCEL, now CANCELED
          ADJUSTMENT 24/30 Professional 2021-06-16..2021-07-09 -29.60/-29.20
        PENDING until 2021-07-01 7.40/7.30
    """)
    await line.at("2021-08-01").sees("""
        INV-000001 issued 2021-07-01 7.40/7.30
    """)


async def test_renewals_of_one_day_share_pending_invoice(api: Api) -> None:
    line = await a_timeline(api, "2020-11-16", billOnOrderDay=False, billingDay=1)
    await line.buys()
    await line.buys(planCode="business")
    await line.at("2021-11-16").sees("""
        2020-11-16 09:00 partner_admin CREATE, now ACTIVE
          PURCHASE Professional 2020-11-16..2021-11-15 370.00/365.00
        2020-11-16 09:00 partner_admin CREATE of S-000002, now ACTIVE
          PURCHASE Business 2020-11-16..2021-11-15 740.00/730.00
        2021-11-16 00:00 system RENEW
          RENEWAL Professional 2021-11-16..2022-11-15 370.00/365.00
        2021-11-16 00:00 system RENEW of S-000002
          RENEWAL Business 2021-11-16..2022-11-15 740.00/730.00
        INV-000001 issued 2020-12-01 1110.00/1095.00
        PENDING until 2021-12-01 1110.00/1095.00
    """)
    await line.at("2021-12-01T00:00:00").sees("""
        INV-000002 issued 2021-12-01 1110.00/1095.00
    """)


async def test_renewal_on_billing_day_waits_for_the_next(api: Api) -> None:
    line = await a_timeline(api, "2021-01-16", billOnOrderDay=False, billingDay=16)
    await line.buys("MONTHLY")
    await line.at("2021-02-16").sees("""
        2021-01-16 09:00 partner_admin CREATE, now ACTIVE
          PURCHASE Professional 2021-01-16..2021-02-15 37.00/36.50
        2021-02-16 00:00 system RENEW
          RENEWAL Professional 2021-02-16..2021-03-15 37.00/36.50
        INV-000001 issued 2021-02-16 37.00/36.50
        PENDING until 2021-03-16 37.00/36.50
    """)


async def test_invoices_are_numbered_in_order_of_time(api: Api) -> None:
    line = await a_timeline(api, "2021-01-05")
    globex = await line.joins("Globex", billOnOrderDay=False, billingDay=15)
    await line.buys("MONTHLY")
    await line.buys("MONTHLY", customerId=globex)
    await line.at("2021-03-20").sees("""
        2021-01-05 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-01-05..2021-02-04 37.00/36.50
        2021-01-05 09:00 partner_admin CREATE of S-000002, now ACTIVE
          PURCHASE Professional 2021-01-05..2021-02-04 37.00/36.50
        2021-02-05 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-02-05..2021-03-04 37.00/36.50
        2021-02-05 00:00 system RENEW of S-000002
          RENEWAL Professional 2021-02-05..2021-03-04 37.00/36.50
        2021-03-05 00:00 system RENEW, INV-000005
          RENEWAL Professional 2021-03-05..2021-04-04 37.00/36.50
        2021-03-05 00:00 system RENEW of S-000002
          RENEWAL Professional 2021-03-05..2021-04-04 37.00/36.50
        INV-000002 to Globex issued 2021-01-15 37.00/36.50
        INV-000004 to Globex issued 2021-02-15 37.00/36.50
        INV-000006 to Globex issued 2021-03-15 37.00/36.50
    """)
    assert (line.counts["renewed"], line.counts["invoicesIssued"]) == (4, 3)


@pytest.mark.parametrize(
    ("currency", "monthly", "bought", "renewed"),
    [
        # Two licences for three months; then one.
        ("JPY", "3701/3655", "22206/21930", "11103/10965"),
        ("KWD", "12.345/11.111", "74.070/66.666", "37.035/33.333"),
    ],
)
async def test_a_renewal_has_the_digits_of_its_currency(
    api: Api, currency: str, monthly: str, bought: str, renewed: str
) -> None:
    line = await a_timeline(api, "2021-01-31", plans=phone_plans(prices("1/1", monthly)), currency=currency)
    await line.buys("MONTHLY", multiplier=3, quantity=2)
    await line.does("changeQuantity", quantity=1, when={"at": "END_OF_BILLING_PERIOD"})
    await line.at("2021-04-30").sees(f"""
        2021-01-31 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE 2 x Professional 2021-01-31..2021-04-29 {bought}
        2021-01-31 09:00 partner_admin CHANGE_QUANTITY for 2021-04-30
        2021-04-30 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-04-30..2021-07-30 {renewed}
    """)
