"""Extensions: the running term grows, and the next one begins where it now ends."""

from typing import Any

from tests.api.client import Api
from tests.timelines.timeline import AT_END, a_timeline, the_article_s


def quick(count: int, cycle: str = "MONTHLY") -> dict[str, Any]:
    return {"quick": {"count": count, "cycle": cycle}}


async def test_pending_for_cancel_cannot_be_extended(api: Api) -> None:
    line = await the_article_s(api)
    change = await line.does("cancelSubscription", when=AT_END)
    await line.is_refused("NOT_ALLOWED_IN_STATUS", "extendSubscription", by=quick(2))
    await line.sees("""
        2020-11-16 09:00 partner_admin CANCEL for 2021-11-16, now PENDING_FOR_CANCEL
    """)
    await line.does("revokeScheduledChange", scheduledChangeId=change)
    await line.does("extendSubscription", by=quick(2))
    await line.sees("""
        2020-11-16 09:00 partner_admin REVOKE_SCHEDULED_CHANGE, now ACTIVE
        2020-11-16 09:00 partner_admin EXTEND, INV-000002
          EXTENSION 2/1 Professional 2021-11-16..2022-01-15 74.00/73.00
    """)
    await line.stands("ACTIVE 1: 2020-11-16..2022-01-15, then 370.00/365.00")
    await line.at("2022-01-15T23:59:59").sees()
    await line.at("2022-01-16T00:00:00").sees("""
        2022-01-16 00:00 system RENEW, INV-000003
          RENEWAL Professional 2022-01-16..2023-01-15 370.00/365.00
    """)


async def test_a_quick_extension_keeps_the_anchor_day(api: Api) -> None:
    line = await a_timeline(api, "2021-01-31")
    await line.buys("MONTHLY")
    await line.does("extendSubscription", by=quick(1))
    await line.at("2021-05-01").sees("""
        2021-01-31 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-01-31..2021-02-27 37.00/36.50
        2021-01-31 09:00 partner_admin EXTEND, INV-000002
          EXTENSION Professional 2021-02-28..2021-03-30 37.00/36.50
        2021-03-31 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-03-31..2021-04-29 37.00/36.50
        2021-04-30 00:00 system RENEW, INV-000004
          RENEWAL Professional 2021-04-30..2021-05-30 37.00/36.50
    """)


async def test_absolute_extension_sets_anchor_day(api: Api) -> None:
    line = await a_timeline(api, "2021-01-31")
    await line.buys("MONTHLY")
    await line.does("extendSubscription", by={"until": "2021-04-14"})
    # From 28 Feb to 14 Apr two months are started.
    await line.at("2021-05-15").sees("""
        2021-01-31 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-01-31..2021-02-27 37.00/36.50
        2021-01-31 09:00 partner_admin EXTEND, INV-000002
          EXTENSION 2/1 Professional 2021-02-28..2021-04-14 74.00/73.00
        2021-04-15 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-04-15..2021-05-14 37.00/36.50
        2021-05-15 00:00 system RENEW, INV-000004
          RENEWAL Professional 2021-05-15..2021-06-14 37.00/36.50
    """)


async def test_absolute_extension_to_month_end_anchors_there(api: Api) -> None:
    line = await a_timeline(api, "2021-01-16")
    await line.buys("MONTHLY")
    await line.does("extendSubscription", by={"until": "2021-03-30"})
    await line.at("2021-05-31").sees("""
        2021-01-16 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2021-01-16..2021-02-15 37.00/36.50
        2021-01-16 09:00 partner_admin EXTEND, INV-000002
          EXTENSION 2/1 Professional 2021-02-16..2021-03-30 74.00/73.00
        2021-03-31 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-03-31..2021-04-29 37.00/36.50
        2021-04-30 00:00 system RENEW, INV-000004
          RENEWAL Professional 2021-04-30..2021-05-30 37.00/36.50
        2021-05-31 00:00 system RENEW, INV-000005
          RENEWAL Professional 2021-05-31..2021-06-29 37.00/36.50
    """)


