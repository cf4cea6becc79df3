"""Selling a subscription, in every way that it can be sold. Amounts by hand."""

from typing import Any

import pytest

from domain.principal import Role
from tests.api.client import (
    QUOTE,
    Api,
    Caller,
    Json,
    World,
    a_customer,
    a_partner,
    a_world,
    yearly,
)

HELD = """subscription { status quantity autoRenewal purchasedOn trialEndsOn settings version
  billingModel { cycle multiplier } term { number startsOn endsOn } price { amount }
  addOns { code quantity status } numbers { edges { node { e164 } } } contract { reference }
  plan { code } customer { id } }"""
SOLD = f"record {{ action summary effectiveOn }} invoice {{ id price {{ amount }} }} {HELD} {QUOTE}"


@pytest.fixture(scope="module")
async def shop(api: Api) -> World:
    return await a_world(api)


async def sold(shop: World, **values: Any) -> Json:
    data = {"customerId": shop.customer, "planCode": "professional", "cycle": "YEARLY"}
    return await shop.admin.made("createSubscription", data | values, SOLD)


def lines(payload: Json) -> list[tuple[str, int, str, str]]:
    return [
        (line["kind"], line["quantity"], line["price"]["amount"], line["cost"]["amount"])
        for line in payload["quote"]["lines"]
    ]


async def test_a_purchase_today_charges_the_whole_first_term(shop: World) -> None:
    made = await sold(shop, reason="A new branch.")
    held = made["subscription"]
    assert lines(made) == [("PURCHASE", 1, "370.00", "365.00")]
    assert held["term"] == {"number": 1, "startsOn": "2021-06-16", "endsOn": "2022-06-15"}
    assert (held["status"], held["version"], held["purchasedOn"]) == ("ACTIVE", 1, "2021-06-16")
    assert made["record"] == {
        "action": "CREATE",
        "summary": "Purchased Professional.",
        "effectiveOn": "2021-06-16",
    }
    assert made["invoice"]["price"] == {"amount": "370.00"}


async def test_a_trial_is_free_and_shows_what_it_will_cost(shop: World) -> None:
    made = await sold(shop, trialDays=14)
    held = made["subscription"]
    assert (held["status"], held["trialEndsOn"]) == ("TRIAL", "2021-06-29")
    assert held["term"] == {"number": 0, "startsOn": "2021-06-16", "endsOn": "2021-06-29"}
    assert (lines(made), made["invoice"]) == ([], None)
    assert made["quote"]["renewalPriceAfter"] == held["price"] == {"amount": "370.00"}


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [("2020-06-17", "2021-06-16"), ("2021-01-31", "2022-01-30"), ("2021-06-16", "2022-06-15")],
)
async def test_what_was_sold_before_starts_on_its_own_day(shop: World, starts_on: str, ends_on: str) -> None:
    held = (await sold(shop, startsOn=starts_on))["subscription"]
    assert held["term"] == {"number": 1, "startsOn": starts_on, "endsOn": ends_on}
    assert held["purchasedOn"] == starts_on


async def test_purchase_includes_everything_ordered(shop: World) -> None:
    admin = shop.admin
    await admin.made(
        "saveSku", {"code": "local", "name": "Local", "prices": yearly("24.00", "20.00")}, "sku { code }"
    )
    stock = await admin.made("addNumbers", {"skuCode": "local", "e164": ["+6590000001"]}, "numbers { id }")
    paper = {"customerId": shop.customer, "title": "Frame", "startsOn": "2021-01-01"}
    contract = (await admin.made("createContract", paper, "contract { id reference }"))["contract"]
    made = await sold(
        shop,
        addOns=[{"code": "storage", "quantity": 2}, {"code": "recording", "quantity": 1}],
        numberIds=[stock["numbers"][0]["id"]],
        contractId=contract["id"],
        settings={"language": "en", "colours": ["red"], "gone": None},
        autoRenewal=False,
    )
    assert lines(made) == [
        ("PURCHASE", 1, "370.00", "365.00"),
        ("ADD_ON", 2, "24.00", "12.00"),
        ("ADD_ON", 1, "24.00", "12.00"),
        ("NUMBER", 1, "24.00", "20.00"),
    ]
    held = made["subscription"]
    assert held["price"] == made["invoice"]["price"] == {"amount": "442.00"}
    assert {(a["code"], a["quantity"], a["status"]) for a in held["addOns"]} == {
        ("storage", 2, "ACTIVE"),
        ("recording", 1, "ACTIVE"),
    }
    assert held["numbers"]["edges"] == [{"node": {"e164": "+6590000001"}}]
    assert held["contract"] == {"reference": contract["reference"]}
    assert held["settings"] == {"language": "en", "colours": ["red"]}
    assert (held["autoRenewal"], made["quote"]["renewalPriceAfter"]) == (False, {"amount": "0.00"})


