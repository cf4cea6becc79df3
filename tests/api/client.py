"""A client of the API, as its users have one: GraphQL over HTTP with a bearer token."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from joserfc.jwk import OKPKey
from starlette.applications import Starlette

from domain.principal import CUSTOMER_ROLES, Principal, Role
from resolvers.ids import parse_global_id
from server.auth.tokens import mint

# Far beyond any clock a test passes in; tokens do not expire in tests that are not about that.
ISSUED_AT, DAYS = 0, 365_000

Json = dict[str, Any]


@dataclass(frozen=True)
class Api:
    client: httpx.AsyncClient
    key: OKPKey

    def as_role(self, role: Role, partner: str | None = None, customer: str | None = None) -> "Caller":
        """A caller with that role; ids as the API gives them."""
        principal = Principal(
            role,
            role.lower(),
            _key(partner) if role is not Role.PLATFORM_OPERATOR else None,
            _key(customer) if role in CUSTOMER_ROLES else None,
        )
        return Caller(self.client, mint(self.key, principal, ISSUED_AT, DAYS))


@asynccontextmanager
async def served(app: Starlette, key: OKPKey) -> AsyncIterator[Api]:
    """The API of the application in this process. Its pools are closed at the end."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tenure") as client:
        yield Api(client, key)
    await app.state.engine.dispose()
    await app.state.listing.dispose()


def _key(text: str | None) -> UUID | None:
    return parse_global_id(text)[1] if text else None


@dataclass(frozen=True)
class Caller:
    client: httpx.AsyncClient
    token: str

    async def post(self, query: str, **variables: Any) -> Json:
        """The whole response body."""
        response = await self.send(json.dumps({"query": query, "variables": variables}))
        body: Json = response.json()
        return body

    async def send(self, content: str | bytes, **headers: str) -> httpx.Response:
        """The response to a body of any kind."""
        own = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        return await self.client.post("/graphql", content=content, headers=own | headers)

    async def ask(self, query: str, **variables: Any) -> Json:
        """The data of a request that must not have errors."""
        body = await self.post(query, **variables)
        assert "errors" not in body, body["errors"]
        data: Json = body["data"]
        return data

    async def do(self, mutation: str, data: Json, selection: str = "") -> Json:
        """The payload of the mutation with that input: its `userErrors` and `selection`."""
        kind = INPUTS.get(mutation, mutation[0].upper() + mutation[1:] + "Input")
        query = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} {ERRORS} }} }}"
        payload: Json = (await self.ask(query, input=data))[mutation]
        return payload

    async def made(self, mutation: str, data: Json, selection: str) -> Json:
        """The same for a mutation that must succeed."""
        payload = await self.do(mutation, data, selection)
        assert payload["userErrors"] == []
        return payload


ERRORS = "userErrors { code message field }"
INPUTS = {
    "updatePolicy": "BillingPolicyInput",
    "saveProduct": "ProductInput",
    "saveSku": "SkuInput",
}

LINES = (
    "lines { kind description periodStartsOn periodEndsOn quantity fraction { numerator denominator } "
    "unitPrice { amount } price { amount currency } unitCost { amount } cost { amount } }"
)
QUOTE = (
    "quote { effectiveOn price { amount } cost { amount } statusAfter termAfter { number startsOn endsOn } "
    "renewalPriceBefore { amount } renewalPriceAfter { amount } scheduledFor provisioning " + LINES + " }"
)


def yearly(price: str, cost: str) -> list[Json]:
    return [{"cycle": "YEARLY", "price": price, "cost": cost}]


PHONE_PLANS: Json = {
    "code": "phone",
    "name": "Phone",
    "plans": [
        {
            "code": "professional",
            "name": "Professional",
            "rank": 1,
            "prices": [*yearly("370.00", "365.00"), {"cycle": "MONTHLY", "price": "37.00", "cost": "36.50"}],
            "addOns": [
                {"code": "storage", "name": "Storage", "prices": yearly("12.00", "6.00")},
                {"code": "recording", "name": "Recording", "prices": yearly("24.00", "12.00")},
            ],
        },
        {
            "code": "business",
            "name": "Business",
            "rank": 2,
            "prices": [*yearly("740.00", "730.00"), {"cycle": "MONTHLY", "price": "74.00", "cost": "73.00"}],
            "addOns": [{"code": "storage", "name": "Storage", "prices": yearly("12.00", "6.00")}],
        },
    ],
}


@dataclass(frozen=True)
class World:
    """A partner with the article's catalogue, its clock on 16 Jun 2021; ids as the API gives them."""

    api: Api
    partner: str
    customer: str
    admin: Caller
    subscription: str

    @property
    def staff(self) -> Caller:
        return self.api.as_role(Role.PARTNER_STAFF, self.partner)

    @property
    def customer_admin(self) -> Caller:
        return self.api.as_role(Role.CUSTOMER_ADMIN, self.partner, self.customer)


async def a_partner(api: Api, **values: Any) -> str:
    """The id of a new sandbox partner."""
    operator = api.as_role(Role.PLATFORM_OPERATOR)
    data = {"name": "Acme", "currency": "USD", "clock": "2021-06-16T09:00:00+08:00"} | values
    return str((await operator.made("createPartner", data, "partner { id }"))["partner"]["id"])


async def a_customer(admin: Caller, **values: Any) -> str:
    data = {"name": "Customer", "timeZone": "Asia/Singapore"} | values
    return str((await admin.made("createCustomer", data, "customer { id }"))["customer"]["id"])


async def a_subscription(admin: Caller, customer: str, **values: Any) -> str:
    """The article's, unless `values` say otherwise: Professional, yearly, bought on 16 Nov 2020."""
    data = {"customerId": customer, "planCode": "professional", "cycle": "YEARLY", "startsOn": "2020-11-16"}
    made = await admin.made("createSubscription", data | values, "subscription { id }")
    return str(made["subscription"]["id"])


async def a_world(api: Api, **partner: Any) -> World:
    partner_id = await a_partner(api, **partner)
    admin = api.as_role(Role.PARTNER_ADMIN, partner_id)
    await admin.made("saveProduct", PHONE_PLANS, "product { id }")
    customer = await a_customer(admin)
    return World(api, partner_id, customer, admin, await a_subscription(admin, customer))
