"""How subscriptions end: cancelled for the term's end, not renewing, terminated after a renewal."""

from tests.api.client import Api
from tests.timelines.timeline import AT_END, NOW, five_licences, the_article_s

RENEWED = """
    2021-11-16 00:00 system RENEW, INV-000002
      RENEWAL Professional 2021-11-16..2022-11-15 370.00/365.00
"""


async def test_term_renews_at_first_instant_after_it(api: Api) -> None:
    line = await the_article_s(api)
    await line.at("2021-11-15T23:59:59").sees()
    await line.stands("ACTIVE 1: 2020-11-16..2021-11-15, then 370.00/365.00")
    await line.at("2021-11-16T00:00:00").sees(RENEWED)
    await line.stands("ACTIVE 2: 2021-11-16..2022-11-15, then 370.00/365.00")
    await line.at("2021-11-16T00:00:01").sees()


async def test_scheduled_cancellation_ends_with_the_term(api: Api) -> None:
    line = await the_article_s(api)
    await line.at("2021-06-16").sees()
    change = await line.does("cancelSubscription", when=AT_END)
    await line.sees("""
        2021-06-16 12:00 partner_admin CANCEL for 2021-11-16, now PENDING_FOR_CANCEL
    """)
    await line.stands("PENDING_FOR_CANCEL 1: 2020-11-16..2021-11-15")
    await line.at("2021-11-15T23:59:59").sees()
    await line.at("2021-11-16T00:00:00").sees("""
        2021-11-16 00:00 system CANCEL, now CANCELED
    """)
    assert await line.change(change) == ("APPLIED", "2021-11-16")
    await line.stands("CANCELED 1: 2020-11-16..2021-11-15")
    await line.at("2023-01-01").sees()


async def test_cancellation_revoked_in_last_second_renews(api: Api) -> None:
    line = await the_article_s(api)
    change = await line.does("cancelSubscription", when=AT_END)
    await line.at("2021-11-15T23:59:59").sees("""
        2020-11-16 09:00 partner_admin CANCEL for 2021-11-16, now PENDING_FOR_CANCEL
    """)
    await line.does("revokeScheduledChange", scheduledChangeId=change)
    await line.sees("""
        2021-11-15 23:59:59 partner_admin REVOKE_SCHEDULED_CHANGE, now ACTIVE
    """)
    await line.at("2021-11-16T00:00:00").sees(RENEWED)
    assert await line.change(change) == ("REVOKED", "2021-11-16")


async def test_cancellation_is_final_once_term_is_over(api: Api) -> None:
    line = await the_article_s(api)
    change = await line.does("cancelSubscription", when=AT_END)
    await line.at("2021-11-16T00:00:00").sees("""
        2020-11-16 09:00 partner_admin CANCEL for 2021-11-16, now PENDING_FOR_CANCEL
        2021-11-16 00:00 system CANCEL, now CANCELED
    """)
    await line.is_refused("ALREADY_ENDED", "revokeScheduledChange", scheduledChangeId=change)
    await line.at("2022-11-17").sees()


async def test_pending_for_cancel_is_billed_until_it_ends(api: Api) -> None:
    line = await the_article_s(api)
    await line.does("cancelSubscription", when=AT_END)
    await line.at("2021-06-16").sees("""
        2020-11-16 09:00 partner_admin CANCEL for 2021-11-16, now PENDING_FOR_CANCEL
    """)
    await line.does("changePlan", planCode="business")
    # June to November are 6 of 12 months.
    await line.at("2021-11-16").sees("""
        2021-06-16 12:00 partner_admin CHANGE_PLAN, INV-000002
          UPGRADE 6/12 Business 2021-06-16..2021-11-15 370.00/365.00
        2021-11-16 00:00 system CANCEL, now CANCELED
    """)


async def test_unsubscribed_it_expires_with_its_term(api: Api) -> None:
    line = await the_article_s(api)
    await line.does("setAutoRenewal", on=False)
    await line.stands("ACTIVE 1: 2020-11-16..2021-11-15")
    await line.at("2021-11-15T23:59:59").sees("""
        2020-11-16 09:00 partner_admin SET_AUTO_RENEWAL
    """)
    await line.at("2021-11-16T00:00:00").sees("""
        2021-11-16 00:00 system EXPIRE, now EXPIRED
    """)
    assert line.counts["expired"] == 1
    await line.is_refused("ALREADY_ENDED", "setAutoRenewal", on=True)
    await line.at("2022-11-17").sees()


