"""A purchase over HTTP with everything that it can include, and its money in other currencies."""

import pytest

from domain.principal import Role
from tests.api.client import QUOTE, Api, Json, World, a_customer, a_partner, yearly

SOLD = f"""invoice {{ price {{ amount }} }} subscription {{ id autoRenewal settings price {{ amount }}
  addOns {{ code quantity status }} numbers {{ edges {{ node {{ e164 }} }} }} contract {{ reference }}
}} {QUOTE}"""


def lines(payload: Json) -> list[tuple[str, int, str, str]]:
    return [
        (line["kind"], line["quantity"], line["price"]["amount"], line["cost"]["amount"])
        for line in payload["quote"]["lines"]
    ]


async def test_purchase_includes_everything_ordered(world: World) -> None:
    admin = world.admin
    sku = {"code": "local", "name": "Local", "prices": yearly("24.00", "20.00")}
    await admin.made("saveSku", sku, "sku { code }")
    stock = await admin.made("addNumbers", {"skuCode": "local", "e164": ["+6590000001"]}, "numbers { id }")
    paper = {"customerId": world.customer, "title": "Frame", "startsOn": "2021-01-01"}
    contract = (await admin.made("createContract", paper, "contract { id reference }"))["contract"]
    order = {
        "customerId": world.customer,
        "planCode": "professional",
        "cycle": "YEARLY",
        "addOns": [{"code": "storage", "quantity": 2}, {"code": "recording", "quantity": 1}],
        "numberIds": [stock["numbers"][0]["id"]],
        "contractId": contract["id"],
        "settings": {"language": "en", "colours": ["red"], "gone": None},
        "autoRenewal": False,
    }
    made = await admin.made("createSubscription", order, SOLD)
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


@pytest.mark.parametrize(
    ("currency", "lower", "higher", "half"),
    [
        # price and cost a year of the lower and of the higher plan; 6/12 of the higher
        ("JPY", ("10001", "9999"), ("12345", "12343"), ("6173", "6172")),
        ("KWD", ("370.001", "365.000"), ("740.001", "730.003"), ("370.001", "365.002")),
        ("USD", ("0.01", "0.00"), ("0.03", "0.01"), ("0.02", "0.01")),
    ],
)
async def test_money_is_rounded_once_in_its_currency(
    api: Api, currency: str, lower: tuple[str, str], higher: tuple[str, str], half: tuple[str, str]
) -> None:
    admin = api.as_role(Role.PARTNER_ADMIN, await a_partner(api, currency=currency))
    plans = [
        {"code": code, "name": code, "rank": rank, "prices": yearly(*pair)}
        for rank, (code, pair) in enumerate({"lower": lower, "higher": higher}.items())
    ]
    await admin.made("saveProduct", {"code": "phone", "name": "Phone", "plans": plans}, "product { id }")
    customer = await a_customer(admin)
    order = {"customerId": customer, "planCode": "lower", "cycle": "YEARLY", "startsOn": "2020-11-16"}
    made = await admin.made("createSubscription", order, SOLD)
    assert lines(made) == [("PURCHASE", 1, *lower)]
    change = {"subscriptionId": made["subscription"]["id"], "planCode": "higher"}
    [line] = (await admin.made("changePlan", change, QUOTE))["quote"]["lines"]
    assert (line["price"], line["cost"]["amount"]) == ({"amount": half[0], "currency": currency}, half[1])
