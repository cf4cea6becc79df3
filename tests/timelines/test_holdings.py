"""The next term charges what the subscription holds at the end of the last: plans, numbers, owners."""

from tests.api.client import Api
from tests.timelines.timeline import AT_END, Timeline, a_timeline, the_article_s

GLOBEX = "6f9619ff-8b86-4011-b42d-00c04fc964ff"


async def test_renewal_charges_plan_after_up_and_downgrade(
    api: Api,
) -> None:
    line = await the_article_s(api)
    await line.at("2021-06-16").sees()
    await line.does("changePlan", planCode="business")
    await line.at("2021-11-16").sees("""
        2021-06-16 12:00 partner_admin CHANGE_PLAN, INV-000002
          UPGRADE 6/12 Business 2021-06-16..2021-11-15 370.00/365.00
        2021-11-16 00:00 system RENEW, INV-000003
          RENEWAL Business 2021-11-16..2022-11-15 740.00/730.00
    """)
    await line.does("changePlan", planCode="professional")
    await line.at("2022-11-16").sees("""
        2021-11-16 12:00 partner_admin CHANGE_PLAN
        2022-11-16 00:00 system RENEW, INV-000004
          RENEWAL Professional 2022-11-16..2023-11-15 370.00/365.00
    """)


async def test_items_added_in_mid_term_are_renewed_in_full(api: Api) -> None:
    line = await the_article_s(api)
    await line.at("2021-08-20").sees()
    await line.does("changeQuantity", quantity=3)
    await line.does("changeAddOns", addOns=[{"code": "storage", "quantity": 5}])
    # August to November: 2 x 370.00 x 4/12 is 246.6666, 2 x 365.00 x 4/12 is 243.3333.
    await line.at("2021-11-16").sees("""
        2021-08-20 12:00 partner_admin CHANGE_QUANTITY, INV-000002
          QUANTITY 4/12 2 x Professional 2021-08-20..2021-11-15 246.67/243.33
        2021-08-20 12:00 partner_admin CHANGE_ADD_ONS, INV-000003
          ADD_ON 4/12 5 x Storage 2021-08-20..2021-11-15 20.00/10.00
        2021-11-16 00:00 system RENEW, INV-000004
          RENEWAL 3 x Professional 2021-11-16..2022-11-15 1110.00/1095.00
          RENEWAL 5 x Storage 2021-11-16..2022-11-15 60.00/30.00
    """)


async def with_numbers(api: Api) -> tuple[Timeline, list[str]]:
    """Two numbers are in stock; the first is bought."""
    line = await a_timeline(api, "2020-11-16")
    sku = {"code": "local", "name": "Local", "prices": [{"cycle": "YEARLY", "price": "24", "cost": "12"}]}
    await line.admin.made("saveSku", sku, "sku { code }")
    stock = {"skuCode": "local", "e164": ["+6590000001", "+6590000002"]}
    made = await line.admin.made("addNumbers", stock, "numbers { id }")
    numbers = [number["id"] for number in made["numbers"]]
    await line.buys(numberIds=numbers[:1])
    await line.sees("""
        2020-11-16 09:00 partner_admin CREATE, now ACTIVE, INV-000001
          PURCHASE Professional 2020-11-16..2021-11-15 370.00/365.00
          NUMBER Local +6590000001 2020-11-16..2021-11-15 24.00/12.00
    """)
    return line, numbers


async def in_stock(line: Timeline) -> list[str]:
    found = await line.admin.ask("{ availableNumbers { edges { node { e164 } } } }")
    return [edge["node"]["e164"] for edge in found["availableNumbers"]["edges"]]


async def test_each_number_is_renewed_until_it_is_removed(api: Api) -> None:
    line, numbers = await with_numbers(api)
    await line.at("2021-11-16").sees("""
        2021-11-16 00:00 system RENEW, INV-000002
          RENEWAL Professional 2021-11-16..2022-11-15 370.00/365.00
          RENEWAL Local +6590000001 2021-11-16..2022-11-15 24.00/12.00
    """)
    await line.does("changeNumbers", removeNumberIds=numbers[:1])
    await line.at("2022-11-16").sees("""
        2021-11-16 12:00 partner_admin CHANGE_NUMBERS
        2022-11-16 00:00 system RENEW, INV-000003
          RENEWAL Professional 2022-11-16..2023-11-15 370.00/365.00
    """)


