"""What an order records: history, invoice and provisioning. Rules §6."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import Json, World, a_customer, a_subscription, yearly
from tests.api.database import unchanged
from tests.api.test_reading import LINE, nodes

LEDGER = f"""query($id: ID!) {{ subscription(by: {{id: $id}}) {{ reference version
  history {{ edges {{ node {{ id action at effectiveOn actor reason summary
    changes {{ field before after }} lines {LINE} }} }} }}
  invoices {{ edges {{ node {{ id number status issuedOn dueToIssueOn price {{ amount }} cost {{ amount }}
    lines {LINE} }} }} }}
  provisioning {{ edges {{ node {{ kind status attempts createdAt deliveredAt lastError payload }} }} }}
}} }}"""
DONE = f"record {{ id }} invoice {{ id number status }} scheduledChange {{ id }} quote {{ lines {LINE} }}"


async def ledger(world: World, subscription: str) -> Json:
    found: Json = (await world.admin.ask(LEDGER, id=subscription))["subscription"]
    return found


async def test_upgrade_is_in_history_invoice_and_outbox(world: World) -> None:
    change = {"subscriptionId": world.subscription, "planCode": "business", "reason": "More people."}
    made = await world.staff.made("changePlan", change, DONE)
    found = await ledger(world, world.subscription)
    record = nodes(found["history"])[0]
    assert (record["id"], record["actor"], record["reason"]) == (
        made["record"]["id"],
        "partner_staff",
        "More people.",
    )
    assert (record["at"], record["effectiveOn"]) == ("2021-06-16T01:00:00+00:00", "2021-06-16")
    assert record["summary"] == "Upgraded from Professional to Business."
    assert record["lines"] == made["quote"]["lines"]
    invoice = nodes(found["invoices"])[0]
    assert (invoice["id"], invoice["number"], invoice["status"]) == tuple(made["invoice"].values())
    assert invoice["lines"] == made["quote"]["lines"]
    assert (invoice["price"], invoice["cost"]) == ({"amount": "370.00"}, {"amount": "365.00"})
    event = nodes(found["provisioning"])[0]
    assert (event["kind"], event["status"], event["attempts"]) == ("CHANGE_PLAN", "PENDING", 0)
    assert event["payload"] == {
        "subscription": found["reference"],
        "version": 2,
        "effectiveOn": "2021-06-16",
        "planBefore": "professional",
        "planAfter": "business",
    }


async def test_a_downgrade_is_provisioned_but_not_billed(world: World) -> None:
    subscription = await a_subscription(world.admin, world.customer, planCode="business")
    change = {"subscriptionId": subscription, "planCode": "professional"}
    made = await world.admin.made("changePlan", change, DONE)
    assert (made["invoice"], made["quote"]["lines"]) == (None, [])
    found = await ledger(world, subscription)
    assert [record["action"] for record in nodes(found["history"])] == ["CHANGE_PLAN", "CREATE"]
    assert [len(nodes(found[name])) for name in ("invoices", "provisioning")] == [1, 2]


async def test_orders_at_once_collect_on_one_invoice(world: World) -> None:
    customer = await a_customer(world.admin, billOnOrderDay=False)
    await asyncio.gather(*(a_subscription(world.admin, customer) for _ in range(10)))
    query = """query($id: ID!) { customer(by: {id: $id}) { invoices {
      edges { node { status price { amount } } } } } }"""
    [invoice] = nodes((await world.admin.ask(query, id=customer))["customer"]["invoices"])
    assert invoice == {"status": "PENDING", "price": {"amount": "3700.00"}}


async def test_twenty_orders_at_once_number_without_gaps(world: World) -> None:
    customers = [await a_customer(world.admin, name=str(number)) for number in range(4)]
    good = [a_subscription(world.admin, customer) for customer in customers * 5]
    purchase = {"customerId": world.customer, "planCode": "business", "cycle": "YEARLY"}
    refused = [world.admin.do("createSubscription", purchase | {"quoteToken": "stale"}) for _ in good]
    await asyncio.gather(*(order for pair in zip(good, refused, strict=True) for order in pair))
    data = await world.admin.ask("{ invoices(first: 100) { edges { node { number } } } }")
    numbers = sorted(invoice["number"] for invoice in nodes(data["invoices"]))
    assert numbers == [f"INV-{number:06d}" for number in range(1, 22)]
    listed = await world.admin.ask("{ subscriptions(first: 100) { edges { node { reference } } } }")
    assert [row["reference"] for row in nodes(listed["subscriptions"])] == [
        f"S-{number:06d}" for number in range(1, 22)
    ]


async def test_a_number_that_many_want_at_once_goes_to_one(world: World) -> None:
    sku = {"code": "local", "name": "Local", "prices": yearly("24.00", "20.00")}
    await world.admin.made("saveSku", sku, "sku { code }")
    stock = {"skuCode": "local", "e164": ["+6590000001", "+6590000002"]}
    made = await world.admin.made("addNumbers", stock, "numbers { id }")
    first, second = (number["id"] for number in made["numbers"])
    purchase = {"customerId": world.customer, "planCode": "professional", "cycle": "YEARLY"}
    wants = [[first, second], [second, first]] * 5
    payloads = await asyncio.gather(
        *(world.admin.do("createSubscription", purchase | {"numberIds": ids}) for ids in wants)
    )
    results = sorted(tuple(error["code"] for error in payload["userErrors"]) for payload in payloads)
    assert results == [()] + [("NUMBER_NOT_AVAILABLE",)] * 9
    data = await world.admin.ask("{ availableNumbers { totalCount } subscriptions { totalCount } }")
    assert data == {"availableNumbers": {"totalCount": 0}, "subscriptions": {"totalCount": 2}}


REFUSED: list[tuple[str, Json, str]] = [
    ("changePlan", {"planCode": "professional"}, "SAME_PLAN"),
    ("changePlan", {"planCode": "unknown"}, "NOT_FOUND"),
    ("changePlan", {"planCode": "business", "expectedVersion": 7}, "STALE_VERSION"),
    ("changePlan", {"planCode": "business", "quoteToken": "x"}, "QUOTE_STALE"),
    ("changePlan", {"planCode": "business", "idempotencyKey": ""}, "INVALID_VALUE"),
    ("changePlan", {"planCode": "business", "idempotencyKey": "k", "quoteToken": "x"}, "QUOTE_STALE"),
    ("createSubscription", {"addOns": [{"code": "storage", "quantity": 0}]}, "INVALID_QUANTITY"),
    ("createSubscription", {"addOns": [{"code": "unknown", "quantity": 1}]}, "NOT_OFFERED"),
    ("createSubscription", {"addOns": [{"code": "storage", "quantity": 1}] * 2}, "INVALID_VALUE"),
    (
        "createSubscription",
        {"cycle": "MONTHLY", "addOns": [{"code": "storage", "quantity": 1}]},
        "NOT_OFFERED",
    ),
    ("createSubscription", {"startsOn": "2021-06-17"}, "DATE_IN_FUTURE"),
    ("createSubscription", {"startsOn": "2020-06-16"}, "DATE_BEFORE_BILLING_CYCLE"),
    ("createSubscription", {"settings": ["no", "object"]}, "INVALID_VALUE"),
    ("createSubscription", {"quoteToken": "x", "idempotencyKey": "k"}, "QUOTE_STALE"),
]


async def test_a_refused_action_changes_no_table_at_all(world: World, engine: AsyncEngine) -> None:
    base: dict[str, Json] = {
        "changePlan": {"subscriptionId": world.subscription},
        "createSubscription": {"customerId": world.customer, "planCode": "business", "cycle": "YEARLY"},
    }
    for mutation, change, code in REFUSED:
        async with unchanged(engine, world.partner):
            payload = await world.admin.do(mutation, base[mutation] | change)
        assert [error["code"] for error in payload["userErrors"]] == [code], change
