"""The published upgrade by unit and basis: the preview equals the charge. Rules §3."""

from dataclasses import dataclass
from itertools import product

import pytest

from tests.api.client import QUOTE, Api, Caller, Json, World, a_customer, a_subscription, a_world

PREVIEW = (
    "query($change: SubscriptionChange!, $on: Date) { previewProration(change: $change, on: $on) { token "
    f"userErrors {{ code message field }} {QUOTE} }} }}"
)


@dataclass(frozen=True)
class Row:
    """A row of the table: the fraction, and for each basis the cost, the price and the lines' own."""

    fraction: tuple[int, int]
    target: tuple[str, str]
    difference: tuple[str, str]
    credit: tuple[str, str]


# Business for a year costs 730.00 and is priced 740.00; Professional 365.00 and 370.00, fully paid.
# 6/12: 365.00 / 370.00, credit 182.50 / 185.00. 5/12: 304.1666 and 308.3333, credit 152.0833 and
# 154.1666. 153/365 (30 - 15 + 31 + 31 + 30 + 31 + 15 days): 306.00 and 310.1917, credit 153.00 and 155.0958.
TABLE = {
    "CALENDAR_MONTH": Row((6, 12), ("365.00", "370.00"), ("182.50", "185.00"), ("-182.50", "-185.00")),
    "ANNIVERSARY_MONTH": Row((5, 12), ("304.17", "308.33"), ("152.09", "154.16"), ("-152.08", "-154.17")),
    "DAY": Row((153, 365), ("306.00", "310.19"), ("153.00", "155.09"), ("-153.00", "-155.10")),
}
CASES = list(product(TABLE, ("TARGET_PLAN", "DIFFERENCE")))


def amounts(of: Json) -> tuple[str, str]:
    return of["cost"]["amount"], of["price"]["amount"]


async def preview(caller: Caller, change: Json, on: str | None = None) -> Json:
    found: Json = (await caller.ask(PREVIEW, change=change, on=on))["previewProration"]
    return found


@pytest.fixture(scope="module")
async def shop(api: Api) -> World:
    return await a_world(api)


async def bought(shop: World, unit: str, basis: str) -> tuple[str, Json]:
    """The upgrade of a subscription whose customer has that policy."""
    customer = await a_customer(shop.admin, policy={"prorationUnit": unit, "upgradeBasis": basis})
    subscription = await a_subscription(shop.admin, customer)
    return customer, {"subscriptionId": subscription, "planCode": "business"}


def expect(quote: Json, unit: str, basis: str) -> None:
    row = TABLE[unit]
    upgrade, *given_back = quote["lines"]
    assert (upgrade["kind"], amounts(upgrade)) == ("UPGRADE", row.target)
    assert [(line["kind"], amounts(line)) for line in given_back] == (
        [("CREDIT", row.credit)] if basis == "DIFFERENCE" else []
    )
    assert amounts(quote) == (row.target if basis == "TARGET_PLAN" else row.difference)
    for line in quote["lines"]:
        assert (line["periodStartsOn"], line["periodEndsOn"]) == ("2021-06-16", "2021-11-15")
        fraction = line["fraction"]
        assert (fraction["numerator"], fraction["denominator"]) == row.fraction
    assert quote["effectiveOn"] == "2021-06-16"
    assert quote["statusAfter"] == "ACTIVE"
    assert quote["termAfter"] == {"number": 1, "startsOn": "2020-11-16", "endsOn": "2021-11-15"}
    assert [quote[f"renewalPrice{when}"]["amount"] for when in ("Before", "After")] == ["370.00", "740.00"]
    assert (quote["scheduledFor"], quote["provisioning"]) == (None, ["CHANGE_PLAN"])


@pytest.mark.parametrize(("unit", "basis"), CASES)
async def test_preview_and_charge_follow_the_table(shop: World, unit: str, basis: str) -> None:
    _, change = await bought(shop, unit, basis)
    quoted = await preview(shop.admin, {"changePlan": change})
    expect(quoted["quote"], unit, basis)
    made = await shop.admin.made("changePlan", change, QUOTE)
    assert made["quote"] == quoted["quote"]


@pytest.mark.parametrize(("unit", "basis"), CASES)
async def test_the_customer_sees_the_same_prices_and_no_cost(shop: World, unit: str, basis: str) -> None:
    customer, change = await bought(shop, unit, basis)
    whole = (await preview(shop.admin, {"changePlan": change}))["quote"]
    caller = World(shop.api, shop.partner, customer, shop.admin, "").customer_admin
    seen = (await preview(caller, {"changePlan": change}))["quote"]
    assert seen == without_costs(whole)
    assert (await caller.made("changePlan", change, QUOTE))["quote"] == seen


def without_costs(quote: Json) -> Json:
    lines = [line | {"cost": None, "unitCost": None} for line in quote["lines"]]
    return quote | {"cost": None, "lines": lines}


async def test_partner_policy_is_the_customer_default(api: Api) -> None:
    world = await a_world(api, policy={"prorationUnit": "DAY", "upgradeBasis": "DIFFERENCE"})
    change = {"subscriptionId": world.subscription, "planCode": "business"}
    expect((await preview(world.admin, {"changePlan": change}))["quote"], "DAY", "DIFFERENCE")
    await world.admin.made("updatePolicy", {"upgradeBasis": "TARGET_PLAN"}, "partner { id }")
    expect((await preview(world.admin, {"changePlan": change}))["quote"], "DAY", "TARGET_PLAN")
    policy = {"id": world.customer, "policy": {"prorationUnit": "ANNIVERSARY_MONTH"}}
    await world.admin.made("updateCustomer", policy, "customer { id }")
    expect((await preview(world.admin, {"changePlan": change}))["quote"], "ANNIVERSARY_MONTH", "TARGET_PLAN")


@pytest.mark.parametrize(
    ("on", "fraction"),
    [("2021-06-16", (6, 12)), ("2021-06-30", (6, 12)), ("2021-07-01", (5, 12)), ("2021-11-15", (1, 12))],
)
async def test_a_preview_of_another_day_counts_from_that_day(
    shop: World, on: str, fraction: tuple[int, int]
) -> None:
    change = {"subscriptionId": shop.subscription, "planCode": "business"}
    [line] = (await preview(shop.admin, {"changePlan": change}, on=on))["quote"]["lines"]
    assert (line["fraction"]["numerator"], line["fraction"]["denominator"]) == fraction
    assert line["periodStartsOn"] == on


async def test_a_preview_of_a_purchase_is_the_purchase(shop: World) -> None:
    purchase = {
        "customerId": shop.customer,
        "planCode": "professional",
        "cycle": "YEARLY",
        "startsOn": "2021-05-31",
        "quantity": 3,
        "addOns": [{"code": "recording", "quantity": 2}],
    }
    quoted = await preview(shop.admin, {"create": purchase})
    made = await shop.admin.made("createSubscription", purchase | {"quoteToken": quoted["token"]}, QUOTE)
    assert made["quote"] == quoted["quote"]
    # 3 x 370.00 + 2 x 24.00, and 3 x 365.00 + 2 x 12.00
    assert amounts(made["quote"]) == ("1119.00", "1158.00")


async def test_preview_refuses_as_the_mutation_does(shop: World) -> None:
    change = {"subscriptionId": shop.subscription, "planCode": "professional"}
    quoted = await preview(shop.admin, {"changePlan": change})
    refused = await shop.admin.do("changePlan", change)
    assert (quoted["quote"], quoted["token"]) == (None, None)
    assert quoted["userErrors"] == refused["userErrors"]
    assert quoted["userErrors"][0]["code"] == "SAME_PLAN"
