"""Every field of Query and every edge, read by a partner's administrator."""

from typing import Any

import pytest

from domain.principal import Role
from tests.api.client import Json
from tests.api.sample_partner import FREE_NUMBERS, SamplePartner, foreign_id
from tests.settings import default_schema

MONEY = "{ amount currency }"
LINE = (
    "{ kind description periodStartsOn periodEndsOn quantity fraction { numerator denominator } "
    f"unitPrice {MONEY} price {MONEY} unitCost {MONEY} cost {MONEY} }}"
)
WHOLE_GRAPH = f"""query($id: ID!) {{ customer(by: {{id: $id}}) {{
  name currency billing {{ billOnOrderDay billingDay policy {{ prorationUnit refundWindowDays }} }}
  members {{ edges {{ node {{ id name email }} }} }}
  contracts {{ edges {{ node {{ id reference title startsOn endsOn status }} }} }}
  invoices {{ edges {{ node {{ number status price {MONEY} cost {MONEY} lines {LINE} }} }} }}
  subscriptions(filter: {{planCode: "business"}}) {{ edges {{ node {{
    reference status quantity autoRenewal purchasedOn trialEndsOn endedOn settings version
    customer {{ id }} plan {{ id code addOns {{ code prices {{ cycle price {MONEY} cost {MONEY} }} }} }}
    billingModel {{ cycle multiplier }} term {{ number startsOn endsOn }}
    price {MONEY} cost {MONEY}
    addOns {{ id code quantity status changes {{ source quantityBefore quantityAfter effectiveOn }} }}
    numbers {{ edges {{ node {{ id e164 skuCode subscription {{ id }} }} }} }}
    assignees {{ edges {{ node {{ id }} }} }}
    contract {{ id }}
    scheduledChanges {{ id action effectiveOn status summary addOn {{ id }} }}
    actions {{ action allowed reason {{ code }} }}
    nextRenewal {{ on term {{ number startsOn endsOn }} price {MONEY} cost {MONEY} lines {LINE} }}
    history {{ edges {{ node {{ action actor summary subscription {{ id }} lines {LINE}
      changes {{ field before after }} }} }} }}
    invoices {{ edges {{ node {{ id }} }} }}
    provisioning {{ edges {{ node {{ kind status attempts payload }} }} }}
  }} }} }}
}} }}"""


def nodes(connection: Json) -> list[Json]:
    return [edge["node"] for edge in connection["edges"]]


@pytest.fixture(scope="module")
async def customer(sample: SamplePartner) -> Json:
    """The first customer with all that hangs on it."""
    found: Json = (await sample.admin.ask(WHOLE_GRAPH, id=sample.customers[0].id))["customer"]
    return found


@pytest.fixture(scope="module")
def subscription(customer: Json) -> Json:
    [found] = nodes(customer["subscriptions"])
    return found


async def test_customer_shows_members_contracts_and_billing(sample: SamplePartner, customer: Json) -> None:
    ids = sample.customers[0].ids
    assert (customer["name"], customer["currency"]) == ("Customer 00", "USD")
    assert customer["billing"]["policy"] == {"prorationUnit": "CALENDAR_MONTH", "refundWindowDays": 14}
    assert nodes(customer["members"]) == [
        {"id": ids["Member"], "name": "Member 00", "email": "m0@example.com"}
    ]
    [contract] = nodes(customer["contracts"])
    assert (contract["id"], contract["title"], contract["status"]) == (ids["Contract"], "Frame 00", "ACTIVE")


