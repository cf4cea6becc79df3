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


@strawberry.type
class AdvanceClockPayload:
    now: datetime | None
    renewed: int
    applied: int
    expired: int
    invoices_issued: int
    user_errors: list[UserError]
