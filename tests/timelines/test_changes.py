"""What waits for the term's end, and what a renewal charges after changes in mid-term."""

from tests.api.client import Api
from tests.timelines.timeline import (
    ADD_ONS,
    AT_END,
    Timeline,
    a_timeline,
    five_licences,
    phone_plans,
    prices,
    the_article_s,
)


async def four_storages(api: Api) -> Timeline:
    line = await a_timeline(api, "2020-11-16")
    await line.buys(addOns=[{"code": "storage", "quantity": 4}])
    await line.sees("""
        2020-11-16 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2020-11-16..2021-11-15 370.00/365.00
          ADD_ON 4 x Storage 2020-11-16..2021-11-15 48.00/24.00
    """)
    return line


async def test_year_becomes_three_months_and_back(api: Api) -> None:
    line = await the_article_s(api)
    change = await line.does("changeBillingModel", cycle="MONTHLY", multiplier=3)
    await line.stands("ACTIVE 1: 2020-11-16..2021-11-15, then 111.00/109.50")
    await line.at("2021-11-16").sees("""
        2020-11-16 09:00 partner_admin CHANGE_BILLING_MODEL for 2021-11-16
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-11-16..2022-02-15 111.00/109.50
    """)
    assert (line.counts["renewed"], line.counts["applied"]) == (1, 1)
    assert await line.change(change) == ("APPLIED", "2021-11-16")
    await line.does("changeBillingModel", cycle="YEARLY")
    await line.at("2022-02-16").sees("""
        2021-11-16 12:00 partner_admin CHANGE_BILLING_MODEL for 2022-02-16
        2022-02-16 00:00 system RENEW, INV-000003
          RENEWAL Professional 2022-02-16..2023-02-15 370.00/365.00
    """)


async def test_later_of_two_billing_models_counts(api: Api) -> None:
    line = await the_article_s(api)
    first = await line.does("changeBillingModel", cycle="MONTHLY", multiplier=3)
    second = await line.does("changeBillingModel", cycle="YEARLY", multiplier=2)
    assert await line.change(first) == ("REVOKED", "2021-11-16")
    await line.at("2021-11-16").sees("""
        2020-11-16 09:00 partner_admin CHANGE_BILLING_MODEL for 2021-11-16
        2020-11-16 09:00 partner_admin CHANGE_BILLING_MODEL for 2021-11-16
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-11-16..2023-11-15 740.00/730.00
    """)
    assert await line.change(second) == ("APPLIED", "2021-11-16")


async def test_model_revoked_in_last_second_is_not_applied(api: Api) -> None:
    line = await the_article_s(api)
    change = await line.does("changeBillingModel", cycle="MONTHLY")
    await line.at("2021-11-15T23:59:59").sees("""
        2020-11-16 09:00 partner_admin CHANGE_BILLING_MODEL for 2021-11-16
    """)
    await line.does("revokeScheduledChange", scheduledChangeId=change)
    await line.at("2021-11-16T00:00:00").sees("""
        2021-11-15 23:59:59 partner_admin REVOKE_SCHEDULED_CHANGE
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-11-16..2022-11-15 370.00/365.00
    """)


async def test_licences_are_reduced_at_renewal(api: Api) -> None:
    line = await five_licences(api)
    change = await line.does("changeQuantity", quantity=2, when=AT_END)
    await line.stands("ACTIVE 1: 2020-11-16..2021-11-15, then 740.00/730.00")
    await line.at("2021-11-15").sees("""
        2020-11-16 09:00 partner_admin CHANGE_QUANTITY for 2021-11-16
    """)
    await line.at("2021-11-16").sees("""
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL 2 x Professional 2021-11-16..2022-11-15 740.00/730.00
    """)
    assert await line.change(change) == ("APPLIED", "2021-11-16")


async def test_revoked_reduction_leaves_all_licences(api: Api) -> None:
    line = await five_licences(api)
    change = await line.does("changeQuantity", quantity=2, when=AT_END)
    await line.at("2021-11-15").sees("""
        2020-11-16 09:00 partner_admin CHANGE_QUANTITY for 2021-11-16
    """)
    await line.does("revokeScheduledChange", scheduledChangeId=change)
    await line.at("2021-11-16").sees("""
        2021-11-15 12:00 partner_admin REVOKE_SCHEDULED_CHANGE
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL 5 x Professional 2021-11-16..2022-11-15 1850.00/1825.00
    """)


async def test_increase_keeps_scheduled_reduction(api: Api) -> None:
    line = await five_licences(api)
    await line.does("changeQuantity", quantity=2, when=AT_END)
    await line.at("2021-06-16").sees("""
        2020-11-16 09:00 partner_admin CHANGE_QUANTITY for 2021-11-16
    """)
    await line.does("changeQuantity", quantity=6)
    await line.at("2021-11-16").sees("""
        2021-06-16 12:00 partner_admin CHANGE_QUANTITY, INV-000002
          QUANTITY 6/12 Professional 2021-06-16..2021-11-15 185.00/182.50
        2021-11-16 00:00 system RENEW, INV-000003
          RENEWAL 2 x Professional 2021-11-16..2022-11-15 740.00/730.00
    """)