async def test_an_absolute_extension_adds_one_month_at_least(api: Api) -> None:
    line = await the_article_s(api)
    await line.is_refused("EXTENSION_TOO_SHORT", "extendSubscription", by={"until": "2021-12-14"})
    await line.does("extendSubscription", by={"until": "2021-12-15"})
    # 1/12 of 370.00 is 30.8333, of 365.00 it is 30.4166.
    await line.at("2021-12-16").sees("""
        2020-11-16 09:00 partner_admin EXTEND, INV-000002
          EXTENSION 1/12 Professional 2021-11-16..2021-12-15 30.83/30.42
        2021-12-16 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-12-16..2022-12-15 370.00/365.00
    """)


async def test_renewal_waits_for_both_extensions(api: Api) -> None:
    line = await the_article_s(api)
    await line.does("extendSubscription", by=quick(4, "YEARLY"))
    await line.does("extendSubscription", by=quick(1))
    await line.at("2025-12-16").sees("""
        2020-11-16 09:00 partner_admin EXTEND, INV-000002
          EXTENSION 4/1 Professional 2021-11-16..2025-11-15 1480.00/1460.00
        2020-11-16 09:00 partner_admin EXTEND, INV-000003
          EXTENSION Professional 2025-11-16..2025-12-15 37.00/36.50
        2025-12-16 00:00 system RENEW, INV-000004
          RENEWAL Professional 2025-12-16..2026-12-15 370.00/365.00
    """)


async def test_a_scheduled_change_moves_with_the_term_end(api: Api) -> None:
    line = await a_timeline(api, "2020-11-16")
    await line.buys(quantity=3, addOns=[{"code": "storage", "quantity": 2}])
    reduction = await line.does("changeQuantity", quantity=1, when=AT_END)
    storage = (await line.add_on("storage"))["id"]
    cancellation = await line.does("cancelAddOn", addOnId=storage, when=AT_END)
    monthly = await line.does("changeBillingModel", cycle="MONTHLY")
    await line.does("extendSubscription", by=quick(1))
    for change in (reduction, cancellation, monthly):
        assert await line.change(change) == ("PENDING", "2021-12-16")
    assert (await line.add_on("storage"))["endsOn"] == "2021-12-15"
    await line.at("2021-11-16").sees("""
        2020-11-16 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE 3 x Professional 2020-11-16..2021-11-15 1110.00/1095.00
          ADD_ON 2 x Storage 2020-11-16..2021-11-15 24.00/12.00
        2020-11-16 09:00 partner_admin CHANGE_QUANTITY for 2021-11-16
        2020-11-16 09:00 partner_admin CANCEL_ADD_ON for 2021-11-16
        2020-11-16 09:00 partner_admin CHANGE_BILLING_MODEL for 2021-11-16
        2020-11-16 09:00 partner_admin EXTEND, INV-000002
          EXTENSION 3 x Professional 2021-11-16..2021-12-15 111.00/109.50
          EXTENSION 2 x Storage 2021-11-16..2021-12-15 2.40/1.20
    """)
    await line.at("2021-12-16").sees("""
        2021-12-16 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-12-16..2022-01-15 37.00/36.50
    """)
    for change in (reduction, cancellation, monthly):
        assert await line.change(change) == ("APPLIED", "2021-12-16")


async def test_unsubscribed_extension_expires_later(api: Api) -> None:
    line = await the_article_s(api)
    await line.does("setAutoRenewal", on=False)
    await line.does("extendSubscription", by=quick(1))
    await line.at("2021-12-15T23:59:59").sees("""
        2020-11-16 09:00 partner_admin SET_AUTO_RENEWAL
        2020-11-16 09:00 partner_admin EXTEND, INV-000002
          EXTENSION Professional 2021-11-16..2021-12-15 37.00/36.50
    """)
    await line.at("2021-12-16T00:00:00").sees("""
        2021-12-16 00:00 system EXPIRE, now EXPIRED
    """)


async def test_termination_refunds_months_not_begun(api: Api) -> None:
    line = await the_article_s(api)
    await line.does("extendSubscription", by=quick(2))
    await line.at("2021-11-20").sees("""
        2020-11-16 09:00 partner_admin EXTEND, INV-000002
          EXTENSION 2/1 Professional 2021-11-16..2022-01-15 74.00/73.00
    """)
    await line.does("terminateSubscription")
    await line.at("2022-01-16").sees("""
        2021-11-20 12:00 partner_admin TERMINATE, now TERMINATED, INV-000003
          REFUND 1/2 Professional 2021-12-16..2022-01-15 -37.00/-36.50
    """)
