"""What the set-up mutations answer: the thing made, or why not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from resolvers import edges
from schema.fields import all_made, made
from schema.types.catalogue import Product, Sku
from schema.types.errors import UserError
from schema.types.parties import Contract, Customer, Member, Partner
from schema.types.subscription import PhoneNumber


@strawberry.type
class PartnerPayload:
    partner: Partner | None
    user_errors: list[UserError]


@strawberry.type
class ProductPayload:
    key: strawberry.Private[UUID | None]
    product: Product | None = made(edges.PRODUCT)
    user_errors: list[UserError]


@strawberry.type
class SkuPayload:
    key: strawberry.Private[str | None]
    sku: Sku | None = made(edges.SKU)
    user_errors: list[UserError]


@strawberry.type
class AddNumbersPayload:
    keys: strawberry.Private[Sequence[UUID]]
    numbers: list[PhoneNumber] = all_made(edges.NUMBER)
    user_errors: list[UserError]


@strawberry.type
class CustomerPayload:
    key: strawberry.Private[UUID | None]
    customer: Customer | None = made(edges.CUSTOMER)
    user_errors: list[UserError]


@strawberry.type
class MemberPayload:
    key: strawberry.Private[UUID | None]
    member: Member | None = made(edges.MEMBER)
    user_errors: list[UserError]


@strawberry.type
class ContractPayload:
    key: strawberry.Private[UUID | None]
    contract: Contract | None = made(edges.CONTRACT)
    user_errors: list[UserError]


@strawberry.type(description="Where a sandbox's clock stands, and what was done on the way.")
class AdvanceClockPayload:
    now: datetime | None
    user_errors: list[UserError]
    renewed: int = strawberry.field(default=0, description="Terms that were opened.")
    applied: int = strawberry.field(default=0, description="Scheduled changes that were carried out.")
    expired: int = strawberry.field(default=0, description="Subscriptions that expired.")
    invoices_issued: int = strawberry.field(default=0, description="PENDING invoices that were issued.")
