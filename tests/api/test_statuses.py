"""Every action in every status, as a client meets it: the table of section 4 of the rules."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.client import Api, Json, World, a_customer, a_world, yearly
from tests.api.database import images

YES = None
NO_TRIAL, NOT_NOW, ENDED = "TRIAL_NOT_ALLOWED", "NOT_ALLOWED_IN_STATUS", "ALREADY_ENDED"

STATUSES = ["TRIAL", "ACTIVE", "PENDING_FOR_CANCEL", "CANCELED", "EXPIRED", "TERMINATED"]
TABLE = {
    #                           TRIAL    ACTIVE PENDING  CANCELED EXPIRED TERMINATED
    "ASSIGN_MEMBERS":          (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "UNASSIGN_MEMBERS":        (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "LINK_CONTRACT":           (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "UNLINK_CONTRACT":         (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "UPDATE_SETTINGS":         (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "TERMINATE":               (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "CHANGE_PLAN":             (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "CHANGE_ADD_ONS":          (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "CANCEL_ADD_ON":           (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "CHANGE_NUMBERS":          (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "CHANGE_QUANTITY":         (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "CHANGE_OWNERSHIP":        (NO_TRIAL, YES, NOT_NOW,  ENDED, ENDED, ENDED),
    "CHANGE_BILLING_MODEL":    (YES,      YES, NOT_NOW,  ENDED, ENDED, ENDED),
    "SET_AUTO_RENEWAL":        (YES,      YES, NOT_NOW,  ENDED, ENDED, ENDED),
    "EXTEND":                  (NOT_NOW,  YES, NOT_NOW,  ENDED, ENDED, ENDED),
    "CANCEL":                  (YES,      YES, YES,      ENDED, ENDED, ENDED),
    "REVOKE_SCHEDULED_CHANGE": (YES,      YES, YES,      ENDED, ENDED, ENDED),
}  # fmt: skip
CELLS = [
    (action, status, code)
    for action, row in TABLE.items()
    for status, code in zip(STATUSES, row, strict=True)
]
TAKEN = [(action, status) for action, status, code in CELLS if code is YES]
REFUSED = [cell for cell in CELLS if cell[2] is not YES]
AT_PERIOD_END_WHEN_PENDING = {
    "CHANGE_ADD_ONS": NOT_NOW,
    "CANCEL_ADD_ON": NOT_NOW,
    "CHANGE_QUANTITY": NOT_NOW,
    "CANCEL": "ALREADY_SCHEDULED",
}

NOW = {"at": "IMMEDIATE"}
AT_END = {"at": "END_OF_BILLING_PERIOD"}
A_PAST_DAY = {"at": "SPECIFIC_DATE", "date": "2021-06-15"}


@dataclass
class Stage:
    """A partner with all that a subscription may hold; the clock stands on 17 Jun 2021."""

    world: World
    other: str
    members: list[str]
    contracts: list[str]
    numbers: list[str]
    exhibits: dict[str, "Exhibit"]

    async def does(self, exhibit: "Exhibit", action: str, **values: Any) -> list[str]:
        """Takes the action, with a key of its own, which a refusal must not keep; the codes it meets."""
        mutation, data = self._request(exhibit, action)
        data |= values | {"idempotencyKey": f"{action} {exhibit.subscription} {values}"}
        payload = await self.world.admin.do(mutation, data)
        return [error["code"] for error in payload["userErrors"]]

    def _request(self, on: "Exhibit", action: str) -> tuple[str, Json]:
        """The mutation and what a person might ask of it."""
        own = {"subscriptionId": on.subscription}
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

    async def sold(self, status: str) -> "Exhibit":
        """Another one in that status, of those that are brought about at once."""
        return await _sold(self, status, trialDays=30 if status == "TRIAL" else 0, startsOn="2021-06-01")

    async def stands(self, exhibit: "Exhibit") -> Json:
        """Its status, and each action with the code that the page is told."""
        query = (
            "query($id: ID!) { subscription(by: {id: $id}) "
            "{ status actions { action allowed reason { code } } } }"
        )
        found: Json = (await self.world.admin.ask(query, id=exhibit.subscription))["subscription"]
        assert all(row["allowed"] is (row["reason"] is None) for row in found["actions"])
        told = {row["action"]: row["reason"] and row["reason"]["code"] for row in found["actions"]}
        return {"status": found["status"], "actions": told}


@dataclass(frozen=True)
class Exhibit:
    """A subscription that holds something of everything, and had something scheduled; ids."""

    subscription: str
    add_on: str
    number: str
    scheduled: str
    renews: bool


async def a_stage(api: Api) -> Stage:
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
    stage = Stage(world, other, members, contracts, [number["id"] for number in numbers], {})
    stage.exhibits["EXPIRED"] = await _sold(stage, "EXPIRED", trialDays=1, autoRenewal=False)
    await world.admin.made("advanceClock", {"to": "2021-06-17T09:00:00+08:00"}, "now")
    for status in STATUSES:
        if status != "EXPIRED":
            stage.exhibits[status] = await stage.sold(status)
    return stage


BRINGS_ABOUT = {
    "PENDING_FOR_CANCEL": ("cancelSubscription", {"when": AT_END}),
    "CANCELED": ("cancelSubscription", {"when": NOW}),
    "TERMINATED": ("terminateSubscription", {}),
}


async def _sold(stage: Stage, status: str, **values: Any) -> Exhibit:
    admin, renews = stage.world.admin, values.get("autoRenewal", True)
    order = {
        "customerId": stage.world.customer,
        "planCode": "professional",
        "cycle": "YEARLY",
        "quantity": 3,
        "addOns": [{"code": "storage", "quantity": 2}],
        "numberIds": [stage.numbers.pop()],
        "contractId": stage.contracts[0],
    }
    wanted = "subscription { id addOns { id } }"
    sold = (await admin.made("createSubscription", order | values, wanted))["subscription"]
    own = {"subscriptionId": sold["id"]}
    await admin.made("assignMembers", own | {"memberIds": stage.members[:1]}, "")
    later = own | {"cycle": "YEARLY", "multiplier": 3}
    scheduled = await admin.made("changeBillingModel", later, "scheduledChange { id }")
    if status in BRINGS_ABOUT:
        mutation, how = BRINGS_ABOUT[status]
        await admin.made(mutation, own | how, "")
    [add_on] = sold["addOns"]
    change = scheduled["scheduledChange"]["id"]
    return Exhibit(sold["id"], add_on["id"], order["numberIds"][0], change, renews)


@pytest.fixture(scope="module")
async def stage(api: Api) -> Stage:
    """Where actions are taken."""
    return await a_stage(api)


@pytest.fixture(scope="module")
async def museum(api: Api) -> Stage:
    """Where every action is refused, so that nothing ever changes."""
    return await a_stage(api)


@pytest.mark.parametrize("status", STATUSES)
async def test_the_page_is_told_what_the_table_says(museum: Stage, status: str) -> None:
    column = {action: row[STATUSES.index(status)] for action, row in TABLE.items()}
    assert await museum.stands(museum.exhibits[status]) == {"status": status, "actions": column}


@pytest.mark.parametrize(("action", "status", "code"), REFUSED)
async def test_what_is_refused_leaves_every_table_as_it_was(
    museum: Stage, engine: AsyncEngine, action: str, status: str, code: str
) -> None:
    before = await images(engine, museum.world.partner)
    assert await museum.does(museum.exhibits[status], action) == [code]
    assert await images(engine, museum.world.partner) == before


@pytest.mark.parametrize(("action", "status"), TAKEN)
async def test_what_is_allowed_is_done(stage: Stage, action: str, status: str) -> None:
    exhibit = await stage.sold(status)
    assert (await stage.stands(exhibit))["actions"][action] is None
    assert await stage.does(exhibit, action) == []


@pytest.mark.parametrize(("action", "code"), AT_PERIOD_END_WHEN_PENDING.items())
async def test_pending_for_cancel_takes_nothing_for_term_end(
    museum: Stage, engine: AsyncEngine, action: str, code: str
) -> None:
    before = await images(engine, museum.world.partner)
    assert await museum.does(museum.exhibits["PENDING_FOR_CANCEL"], action, when=AT_END) == [code]
    assert await images(engine, museum.world.partner) == before


@pytest.mark.parametrize("action", AT_PERIOD_END_WHEN_PENDING)
async def test_pending_for_cancel_changes_for_a_past_day(stage: Stage, action: str) -> None:
    assert await stage.does(await stage.sold("PENDING_FOR_CANCEL"), action, when=A_PAST_DAY) == []
