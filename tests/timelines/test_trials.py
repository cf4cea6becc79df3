"""A trial is term 0, free: it converts on the day after it, or it ends. Rules §4.17."""

from typing import Any

from tests.api.client import Api
from tests.timelines.timeline import AT_END, Timeline, a_timeline


async def a_trial(api: Api, **values: Any) -> Timeline:
    """Two weeks from 1 June 2021: no line and no invoice."""
    line = await a_timeline(api, "2021-06-01")
    await line.buys(trialDays=14, **values)
    await line.sees("""
        2021-06-01 09:00 partner_admin CREATE, now TRIAL
    """)
    return line


async def test_trial_converts_on_the_day_after_it(api: Api) -> None:
    line = await a_trial(api)
    await line.stands("TRIAL 0: 2021-06-01..2021-06-14, then 370.00/365.00")
    await line.at("2021-06-14T23:59:59").sees()
    await line.at("2021-06-15T00:00:00").sees("""
        2021-06-15 00:00 system CONVERT_TRIAL, now ACTIVE, INV-000001
          PURCHASE Professional 2021-06-15..2022-06-14 370.00/365.00
    """)
    assert line.counts["renewed"] == 1
    await line.stands("ACTIVE 1: 2021-06-15..2022-06-14, then 370.00/365.00")
    await line.at("2022-06-15").sees("""
        2022-06-15 00:00 system RENEW, INV-000002
          RENEWAL Professional 2022-06-15..2023-06-14 370.00/365.00
    """)


async def test_refund_window_counts_from_conversion(api: Api) -> None:
    line = await a_trial(api)
    await line.at("2021-06-29").sees("""
        2021-06-15 00:00 system CONVERT_TRIAL, now ACTIVE, INV-000001
          PURCHASE Professional 2021-06-15..2022-06-14 370.00/365.00
    """)
    await line.does("terminateSubscription")
    await line.at("2022-06-16").sees("""
        2021-06-29 12:00 partner_admin TERMINATE, now TERMINATED, INV-000002
          REFUND Professional 2021-06-15..2022-06-14 -370.00/-365.00
    """)


async def test_scheduled_model_applies_to_first_paid_term(api: Api) -> None:
    line = await a_trial(api)
    change = await line.does("changeBillingModel", cycle="MONTHLY", multiplier=3)
    await line.at("2021-09-15").sees("""
        2021-06-01 09:00 partner_admin CHANGE_BILLING_MODEL for 2021-06-15
        2021-06-15 00:00 system CONVERT_TRIAL, now ACTIVE, INV-000001
          PURCHASE Professional 2021-06-15..2021-09-14 111.00/109.50
        2021-09-15 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-09-15..2021-12-14 111.00/109.50
    """)
    assert await line.change(change) == ("APPLIED", "2021-06-15")


async def test_a_conversion_charges_all_items_of_that_day(api: Api) -> None:
    line = await a_trial(api, quantity=2, addOns=[{"code": "storage", "quantity": 3}])
    await line.at("2021-06-08").sees()
    await line.does("changeQuantity", quantity=4)
    await line.does("changeAddOns", addOns=[{"code": "storage", "quantity": 5}])
    await line.does("changePlan", planCode="business")
    await line.sees("""
        2021-06-08 12:00 partner_admin CHANGE_QUANTITY
        2021-06-08 12:00 partner_admin CHANGE_ADD_ONS
        2021-06-08 12:00 partner_admin CHANGE_PLAN
    """)
    await line.at("2021-06-15").sees("""
        2021-06-15 00:00 system CONVERT_TRIAL, now ACTIVE, INV-000001
          PURCHASE 4 x Business 2021-06-15..2022-06-14 2960.00/2920.00
          ADD_ON 5 x Storage 2021-06-15..2022-06-14 60.00/30.00
    """)


async def test_reduction_at_trial_end_is_not_charged(api: Api) -> None:
    line = await a_trial(api, quantity=3, addOns=[{"code": "storage", "quantity": 3}])
    await line.does("changeQuantity", quantity=1, when=AT_END)
    await line.does("cancelAddOn", addOnId=(await line.add_on("storage"))["id"], when=AT_END)
    await line.at("2021-06-15").sees("""
        2021-06-01 09:00 partner_admin CHANGE_QUANTITY for 2021-06-15
        2021-06-01 09:00 partner_admin CANCEL_ADD_ON for 2021-06-15
        2021-06-15 00:00 system CONVERT_TRIAL, now ACTIVE, INV-000001
          PURCHASE Professional 2021-06-15..2022-06-14 370.00/365.00
    """)


async def test_unsubscribed_trial_expires_free(api: Api) -> None:
    line = await a_trial(api, autoRenewal=False)
    await line.stands("TRIAL 0: 2021-06-01..2021-06-14")
    await line.at("2021-06-14T23:59:59").sees()
    await line.at("2021-06-15T00:00:00").sees("""
        2021-06-15 00:00 system EXPIRE, now EXPIRED
    """)
    await line.at("2022-06-16").sees()


async def test_a_trial_resubscribed_on_its_last_day_converts(api: Api) -> None:
    line = await a_trial(api, autoRenewal=False)
    await line.at("2021-06-14").sees()
    await line.does("setAutoRenewal", on=True)
    await line.at("2021-06-15").sees("""
        2021-06-14 12:00 partner_admin SET_AUTO_RENEWAL
        2021-06-15 00:00 system CONVERT_TRIAL, now ACTIVE, INV-000001
          PURCHASE Professional 2021-06-15..2022-06-14 370.00/365.00
    """)


async def test_a_trial_cancelled_for_its_end_ends_free(api: Api) -> None:
    line = await a_trial(api)
    await line.does("cancelSubscription", when=AT_END)
    await line.stands("PENDING_FOR_CANCEL 0: 2021-06-01..2021-06-14")
    await line.at("2022-06-16").sees("""
        2021-06-01 09:00 partner_admin CANCEL for 2021-06-15, now PENDING_FOR_CANCEL
        2021-06-15 00:00 system CANCEL, now CANCELED
    """)


async def test_revoked_cancellation_restores_trial(api: Api) -> None:
    line = await a_trial(api)
    change = await line.does("cancelSubscription", when=AT_END)
    await line.at("2021-06-14").sees("""
        2021-06-01 09:00 partner_admin CANCEL for 2021-06-15, now PENDING_FOR_CANCEL
    """)
    await line.does("revokeScheduledChange", scheduledChangeId=change)
    await line.at("2021-06-15").sees("""
        2021-06-14 12:00 partner_admin REVOKE_SCHEDULED_CHANGE, now TRIAL
        2021-06-15 00:00 system CONVERT_TRIAL, now ACTIVE, INV-000001
          PURCHASE Professional 2021-06-15..2022-06-14 370.00/365.00
    """)


async def test_the_day_of_conversion_is_the_anchor(api: Api) -> None:
    line = await a_timeline(api, "2021-01-17")
    await line.buys("MONTHLY", trialDays=14)
    await line.at("2021-03-31").sees("""
        2021-01-17 09:00 partner_admin CREATE, now TRIAL
        2021-01-31 00:00 system CONVERT_TRIAL, now ACTIVE, INV-000001
          PURCHASE Professional 2021-01-31..2021-02-27 37.00/36.50
        2021-02-28 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-02-28..2021-03-30 37.00/36.50
        2021-03-31 00:00 system RENEW, INV-000003
          RENEWAL Professional 2021-03-31..2021-04-29 37.00/36.50
    """)
