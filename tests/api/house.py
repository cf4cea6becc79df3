"""A partner with something of everything: what tests that read look at."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.lifecycle import Action
from domain.state import ScheduledStatus
from models.engine import new_id, partner_transaction
from models.tables import assignee, scheduled_change
from resolvers.auth import Role
from resolvers.ids import key_of, to_global_id
from tests.api.client import PHONE_PLANS, Api, Caller, Json, a_customer, a_partner, a_subscription, yearly

AT_ONCE = 8
FREE_NUMBERS = tuple(f"+6591{n:06d}" for n in range(25))


@dataclass(frozen=True)
class Room:
    """One customer with something of everything; ids as the API gives them, by type."""

    number: int
    ids: dict[str, str]

    @property
    def customer(self) -> str:
        return self.ids["Customer"]

    @property
    def subscription(self) -> str:
        return self.ids["CustomerSubscription"]


@dataclass(frozen=True)
class House:
    """A partner with its customers; the clock stands on 16 Jun 2021."""

    api: Api
    partner: str
    admin: Caller
    rooms: tuple[Room, ...]

    def side_of(self, room: Room, role: Role = Role.CUSTOMER_ADMIN) -> Caller:
        return self.api.as_role(role, self.partner, room.customer)

    @property
    def staff(self) -> Caller:
        return self.api.as_role(Role.PARTNER_STAFF, self.partner)


async def a_house(api: Api, engine: AsyncEngine, customers: int, **partner: Any) -> House:
    partner_id = await a_partner(api, **partner)
    admin = api.as_role(Role.PARTNER_ADMIN, partner_id)
    await admin.made("saveProduct", PHONE_PLANS, "product { id }")
    await admin.made("saveProduct", FAX_PLANS, "product { id }")
    await admin.made(
        "saveSku", {"code": "local", "name": "Local", "prices": yearly("24.00", "11.11")}, "sku { code }"
    )
    house = House(api, partner_id, admin, ())
    await _numbers(admin, *FREE_NUMBERS)
    turns = asyncio.Semaphore(AT_ONCE)

    async def furnished(number: int) -> Room:
        async with turns:
            return await a_room(house, engine, number)

    rooms = await asyncio.gather(*(furnished(number) for number in range(customers)))
    return House(api, partner_id, admin, tuple(rooms))


FAX_PLANS = {
    "code": "fax",
    "name": "Fax",
    "plans": [{"code": "fax-basic", "name": "Fax basic", "rank": 1, "prices": yearly("60.00", "33.33")}],
}


async def a_room(house: House, engine: AsyncEngine, number: int) -> Room:
    """The customer `Customer 00` and so on: with a subscription that has everything, and a bare one."""
    admin = house.admin
    customer = await a_customer(admin, name=f"Customer {number:02}", billOnOrderDay=number % 2 == 0)
    [phone] = await _numbers(admin, f"+6590{number:06d}")
    person = {"customerId": customer, "name": f"Member {number:02}", "email": f"m{number}@example.com"}
    member = (await admin.made("createMember", person, "member { id }"))["member"]["id"]
    paper = {"customerId": customer, "title": f"Frame {number:02}", "startsOn": "2020-01-01"}
    contract = (await admin.made("createContract", paper, "contract { id }"))["contract"]["id"]
    everything = {
        "addOns": [{"code": "storage", "quantity": 2}],
        "numberIds": [phone],
        "contractId": contract,
        "settings": {"language": "en"},
    }
    subscription = await a_subscription(admin, customer, **everything)
    await a_subscription(admin, customer, planCode="fax-basic", startsOn="2021-03-01", autoRenewal=False)
    upgrade = {"subscriptionId": subscription, "planCode": "business", "idempotencyKey": f"room {number}"}
    await admin.made("changePlan", upgrade, "record { id }")
    known = {"Customer": customer, "Member": member, "Contract": contract, "PhoneNumber": phone}
    found = await _ids_below(admin, subscription)
    await _assign_and_schedule(engine, house.partner, subscription, member, found["AddOn"])
    [change] = (await admin.ask(CHANGES, id=subscription))["subscription"]["scheduledChanges"]
    return Room(number, found | known | {"ScheduledChange": change["id"], "Partner": house.partner})


async def _numbers(admin: Caller, *e164: str) -> list[str]:
    made = await admin.made("addNumbers", {"skuCode": "local", "e164": list(e164)}, "numbers { id }")
    return [number["id"] for number in made["numbers"]]


CHANGES = "query($id: ID!) { subscription(by: {id: $id}) { scheduledChanges { id } } }"
BELOW = """query($id: ID!) {
  products(first: 1) { edges { node { id } } }
  subscription(by: {id: $id}) {
    id plan { id } addOns { id }
    history(first: 1) { edges { node { id } } }
    invoices(first: 1) { edges { node { id } } }
    provisioning(first: 1) { edges { node { id } } }
  }
}"""


async def _ids_below(admin: Caller, subscription: str) -> dict[str, str]:
    data = await admin.ask(BELOW, id=subscription)
    below: Json = data["subscription"]
    pages = {
        "Product": data["products"],
        "HistoryRecord": below["history"],
        "Invoice": below["invoices"],
        "ProvisioningAction": below["provisioning"],
    }
    own = {
        "CustomerSubscription": subscription,
        "Plan": below["plan"]["id"],
        "AddOn": below["addOns"][0]["id"],
    }
    return own | {name: page["edges"][0]["node"]["id"] for name, page in pages.items()}


async def _assign_and_schedule(
    engine: AsyncEngine, partner: str, subscription: str, member: str, add_on: str
) -> None:
    """Written straight to the tables, so that reading is tested whatever actions there are."""
    own = {
        "partner_id": key_of(partner, "Partner"),
        "subscription_id": key_of(subscription, "CustomerSubscription"),
    }
    change = {
        "id": new_id(),
        "add_on_id": key_of(add_on, "AddOn"),
        "action": Action.CANCEL_ADD_ON,
        "effective_on": date(2021, 11, 16),
        "status": ScheduledStatus.PENDING,
        "summary": "Cancel Storage.",
        "created_at": datetime(2021, 6, 16, tzinfo=UTC),
    }
    async with partner_transaction(engine, own["partner_id"]) as connection:
        await connection.execute(insert(assignee), own | {"member_id": key_of(member, "Member")})
        await connection.execute(insert(scheduled_change), own | change)


def foreign_id(typename: str) -> str:
    """An id of the right form that names nothing."""
    return to_global_id(typename, new_id())
