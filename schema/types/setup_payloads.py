"""Payloads of the set-up mutations: what was made or changed, or why nothing was."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from resolvers import edges
from schema.fields import all_made, made
from schema.types.catalogue import Product, Sku
from schema.types.errors import Refusable
from schema.types.parties import Contract, Customer, Member, Partner
from schema.types.subscription import PhoneNumber


@strawberry.type(description="The partner as it stands now, or why nothing was done.")
class PartnerPayload(Refusable):
    partner: Partner | None = strawberry.field(description="Null where `userErrors` says why.")


@strawberry.type(description="The product as it is sold now, or why nothing was done.")
class ProductPayload(Refusable):
    key: strawberry.Private[UUID | None]
    product: Product | None = made(edges.PRODUCT, "Null where `userErrors` says why.")


@strawberry.type(description="The kind of number as it is sold now, or why nothing was done.")
class SkuPayload(Refusable):
    key: strawberry.Private[str | None]
    sku: Sku | None = made(edges.SKU, "Null where `userErrors` says why.")


@strawberry.type(description="The numbers that are in stock now, or why none of them is.")
class AddNumbersPayload(Refusable):
    keys: strawberry.Private[Sequence[UUID]]
    numbers: list[PhoneNumber] = all_made(
        edges.NUMBER, "In the order of the input; empty where `userErrors` says why."
    )


@strawberry.type(description="The customer as it stands now, or why nothing was done.")
class CustomerPayload(Refusable):
    key: strawberry.Private[UUID | None]
    customer: Customer | None = made(edges.CUSTOMER, "Null where `userErrors` says why.")


@strawberry.type(description="The new member, or why there is none.")
class MemberPayload(Refusable):
    key: strawberry.Private[UUID | None]
    member: Member | None = made(edges.MEMBER, "Null where `userErrors` says why.")


@strawberry.type(description="The contract as it stands now, or why nothing was done.")
class ContractPayload(Refusable):
    key: strawberry.Private[UUID | None]
    contract: Contract | None = made(edges.CONTRACT, "Null where `userErrors` says why.")


@strawberry.type(description="Where a sandbox's clock stands, and what was done on the way.")
class AdvanceClockPayload(Refusable):
    now: datetime | None = strawberry.field(
        description="Where the clock stands; null where `userErrors` says why it was not moved."
    )
    renewed: int = strawberry.field(default=0, description="Terms that were opened.")
    applied: int = strawberry.field(default=0, description="Scheduled changes that were carried out.")
    expired: int = strawberry.field(default=0, description="Subscriptions that expired.")
    invoices_issued: int = strawberry.field(default=0, description="PENDING invoices that were issued.")
