"""The mutations that set a partner up. `permissions.py` declares who may use them."""

from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from actions.setup.add_numbers import add_numbers
from actions.setup.create_contract import create_contract
from actions.setup.create_customer import create_customer
from actions.setup.create_member import create_member
from actions.setup.create_partner import create_partner
from actions.setup.save_product import save_product
from actions.setup.save_sku import save_sku
from actions.setup.set_contract_status import set_contract_status
from actions.setup.update_customer import update_customer
from actions.setup.update_policy import update_policy
from domain.errors import LifecycleError
from models.engine import new_id, partner_transaction
from resolvers import edges
from resolvers.context import Info
from resolvers.loaders import Record
from resolvers.retry import retrying
from resolvers.run import advance, set_up, set_up_exclusively
from schema.fields import InputOf
from schema.inputs.catalogue import AddNumbersInput, ProductInput, SkuInput
from schema.inputs.setup import (
    AdvanceClockInput,
    BillingPolicyInput,
    CreateContractInput,
    CreateCustomerInput,
    CreateMemberInput,
    CreatePartnerInput,
    SetContractStatusInput,
    UpdateCustomerInput,
)
from schema.types.errors import user_error
from schema.types.setup_payloads import (
    AddNumbersPayload,
    AdvanceClockPayload,
    ContractPayload,
    CustomerPayload,
    MemberPayload,
    PartnerPayload,
    ProductPayload,
    SkuPayload,
)

P = TypeVar("P")


async def _made(payload: Callable[..., P], key: Awaitable[UUID | str]) -> P:
    """The payload, with the key of the row that was made or changed."""
    try:
        return payload(key=await key)
    except LifecycleError as error:
        return payload(key=None, user_errors=[user_error(error)])


async def _created_partner(info: Info, data: CreatePartnerInput) -> Record | None:
    context, command, key = info.context, data.command(), new_id()

    async def attempt() -> None:
        async with partner_transaction(context.engine, key) as connection:
            # It may exist already: an earlier try made it, and its acknowledgement was lost.
            await create_partner(connection, key, context.clock, command)

    await retrying(attempt)
    # The operator belongs to no partner, so the request's own loaders do not see it.
    return await context.loaders_for(key).one(edges.PARTNER, key)


@strawberry.type
class SetupMutation:
    @strawberry.mutation(
        graphql_type=PartnerPayload,
        description="Creates a partner. With `clock` it is a sandbox. For PLATFORM_OPERATOR only.",
    )
    async def create_partner(self, info: Info, input: InputOf[CreatePartnerInput]) -> Any:
        try:
            made: Any = await _created_partner(info, input)
        except LifecycleError as error:
            return PartnerPayload(partner=None, user_errors=[user_error(error)])
        return PartnerPayload(partner=made)

    @strawberry.mutation(
        description="Changes the partner's policy for future actions. Customers keep their own values."
    )
    async def update_policy(self, info: Info, input: InputOf[BillingPolicyInput]) -> PartnerPayload:
        try:
            key = await set_up(info.context, update_policy, input)
        except LifecycleError as error:
            return PartnerPayload(partner=None, user_errors=[user_error(error)])
        partner: Any = await info.context.loaders.one(edges.PARTNER, key)
        return PartnerPayload(partner=partner)

    @strawberry.mutation(
        description="Creates or replaces a product with all its plans, add-ons and prices. Current terms "
        "keep their charges. The next charge uses the new prices."
    )
    async def save_product(self, info: Info, input: InputOf[ProductInput]) -> ProductPayload:
        return await _made(ProductPayload, set_up_exclusively(info.context, save_product, input))

    @strawberry.mutation(
        description="Creates or replaces a kind of phone number with all its prices. The next charge uses "
        "the new prices."
    )
    async def save_sku(self, info: Info, input: InputOf[SkuInput]) -> SkuPayload:
        return await _made(SkuPayload, set_up_exclusively(info.context, save_sku, input))

    @strawberry.mutation(description="Adds numbers of one kind to the stock. All are added, or none.")
    async def add_numbers(self, info: Info, input: InputOf[AddNumbersInput]) -> AddNumbersPayload:
        try:
            keys = await set_up(info.context, add_numbers, input)
        except LifecycleError as error:
            return AddNumbersPayload(keys=(), user_errors=[user_error(error)])
        return AddNumbersPayload(keys=keys)

    @strawberry.mutation(description="Adds a customer, in its time zone and with its way of billing.")
    async def create_customer(self, info: Info, input: InputOf[CreateCustomerInput]) -> CustomerPayload:
        return await _made(CustomerPayload, set_up(info.context, create_customer, input))

    @strawberry.mutation(description="Changes the name or the billing of a customer.")
    async def update_customer(self, info: Info, input: InputOf[UpdateCustomerInput]) -> CustomerPayload:
        return await _made(CustomerPayload, set_up(info.context, update_customer, input))

    @strawberry.mutation(description="Adds a member to a customer.")
    async def create_member(self, info: Info, input: InputOf[CreateMemberInput]) -> MemberPayload:
        return await _made(MemberPayload, set_up(info.context, create_member, input))

    @strawberry.mutation(description="Creates a contract between the partner and a customer.")
    async def create_contract(self, info: Info, input: InputOf[CreateContractInput]) -> ContractPayload:
        return await _made(ContractPayload, set_up(info.context, create_contract, input))

    @strawberry.mutation(description="Changes whether a contract can be linked. See rules §4.3.")
    async def set_contract_status(
        self, info: Info, input: InputOf[SetContractStatusInput]
    ) -> ContractPayload:
        return await _made(ContractPayload, set_up(info.context, set_contract_status, input))

    @strawberry.mutation(
        description="Moves a sandbox's clock forward, and carries out everything due on the way. "
        "FEATURE_NOT_ALLOWED for other partners. See rules §7."
    )
    async def advance_clock(self, info: Info, input: InputOf[AdvanceClockInput]) -> AdvanceClockPayload:
        try:
            done = await advance(info.context, input.to)
        except LifecycleError as error:
            return AdvanceClockPayload(now=None, user_errors=[user_error(error)])
        return AdvanceClockPayload(
            now=done.at.astimezone(UTC),
            renewed=done.renewed,
            applied=done.applied,
            expired=done.expired,
            invoices_issued=done.invoices_issued,
        )
