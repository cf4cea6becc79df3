"""Every action in every status over HTTP, by the table of tests/actions/test_statuses.py. Rules §4."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.lifecycle import ENDED
from tests.actions import test_statuses as actions
from tests.api.client import Api, Json, World, a_customer, a_world, yearly
from tests.api.database import unchanged

STATUSES = [str(status) for status in (*actions.LIVE, *sorted(ENDED))]
CELLS = [(str(action), str(status), code) for action, status, code in actions.CELLS]
TAKEN = [(action, status) for action, status, code in CELLS if code is None]
REFUSED = [cell for cell in CELLS if cell[2] is not None]

NOW = {"at": "IMMEDIATE"}
AT_END = {"at": "END_OF_BILLING_PERIOD"}
A_PAST_DAY = {"at": "SPECIFIC_DATE", "date": "2021-06-15"}


@dataclass
class StatusPartner:
    """A partner with everything that a subscription can hold; its clock is at 17 Jun 2021."""

    world: World
    other: str
    members: list[str]
    contracts: list[str]
    numbers: list[str]
    subscriptions: dict[str, "SampleSubscription"]

    async def does(self, subscription: "SampleSubscription", action: str, **values: Any) -> list[str]:
        """Takes the action with a new idempotency key; the error codes."""
        mutation, data = self._request(subscription, action)
        data |= values | {"idempotencyKey": f"{action} {subscription.id} {values}"}
        payload = await self.world.admin.do(mutation, data)
        return [error["code"] for error in payload["userErrors"]]

    def _request(self, on: "SampleSubscription", action: str) -> tuple[str, Json]:
        """The mutation and a plausible input."""
        own = {"subscriptionId": on.id}
        return {
            "ASSIGN_MEMBERS": ("assignMembers", own | {"memberIds": self.members[1:]}),
            "UNASSIGN_MEMBERS": ("unassignMembers", own | {"memberIds": self.members[:1]}),
            "LINK_CONTRACT": ("linkContract", own | {"contractId": self.contracts[1]}),
            "UNLINK_CONTRACT": ("unlinkContract", own),
            "UPDATE_SETTINGS": ("updateSettings", own | {"settings": {"theme": "dark"}}),
            "TERMINATE": ("terminateSubscription", own),
            "CHANGE_PLAN": ("changePlan", own | {"planCode": "business"}),
            "CHANGE_ADD_ONS": ("changeAddOns", own | {"addOns": [{"code": "storage", "quantity": 1}]}),
            "CANCEL_ADD_ON": ("cancelAddOn", {"addOnId": on.add_on, "when": NOW}),
            "CHANGE_NUMBERS": ("changeNumbers", own | {"removeNumberIds": [on.number]}),
            "CHANGE_QUANTITY": ("changeQuantity", own | {"quantity": 2}),
            "CHANGE_OWNERSHIP": ("changeOwnership", own | {"newOwnerOrgUuid": self.other}),
            "CHANGE_BILLING_MODEL": ("changeBillingModel", own | {"cycle": "YEARLY", "multiplier": 2}),
            "SET_AUTO_RENEWAL": ("setAutoRenewal", own | {"on": not on.renews}),
            "EXTEND": ("extendSubscription", own | {"by": {"quick": {"count": 1, "cycle": "YEARLY"}}}),
            "CANCEL": ("cancelSubscription", own | {"when": NOW}),
            "REVOKE_SCHEDULED_CHANGE": ("revokeScheduledChange", {"scheduledChangeId": on.scheduled}),
        }[action]

    async def sold(self, status: str) -> "SampleSubscription":
        """A new subscription in that status, if an action sets it at once."""
        return await _sold(self, status, trialDays=30 if status == "TRIAL" else 0, startsOn="2021-06-01")

    async def state(self, subscription: "SampleSubscription") -> Json:
        """Its status, and the code of each action in `actions`."""
        query = (
            "query($id: ID!) { subscription(by: {id: $id}) "
            "{ status actions { action allowed reason { code } } } }"
        )
        found: Json = (await self.world.admin.ask(query, id=subscription.id))["subscription"]
        assert all(row["allowed"] is (row["reason"] is None) for row in found["actions"])
        codes = {row["action"]: row["reason"] and row["reason"]["code"] for row in found["actions"]}
        return {"status": found["status"], "actions": codes}


@dataclass(frozen=True)
class SampleSubscription:
    """The ids of a subscription with one of everything and a scheduled change."""

    id: str
    add_on: str
    number: str
    scheduled: str
    renews: bool


async def a_status_partner(api: Api) -> StatusPartner:
    """With one subscription in each status."""
    world = await a_world(api)
    sku = {"code": "local", "name": "Local", "prices": yearly("24.00", "11.11")}
    await world.admin.made("saveSku", sku, "sku { code }")
    stock = {"skuCode": "local", "e164": [f"+6590{number:06d}" for number in range(80)]}
    numbers = (await world.admin.made("addNumbers", stock, "numbers { id }"))["numbers"]
    other = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
    await a_customer(world.admin, orgUuid=other)
    members, contracts = [], []
    for name in ("ada", "bob"):
        person = {"customerId": world.customer, "name": name, "email": f"{name}@example.com"}
        members.append((await world.admin.made("createMember", person, "member { id }"))["member"]["id"])
        paper = {"customerId": world.customer, "title": name, "startsOn": "2020-01-01"}
        made = await world.admin.made("createContract", paper, "contract { id }")
        contracts.append(made["contract"]["id"])
    partner = StatusPartner(world, other, members, contracts, [number["id"] for number in numbers], {})
    partner.subscriptions["EXPIRED"] = await _sold(partner, "EXPIRED", trialDays=1, autoRenewal=False)
    await world.admin.made("advanceClock", {"to": "2021-06-17T09:00:00+08:00"}, "now")
    for status in STATUSES:
        if status != "EXPIRED":
            partner.subscriptions[status] = await partner.sold(status)
    return partner


SET_BY = {
    "PENDING_FOR_CANCEL": ("cancelSubscription", {"when": AT_END}),
    "CANCELED": ("cancelSubscription", {"when": NOW}),
    "TERMINATED": ("terminateSubscription", {}),
}


async def _sold(partner: StatusPartner, status: str, **values: Any) -> SampleSubscription:
    admin, renews = partner.world.admin, values.get("autoRenewal", True)
    order = {
        "customerId": partner.world.customer,
        "planCode": "professional",
        "cycle": "YEARLY",
        "quantity": 3,
        "addOns": [{"code": "storage", "quantity": 2}],
        "numberIds": [partner.numbers.pop()],
        "contractId": partner.contracts[0],
    }
    fields = "subscription { id addOns { id } }"
    sold = (await admin.made("createSubscription", order | values, fields))["subscription"]
    own = {"subscriptionId": sold["id"]}
    await admin.made("assignMembers", own | {"memberIds": partner.members[:1]}, "")
    later = own | {"cycle": "YEARLY", "multiplier": 3}
    scheduled = await admin.made("changeBillingModel", later, "scheduledChange { id }")
    if status in SET_BY:
        mutation, how = SET_BY[status]
        await admin.made(mutation, own | how, "")
    [add_on] = sold["addOns"]
    change = scheduled["scheduledChange"]["id"]
    return SampleSubscription(sold["id"], add_on["id"], order["numberIds"][0], change, renews)


@pytest.fixture(scope="module")
async def changing(api: Api) -> StatusPartner:
    """For actions that are carried out."""
    return await a_status_partner(api)


@pytest.fixture(scope="module")
async def unchanging(api: Api) -> StatusPartner:
    """For actions that are refused, so that nothing changes."""
    return await a_status_partner(api)


@pytest.mark.parametrize("status", STATUSES)
async def test_actions_of_a_subscription_follow_the_table(unchanging: StatusPartner, status: str) -> None:
    column = {action: code for action, of, code in CELLS if of == status}
    assert await unchanging.state(unchanging.subscriptions[status]) == {"status": status, "actions": column}


@pytest.mark.parametrize(("action", "status", "code"), REFUSED)
async def test_a_refused_action_changes_no_table(
    unchanging: StatusPartner, engine: AsyncEngine, action: str, status: str, code: str
) -> None:
    async with unchanged(engine, unchanging.world.partner):
        assert await unchanging.does(unchanging.subscriptions[status], action) == [code]


@pytest.mark.parametrize(("action", "status"), TAKEN)
async def test_an_allowed_action_is_done(changing: StatusPartner, action: str, status: str) -> None:
    subscription = await changing.sold(status)
    assert (await changing.state(subscription))["actions"][action] is None
    assert await changing.does(subscription, action) == []


@pytest.mark.parametrize(("action", "code"), actions.AT_PERIOD_END.items())
async def test_pending_for_cancel_takes_nothing_for_term_end(
    unchanging: StatusPartner, engine: AsyncEngine, action: str, code: str
) -> None:
    pending = unchanging.subscriptions["PENDING_FOR_CANCEL"]
    async with unchanged(engine, unchanging.world.partner):
        assert await unchanging.does(pending, action, when=AT_END) == [code]


@pytest.mark.parametrize("action", actions.AT_PERIOD_END)
async def test_pending_for_cancel_changes_for_a_past_day(changing: StatusPartner, action: str) -> None:
    assert await changing.does(await changing.sold("PENDING_FOR_CANCEL"), action, when=A_PAST_DAY) == []
