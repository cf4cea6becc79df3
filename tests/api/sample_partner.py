"""A partner with one of everything, for tests that read."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.lifecycle import Action
from domain.principal import SYSTEM, Role
from domain.subscription import ScheduledStatus
from models.engine import new_id, partner_transaction
from models.store.unit_of_work import writing
from models.tables import assignee, scheduled_change
from resolvers.ids import key_of, to_global_id
from tests.api.client import PHONE_PLANS, Api, Caller, Json, a_customer, a_partner, yearly
from webhooks.dispatch import dispatch

AT_ONCE = 8
FREE_NUMBERS = tuple(f"+6591{n:06d}" for n in range(25))


@dataclass(frozen=True)
class SampleCustomer:
    """A customer with one of everything. Global ids by type, the partner's included."""

    ids: dict[str, str]

    @property
    def id(self) -> str:
        return self.ids["Customer"]

    @property
    def subscription(self) -> str:
        return self.ids["CustomerSubscription"]


@dataclass(frozen=True)
class SamplePartner:
    """A partner with its customers; its clock is at 16 Jun 2021."""

    api: Api
    partner: str
    admin: Caller
    customers: tuple[SampleCustomer, ...]

    def side_of(self, customer: SampleCustomer, role: Role = Role.CUSTOMER_ADMIN) -> Caller:
        return self.api.as_role(role, self.partner, customer.id)

    @property
    def staff(self) -> Caller:
        return self.api.as_role(Role.PARTNER_STAFF, self.partner)

    @property
    def platform(self) -> Caller:
        return self.api.as_role(Role.PLATFORM_OPERATOR)


async def a_sample_partner(api: Api, engine: AsyncEngine, customers: int, **values: Any) -> SamplePartner:
    partner_id = await a_partner(api, **values)
    admin = api.as_role(Role.PARTNER_ADMIN, partner_id)
    product = await admin.made("saveProduct", PHONE_PLANS, "product { id }")
    await admin.made("saveProduct", FAX_PLANS, "product { id }")
    await admin.made(
        "saveSku", {"code": "local", "name": "Local", "prices": yearly("24.00", "11.11")}, "sku { code }"
    )
    hook = {"url": "https://example.com/hook"}
    made = await admin.made("registerWebhookEndpoint", hook, "endpoint { id }")
    common = {
        "Partner": partner_id,
        "Product": product["product"]["id"],
        "WebhookEndpoint": made["endpoint"]["id"],
    }
    await admin.made("addNumbers", {"skuCode": "local", "e164": list(FREE_NUMBERS)}, "numbers { id }")
    turns = asyncio.Semaphore(AT_ONCE)

    async def made_customer(number: int) -> SampleCustomer:
        async with turns:
            return await a_sample_customer(admin, engine, number, common)

    sample_customers = await asyncio.gather(*(made_customer(number) for number in range(customers)))
    now = datetime(2021, 6, 16, tzinfo=UTC)
    async with writing(engine, key_of(partner_id, "Partner"), SYSTEM, lambda: now) as tx:
        await dispatch(tx, now)
    return SamplePartner(api, partner_id, admin, tuple(sample_customers))


FAX_PLANS = {
    "code": "fax",
    "name": "Fax",
    "plans": [{"code": "fax-basic", "name": "Fax basic", "rank": 1, "prices": yearly("60.00", "33.33")}],
}


