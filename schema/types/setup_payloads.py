"""What the set-up mutations answer: the thing made, or why not."""

from datetime import datetime

import strawberry

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
    product: Product | None
    user_errors: list[UserError]


@strawberry.type
class SkuPayload:
    sku: Sku | None
    user_errors: list[UserError]


@strawberry.type
class AddNumbersPayload:
    numbers: list[PhoneNumber]
    user_errors: list[UserError]


@strawberry.type
class CustomerPayload:
    customer: Customer | None
    user_errors: list[UserError]


@strawberry.type
class MemberPayload:
    member: Member | None
    user_errors: list[UserError]


@strawberry.type
class ContractPayload:
    contract: Contract | None
    user_errors: list[UserError]


@strawberry.type(description="Where a sandbox's clock stands, and what was done on the way.")
class AdvanceClockPayload:
    now: datetime | None
    user_errors: list[UserError]
    renewed: int = strawberry.field(default=0, description="Terms that were opened.")
    applied: int = strawberry.field(default=0, description="Scheduled changes that were carried out.")
    expired: int = strawberry.field(default=0, description="Subscriptions that expired.")
    invoices_issued: int = strawberry.field(default=0, description="PENDING invoices that were issued.")