async def test_several_licences_are_one_line(shop: World) -> None:
    made = await sold(shop, quantity=7)
    assert lines(made) == [("PURCHASE", 7, "2590.00", "2555.00")]
    assert made["subscription"]["quantity"] == 7


async def test_three_months_are_billed_together(shop: World) -> None:
    made = await sold(shop, cycle="MONTHLY", multiplier=3, startsOn="2021-05-31")
    assert lines(made) == [("PURCHASE", 1, "111.00", "109.50")]
    held = made["subscription"]
    assert held["billingModel"] == {"cycle": "MONTHLY", "multiplier": 3}
    assert held["term"] == {"number": 1, "startsOn": "2021-05-31", "endsOn": "2021-08-30"}


async def test_today_is_the_customer_s_own(shop: World) -> None:
    """At 01:00 UTC it is still the day before in Honolulu."""
    customer = await a_customer(shop.admin, timeZone="Pacific/Honolulu")
    made = await sold(shop, customerId=customer)
    assert made["subscription"]["term"]["startsOn"] == "2021-06-15"
    refused = await shop.admin.do(
        "createSubscription",
        {"customerId": customer, "planCode": "professional", "cycle": "YEARLY", "startsOn": "2021-06-16"},
    )
    assert refused["userErrors"][0]["code"] == "DATE_IN_FUTURE"


async def test_customer_admin_buys_for_own_customer(shop: World) -> None:
    data = {"customerId": shop.customer, "planCode": "business", "cycle": "MONTHLY"}
    made = await shop.customer_admin.made("createSubscription", data, SOLD)
    assert made["subscription"]["customer"] == {"id": shop.customer}
    assert [(line["price"]["amount"], line["cost"]) for line in made["quote"]["lines"]] == [("74.00", None)]


# price and cost a year of the lower and of the higher plan; then what 6/12 of the higher come to
CURRENCIES = {
    "JPY": (("10001", "9999"), ("12345", "12343"), ("6173", "6172")),
    "KWD": (("370.001", "365.000"), ("740.001", "730.003"), ("370.001", "365.002")),
    "USD": (("0.01", "0.00"), ("0.03", "0.01"), ("0.02", "0.01")),
}


@pytest.mark.parametrize("currency", CURRENCIES)
async def test_money_is_rounded_once_in_its_currency(api: Api, currency: str) -> None:
    lower, higher, half = CURRENCIES[currency]
    partner = await a_partner(api, currency=currency)
    admin = api.as_role(Role.PARTNER_ADMIN, partner)
    plans = [
        {"code": code, "name": code, "rank": rank, "prices": yearly(*pair)}
        for rank, (code, pair) in enumerate({"lower": lower, "higher": higher}.items())
    ]
    await admin.made("saveProduct", {"code": "phone", "name": "Phone", "plans": plans}, "product { id }")
    await upgraded(admin, currency, lower, half)


async def upgraded(admin: Caller, currency: str, lower: tuple[str, str], half: tuple[str, str]) -> None:
    customer = await a_customer(admin)
    data = {"customerId": customer, "planCode": "lower", "cycle": "YEARLY", "startsOn": "2020-11-16"}
    made = await admin.made("createSubscription", data, f"subscription {{ id }} {QUOTE}")
    assert lines(made) == [("PURCHASE", 1, *lower)]
    change = {"subscriptionId": made["subscription"]["id"], "planCode": "higher"}
    made = await admin.made("changePlan", change, QUOTE)
    [line] = made["quote"]["lines"]
    assert (line["price"], line["cost"]["amount"]) == ({"amount": half[0], "currency": currency}, half[1])