async def test_a_subscription_shows_what_it_holds(sample: SamplePartner, subscription: Json) -> None:
    ids = sample.customers[0].ids
    assert subscription["customer"]["id"] == ids["Customer"]
    assert subscription["plan"]["id"] == ids["Plan"]
    assert subscription["contract"] == {"id": ids["Contract"]}
    [number] = nodes(subscription["numbers"])
    assert number == {
        "id": ids["PhoneNumber"],
        "e164": "+6590000000",
        "skuCode": "local",
        "subscription": {"id": ids["CustomerSubscription"]},
    }
    assert nodes(subscription["assignees"]) == [{"id": ids["Member"]}]
    [add_on] = subscription["addOns"]
    assert (add_on["id"], add_on["code"], add_on["quantity"]) == (ids["AddOn"], "storage", 2)
    assert add_on["changes"] == [
        {"source": "ORDER", "quantityBefore": 0, "quantityAfter": 2, "effectiveOn": "2020-11-16"}
    ]
    assert subscription["settings"] == {"language": "en"}


async def test_a_subscription_shows_where_it_stands(subscription: Json) -> None:
    assert (subscription["status"], subscription["version"]) == ("ACTIVE", 2)
    assert subscription["term"] == {"number": 1, "startsOn": "2020-11-16", "endsOn": "2021-11-15"}
    assert subscription["billingModel"] == {"cycle": "YEARLY", "multiplier": 1}
    # Business 740.00 + 2 x storage 12.00 + a number 24.00; costs 730.00 + 2 x 6.00 + 11.11
    assert subscription["price"] == {"amount": "788.00", "currency": "USD"}
    assert subscription["cost"] == {"amount": "753.11", "currency": "USD"}
    allowed = {row["action"]: row["allowed"] for row in subscription["actions"]}
    assert (allowed["CHANGE_PLAN"], allowed["TERMINATE"]) == (True, True)


async def test_the_next_renewal_applies_scheduled_changes(sample: SamplePartner, subscription: Json) -> None:
    [change] = subscription["scheduledChanges"]
    assert (change["action"], change["status"]) == ("CANCEL_ADD_ON", "PENDING")
    assert change["addOn"]["id"] == sample.customers[0].ids["AddOn"]
    renewal = subscription["nextRenewal"]
    assert renewal["on"] == change["effectiveOn"] == "2021-11-16"
    assert renewal["term"] == {"number": 2, "startsOn": "2021-11-16", "endsOn": "2022-11-15"}
    assert renewal["price"]["amount"] == "764.00"
    assert [line["kind"] for line in renewal["lines"]] == ["RENEWAL", "RENEWAL"]


async def test_history_is_newest_first_with_lines(subscription: Json) -> None:
    changed, created = nodes(subscription["history"])
    assert (changed["action"], created["action"]) == ("CHANGE_PLAN", "CREATE")
    assert changed["actor"] == "partner_admin"
    assert changed["changes"] == [{"field": "plan", "before": "professional", "after": "business"}]
    assert [line["price"]["amount"] for line in changed["lines"]] == ["370.00"]
    assert [line["price"]["amount"] for line in created["lines"]] == ["370.00", "24.00", "24.00"]


async def test_invoices_and_provisioning_follow_the_actions(customer: Json, subscription: Json) -> None:
    issued = nodes(customer["invoices"])
    assert {invoice["status"] for invoice in issued} == {"ISSUED"}
    assert [invoice["price"]["amount"] for invoice in issued] == ["370.00", "60.00", "418.00"]
    assert len(nodes(subscription["invoices"])) == 2
    events = nodes(subscription["provisioning"])
    assert [(action["kind"], action["status"]) for action in events] == [
        ("CHANGE_PLAN", "PENDING"),
        ("ACTIVATE", "PENDING"),
    ]


async def test_money_has_digits_and_code_of_its_currency(subscription: Json) -> None:
    [business] = [p for p in subscription["plan"]["addOns"] if p["code"] == "storage"]
    assert business["prices"] == [
        {
            "cycle": "YEARLY",
            "price": {"amount": "12.00", "currency": "USD"},
            "cost": {"amount": "6.00", "currency": "USD"},
        }
    ]


def _node_types() -> list[str]:
    schema = default_schema()._schema
    interface: Any = schema.type_map["Node"]
    return sorted(kind.name for kind in schema.get_possible_types(interface))


