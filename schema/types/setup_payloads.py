"""Payloads of the set-up mutations: what was made or changed, or why nothing was."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from resolvers import edges
from schema.fields import payload_row, payload_rows
from schema.types.catalogue import Product, Sku
from schema.types.errors import Refusable
from schema.types.parties import Contract, Customer, Member, Partner
from schema.types.subscription import PhoneNumber


@strawberry.type(description="The saved partner, or why the action is refused.")
class PartnerPayload(Refusable):
    partner: Partner | None = strawberry.field(description="Null if the action is refused.")


@strawberry.type(description="The saved product, or why the action is refused.")
class ProductPayload(Refusable):
    key: strawberry.Private[UUID | None]
    product: Product | None = payload_row(edges.PRODUCT, "Null if the action is refused.")


@strawberry.type(description="The saved SKU, or why the action is refused.")
class SkuPayload(Refusable):
    key: strawberry.Private[str | None]
    sku: Sku | None = payload_row(edges.SKU, "Null if the action is refused.")


@strawberry.type(description="The new numbers in stock, or why none is added.")
class AddNumbersPayload(Refusable):
    keys: strawberry.Private[Sequence[UUID]]
    numbers: list[PhoneNumber] = payload_rows(edges.NUMBER, "In the order of the input. Empty if refused.")


@strawberry.type(description="The saved customer, or why the action is refused.")
class CustomerPayload(Refusable):
    key: strawberry.Private[UUID | None]
    customer: Customer | None = payload_row(edges.CUSTOMER, "Null if the action is refused.")


@strawberry.type(description="The new member, or why the action is refused.")
class MemberPayload(Refusable):
    key: strawberry.Private[UUID | None]
    member: Member | None = payload_row(edges.MEMBER, "Null if the action is refused.")


@strawberry.type(description="The saved contract, or why the action is refused.")
class ContractPayload(Refusable):
    key: strawberry.Private[UUID | None]
    contract: Contract | None = payload_row(edges.CONTRACT, "Null if the action is refused.")


@strawberry.type(description="The new time of a sandbox, and what was carried out on the way.")
class AdvanceClockPayload(Refusable):
    now: datetime | None = strawberry.field(description="The current time of the sandbox. Null if refused.")
    renewed: int = strawberry.field(default=0, description="Terms that were opened.")
    applied: int = strawberry.field(default=0, description="Scheduled changes that were carried out.")
    expired: int = strawberry.field(default=0, description="Subscriptions that expired.")
    invoices_issued: int = strawberry.field(default=0, description="PENDING invoices that were issued.")