async def test_numbers_return_to_stock_at_the_end(
    api: Api,
) -> None:
    line, numbers = await with_numbers(api)
    await line.does("cancelSubscription", when=AT_END)
    await line.at("2021-11-15T23:59:59").sees("""
        2020-11-16 09:00 partner_admin CANCEL for 2021-11-16, now PENDING_FOR_CANCEL
    """)
    assert await in_stock(line) == ["+6590000002"]
    await line.at("2021-11-16T00:00:00").sees("""
        2021-11-16 00:00 system CANCEL, now CANCELED
    """)
    assert await in_stock(line) == ["+6590000001", "+6590000002"]
    await line.buys(numberIds=numbers[:1])
    await line.sees("""
        2021-11-16 00:00 partner_admin CREATE of S-000002, now ACTIVE, INV-000002
          PURCHASE Professional 2021-11-16..2022-11-15 370.00/365.00
          NUMBER Local +6590000001 2021-11-16..2022-11-15 24.00/12.00
    """)


async def test_renewal_is_billed_to_new_owner(api: Api) -> None:
    line = await the_article_s(api)
    await line.joins("Globex", orgUuid=GLOBEX)
    await line.at("2021-11-15").sees()
    await line.does("changeOwnership", newOwnerOrgUuid=GLOBEX)
    await line.sees("""
        2021-11-15 12:00 partner_admin CHANGE_OWNERSHIP
    """)
    await line.at("2021-11-16").sees("""
        2021-11-16 00:00 system RENEW, INV-000002 to Globex
          RENEWAL Professional 2021-11-16..2022-11-15 370.00/365.00
    """)


async def test_new_owner_gets_no_scheduled_change(api: Api) -> None:
    line = await the_article_s(api)
    await line.joins("Globex", orgUuid=GLOBEX)
    monthly = await line.does("changeBillingModel", cycle="MONTHLY")
    await line.at("2021-11-15").sees("""
        2020-11-16 09:00 partner_admin CHANGE_BILLING_MODEL for 2021-11-16
    """)
    await line.does("changeOwnership", newOwnerOrgUuid=GLOBEX)
    assert await line.change(monthly) == ("REVOKED", "2021-11-16")
    await line.at("2021-11-16").sees("""
        2021-11-15 12:00 partner_admin CHANGE_OWNERSHIP
        2021-11-16 00:00 system RENEW, INV-000002 to Globex
          RENEWAL Professional 2021-11-16..2022-11-15 370.00/365.00
    """)


async def test_term_ends_in_time_zone_of_new_owner(api: Api) -> None:
    line = await the_article_s(api)
    await line.joins("Globex", "America/New_York", orgUuid=GLOBEX)
    await line.at("2021-11-15").sees()
    await line.does("changeOwnership", newOwnerOrgUuid=GLOBEX)
    await line.at("2021-11-16T12:59:59").sees("""
        2021-11-15 12:00 partner_admin CHANGE_OWNERSHIP
    """)
    # 16 Nov begins in New York at 05:00 UTC, which is 13:00 in Singapore.
    await line.at("2021-11-16T13:00:00").sees("""
        2021-11-16 13:00 system RENEW, INV-000002 to Globex
          RENEWAL Professional 2021-11-16..2022-11-15 370.00/365.00
    """)


async def test_pending_invoice_stays_with_old_owner(api: Api) -> None:
    line = await a_timeline(api, "2021-06-10", billOnOrderDay=False, billingDay=20)
    await line.joins("Globex", orgUuid=GLOBEX, billOnOrderDay=False, billingDay=20)
    await line.buys("MONTHLY")
    await line.does("changeOwnership", newOwnerOrgUuid=GLOBEX)
    await line.at("2021-07-10").sees("""
        2021-06-10 09:00 partner_admin CREATE, now ACTIVE
          PURCHASE Professional 2021-06-10..2021-07-09 37.00/36.50
        2021-06-10 09:00 partner_admin CHANGE_OWNERSHIP
        2021-07-10 00:00 system RENEW
          RENEWAL Professional 2021-07-10..2021-08-09 37.00/36.50
        INV-000001 issued 2021-06-20 37.00/36.50
        PENDING to Globex until 2021-07-20 37.00/36.50
    """)