@pytest.mark.parametrize("typename", _node_types())
async def test_every_type_of_node_is_found_by_its_id(sample: SamplePartner, typename: str) -> None:
    expected = sample.customers[0].ids[typename]
    data = await sample.admin.ask("query($id: ID!) { node(id: $id) { __typename id } }", id=expected)
    assert data["node"] == {"__typename": typename, "id": expected}


async def test_nodes_keep_order_with_null_for_unknown(
    sample: SamplePartner,
) -> None:
    ids = [*sample.customers[1].ids.values(), foreign_id("Plan"), foreign_id("Sku"), sample.customers[0].id]
    data = await sample.admin.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    known = len(sample.customers[1].ids)
    assert [n and n["id"] for n in data["nodes"]] == [*ids[:known], None, None, ids[-1]]


async def test_customer_and_subscription_are_found_by_keys(sample: SamplePartner) -> None:
    customer = sample.customers[0]
    data = await sample.admin.ask(
        "query($c: ID!, $s: ID!) { customer(by: {id: $c}) { id orgUuid } "
        "subscription(by: {id: $s}) { id reference } }",
        c=customer.id,
        s=customer.subscription,
    )
    again = await sample.admin.ask(
        "query($o: UUID!, $r: String!) { customer(by: {orgUuid: $o}) { id orgUuid } "
        "subscription(by: {reference: $r}) { id reference } }",
        o=data["customer"]["orgUuid"],
        r=data["subscription"]["reference"],
    )
    assert again == data
    assert again["subscription"]["reference"].startswith("S-")


async def test_an_unknown_key_is_null(sample: SamplePartner) -> None:
    data = await sample.admin.ask(
        "query($c: ID!, $s: ID!) { a: customer(by: {id: $c}) { id } b: subscription(by: {id: $s}) { id } "
        'c: customer(by: {orgUuid: "00000000-0000-0000-0000-000000000000"}) { id } '
        'd: subscription(by: {reference: "S-999999"}) { id } }',
        c=foreign_id("Customer"),
        s=foreign_id("CustomerSubscription"),
    )
    assert data == dict.fromkeys("abcd")


@pytest.mark.parametrize("role", Role)
async def test_the_viewer_sees_itself_and_its_today(sample: SamplePartner, role: Role) -> None:
    caller = sample.api.as_role(role, sample.partner, sample.customers[0].id)
    viewer = (await caller.ask("{ viewer { role name partner { id sandbox } customer { id } now } }"))[
        "viewer"
    ]
    assert (viewer["role"], viewer["name"]) == (role, role.lower())
    if role is Role.PLATFORM_OPERATOR:
        assert (viewer["partner"], viewer["customer"]) == (None, None)
        return
    assert viewer["partner"] == {"id": sample.partner, "sandbox": True}
    assert viewer["now"] == "2021-06-16T01:00:00+00:00"
    of_customer = role in {Role.CUSTOMER_ADMIN, Role.CUSTOMER_MEMBER}
    assert viewer["customer"] == ({"id": sample.customers[0].id} if of_customer else None)


async def test_products_come_with_their_plans_by_rank(sample: SamplePartner) -> None:
    data = await sample.admin.ask("{ products { edges { node { code plans { code rank } } } } }")
    assert nodes(data["products"]) == [
        {"code": "fax", "plans": [{"code": "fax-basic", "rank": 1}]},
        {"code": "phone", "plans": [{"code": "professional", "rank": 1}, {"code": "business", "rank": 2}]},
    ]


async def test_available_numbers_are_those_in_stock(sample: SamplePartner) -> None:
    query = "query($sku: String) { availableNumbers(skuCode: $sku, first: 100) { edges { node { e164 } } } }"
    for sku, expected in ((None, list(FREE_NUMBERS)), ("local", list(FREE_NUMBERS)), ("mobile", [])):
        data = await sample.admin.ask(query, sku=sku)
        assert [number["e164"] for number in nodes(data["availableNumbers"])] == expected