async def a_sample_customer(
    admin: Caller, engine: AsyncEngine, number: int, common: dict[str, str]
) -> SampleCustomer:
    """`Customer 00` and so on, with one subscription that has everything and one that has nothing."""
    customer = await a_customer(admin, name=f"Customer {number:02}", billOnOrderDay=number % 2 == 0)
    belongings = await _belongings(admin, customer, number)
    everything = {
        "customerId": customer,
        "planCode": "professional",
        "cycle": "YEARLY",
        "startsOn": "2020-11-16",
        "addOns": [{"code": "storage", "quantity": 2}],
        "numberIds": [belongings["PhoneNumber"]],
        "contractId": belongings["Contract"],
        "settings": {"language": "en"},
    }
    bare = {"customerId": customer, "planCode": "fax-basic", "cycle": "YEARLY", "startsOn": "2021-03-01"}
    sold = await admin.ask(SELL, everything=everything, bare=bare | {"autoRenewal": False})
    subscription = sold["everything"]["subscription"]["id"]
    upgrade = {"subscriptionId": subscription, "planCode": "business", "idempotencyKey": f"customer {number}"}
    below = (await admin.made("changePlan", upgrade, BELOW))["subscription"]
    ids = common | belongings | _ids_of(below) | {"Customer": customer}
    return SampleCustomer(ids | {"ScheduledChange": await _assign_and_schedule(engine, ids)})


BELONGINGS = """mutation(
  $person: CreateMemberInput!, $paper: CreateContractInput!, $stock: AddNumbersInput!
) {
  createMember(input: $person) { member { id } }
  createContract(input: $paper) { contract { id } }
  addNumbers(input: $stock) { numbers { id } }
}"""
SELL = """mutation($everything: CreateSubscriptionInput!, $bare: CreateSubscriptionInput!) {
  everything: createSubscription(input: $everything) { subscription { id } }
  bare: createSubscription(input: $bare) { subscription { id } }
}"""
BELOW = """subscription { id plan { id } addOns { id }
  history(first: 1) { edges { node { id } } }
  invoices(first: 1) { edges { node { id } } }
  provisioning(first: 1) { edges { node { id } } }
}"""


async def _belongings(admin: Caller, customer: str, number: int) -> dict[str, str]:
    made = await admin.ask(
        BELONGINGS,
        person={"customerId": customer, "name": f"Member {number:02}", "email": f"m{number}@example.com"},
        paper={"customerId": customer, "title": f"Frame {number:02}", "startsOn": "2020-01-01"},
        stock={"skuCode": "local", "e164": [f"+6590{number:06d}"]},
    )
    return {
        "Member": made["createMember"]["member"]["id"],
        "Contract": made["createContract"]["contract"]["id"],
        "PhoneNumber": made["addNumbers"]["numbers"][0]["id"],
    }


def _ids_of(subscription: Json) -> dict[str, str]:
    pages = {"HistoryRecord": "history", "Invoice": "invoices", "ProvisioningAction": "provisioning"}
    return {
        "CustomerSubscription": subscription["id"],
        "Plan": subscription["plan"]["id"],
        "AddOn": subscription["addOns"][0]["id"],
    } | {name: subscription[page]["edges"][0]["node"]["id"] for name, page in pages.items()}


async def _assign_and_schedule(engine: AsyncEngine, ids: dict[str, str]) -> str:
    """The id of the change. Written to the tables directly, to test reading only."""
    keys = {name: key_of(ids[name], name) for name in ("Partner", "CustomerSubscription", "Member", "AddOn")}
    own = {"partner_id": keys["Partner"], "subscription_id": keys["CustomerSubscription"]}
    change: Json = {
        "id": new_id(),
        "add_on_id": keys["AddOn"],
        "action": Action.CANCEL_ADD_ON,
        "effective_on": date(2021, 11, 16),
        "status": ScheduledStatus.PENDING,
        "summary": "Cancel Storage.",
        "created_at": datetime(2021, 6, 16, tzinfo=UTC),
    }
    async with partner_transaction(engine, keys["Partner"]) as connection:
        await connection.execute(insert(assignee), own | {"member_id": keys["Member"]})
        await connection.execute(insert(scheduled_change), own | change)
    return to_global_id("ScheduledChange", change["id"])


def foreign_id(typename: str) -> str:
    """A valid id of nothing."""
    return to_global_id(typename, new_id())