async def test_an_add_on_is_reduced_at_renewal(api: Api) -> None:
    line = await four_storages(api)
    await line.does("changeAddOns", addOns=[{"code": "storage", "quantity": 1}], when=AT_END)
    assert (await line.add_on("storage"))["status"] == "ACTIVE"
    await line.at("2021-11-16").sees("""
        2020-11-16 09:00 partner_admin CHANGE_ADD_ONS for 2021-11-16
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-11-16..2022-11-15 370.00/365.00
          RENEWAL Storage 2021-11-16..2022-11-15 12.00/6.00
    """)
    assert (await line.add_on("storage"))["quantity"] == 1


async def test_canceled_add_on_is_not_renewed(api: Api) -> None:
    line = await four_storages(api)
    storage = await line.add_on("storage")
    await line.does("cancelAddOn", addOnId=storage["id"], when=AT_END)
    waiting = await line.add_on("storage")
    assert (waiting["status"], waiting["quantity"]) == ("PENDING_FOR_CANCEL", 4)
    assert waiting["endsOn"] == "2021-11-15"
    await line.at("2021-11-16").sees("""
        2020-11-16 09:00 partner_admin CANCEL_ADD_ON for 2021-11-16
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-11-16..2022-11-15 370.00/365.00
    """)
    gone = await line.add_on("storage")
    assert (gone["status"], gone["quantity"]) == ("CANCELED", 0)
    assert gone["changes"] == [
        {"effectiveOn": "2020-11-16", "quantityBefore": 0, "quantityAfter": 4, "source": "ORDER"},
        {"effectiveOn": "2021-11-16", "quantityBefore": 4, "quantityAfter": 0, "source": "SCHEDULE"},
    ]


async def test_revoked_add_on_cancellation_renews(api: Api) -> None:
    line = await four_storages(api)
    storage = await line.add_on("storage")
    change = await line.does("cancelAddOn", addOnId=storage["id"], when=AT_END)
    await line.at("2021-11-15").sees("""
        2020-11-16 09:00 partner_admin CANCEL_ADD_ON for 2021-11-16
    """)
    await line.does("revokeScheduledChange", scheduledChangeId=change)
    await line.at("2021-11-16").sees("""
        2021-11-15 12:00 partner_admin REVOKE_SCHEDULED_CHANGE
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-11-16..2022-11-15 370.00/365.00
          RENEWAL 4 x Storage 2021-11-16..2022-11-15 48.00/24.00
    """)


async def test_one_renewal_applies_every_scheduled_change(api: Api) -> None:
    line = await a_timeline(api, "2020-11-16")
    add_ons = [{"code": "storage", "quantity": 4}, {"code": "recording", "quantity": 1}]
    await line.buys(quantity=3, addOns=add_ons)
    await line.sees("""
        2020-11-16 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE 3 x Professional 2020-11-16..2021-11-15 1110.00/1095.00
          ADD_ON 4 x Storage 2020-11-16..2021-11-15 48.00/24.00
          ADD_ON Recording 2020-11-16..2021-11-15 24.00/12.00
    """)
    await line.does("changeQuantity", quantity=1, when=AT_END)
    await line.does("changeAddOns", addOns=[{"code": "storage", "quantity": 2}], when=AT_END)
    await line.does("cancelAddOn", addOnId=(await line.add_on("recording"))["id"], when=AT_END)
    await line.does("changeBillingModel", cycle="MONTHLY", multiplier=3)
    # Three months: 3 x 37.00 / 3 x 36.50, and 2 x 3 x 1.20 / 2 x 3 x 0.60.
    await line.at("2021-11-16").sees("""
        2020-11-16 09:00 partner_admin CHANGE_QUANTITY for 2021-11-16
        2020-11-16 09:00 partner_admin CHANGE_ADD_ONS for 2021-11-16
        2020-11-16 09:00 partner_admin CANCEL_ADD_ON for 2021-11-16
        2020-11-16 09:00 partner_admin CHANGE_BILLING_MODEL for 2021-11-16
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-11-16..2022-02-15 111.00/109.50
          RENEWAL 2 x Storage 2021-11-16..2022-02-15 7.20/3.60
    """)
    assert (line.counts["renewed"], line.counts["applied"]) == (1, 4)


async def test_a_new_price_holds_from_the_next_renewal(api: Api) -> None:
    line = await the_article_s(api)
    dearer = phone_plans(prices("400.00/380.00", "40.00/38.00"), **ADD_ONS)
    await line.admin.made("saveProduct", dearer, "product { id }")
    await line.sees()
    await line.stands("ACTIVE 1: 2020-11-16..2021-11-15, then 400.00/380.00")
    await line.at("2021-11-16").sees("""
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-11-16..2022-11-15 400.00/380.00
    """)