async def test_resubscribed_the_day_before_it_renews(api: Api) -> None:
    line = await the_article_s(api)
    await line.does("setAutoRenewal", on=False)
    await line.at("2021-11-15").sees("""
        2020-11-16 09:00 partner_admin SET_AUTO_RENEWAL
    """)
    await line.does("setAutoRenewal", on=True)
    await line.sees("""
        2021-11-15 12:00 partner_admin SET_AUTO_RENEWAL
    """)
    await line.at("2021-11-16").sees(RENEWED)


async def test_unsubscribed_again_it_expires(api: Api) -> None:
    line = await the_article_s(api)
    await line.does("setAutoRenewal", on=False)
    await line.at("2021-11-15").sees("""
        2020-11-16 09:00 partner_admin SET_AUTO_RENEWAL
    """)
    await line.does("setAutoRenewal", on=True)
    await line.does("setAutoRenewal", on=False)
    await line.at("2021-11-16").sees("""
        2021-11-15 12:00 partner_admin SET_AUTO_RENEWAL
        2021-11-15 12:00 partner_admin SET_AUTO_RENEWAL
        2021-11-16 00:00 system EXPIRE, now EXPIRED
    """)


async def test_a_scheduled_cancellation_comes_before_expiry(api: Api) -> None:
    line = await the_article_s(api)
    await line.does("setAutoRenewal", on=False)
    await line.does("cancelSubscription", when=AT_END)
    await line.at("2021-11-16").sees("""
        2020-11-16 09:00 partner_admin SET_AUTO_RENEWAL
        2020-11-16 09:00 partner_admin CANCEL for 2021-11-16, now PENDING_FOR_CANCEL
        2021-11-16 00:00 system CANCEL, now CANCELED
    """)
    assert (line.counts["applied"], line.counts["expired"]) == (1, 0)


async def test_cancellation_revokes_scheduled_changes(api: Api) -> None:
    line = await five_licences(api)
    reduction = await line.does("changeQuantity", quantity=2, when=AT_END)
    monthly = await line.does("changeBillingModel", cycle="MONTHLY")
    cancellation = await line.does("cancelSubscription", when=AT_END)
    await line.at("2021-11-16").sees("""
        2020-11-16 09:00 partner_admin CHANGE_QUANTITY for 2021-11-16
        2020-11-16 09:00 partner_admin CHANGE_BILLING_MODEL for 2021-11-16
        2020-11-16 09:00 partner_admin CANCEL for 2021-11-16, now PENDING_FOR_CANCEL
        2021-11-16 00:00 system CANCEL, now CANCELED
    """)
    assert await line.change(cancellation) == ("APPLIED", "2021-11-16")
    for change in (reduction, monthly):
        assert await line.change(change) == ("REVOKED", "2021-11-16")


async def test_expiry_revokes_scheduled_changes(api: Api) -> None:
    line = await five_licences(api)
    reduction = await line.does("changeQuantity", quantity=2, when=AT_END)
    await line.does("setAutoRenewal", on=False)
    await line.at("2021-11-16").sees("""
        2020-11-16 09:00 partner_admin CHANGE_QUANTITY for 2021-11-16
        2020-11-16 09:00 partner_admin SET_AUTO_RENEWAL
        2021-11-16 00:00 system EXPIRE, now EXPIRED
    """)
    assert await line.change(reduction) == ("REVOKED", "2021-11-16")


async def test_renewed_term_keeps_first_month_on_termination(api: Api) -> None:
    line = await the_article_s(api)
    await line.at("2021-11-16T00:00:00").sees(RENEWED)
    await line.does("terminateSubscription")
    # 11/12 of 370.00 is 339.1666, of 365.00 it is 334.5833.
    await line.sees("""
        2021-11-16 00:00 partner_admin TERMINATE, now TERMINATED, INV-000003
          REFUND 11/12 Professional 2021-12-16..2022-11-15 -339.17/-334.58
    """)
    await line.at("2022-11-17").sees()


async def test_cancellation_gives_back_current_term_only(api: Api) -> None:
    line = await the_article_s(api)
    await line.at("2022-01-01").sees(RENEWED)
    await line.does("cancelSubscription", when=NOW)
    # 46 of 365 days are over: 319/365 of 370.00 is 323.3698.
    await line.at("2022-11-17").sees("""
        2022-01-01 12:00 partner_admin CANCEL, now CANCELED, INV-000003
          ADJUSTMENT 319/365 Professional 2022-01-01..2022-11-15 -323.37/-319.00
    """)
