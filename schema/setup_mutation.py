"""The mutations that set a partner up. Who may: `permissions.py`."""

from collections.abc import Callable
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
from resolvers.sandbox import advance
from resolvers.setup import set_up
from schema.arguments import Given
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


async def _made(info: Info, payload: Callable[..., P], action: Any, data: Any) -> P:
    """Runs the action; the payload has the key of the row that it made or changed."""
    try:
        key: UUID | str = await set_up(info.context, action, data)
    except LifecycleError as error:
        return payload(key=None, user_errors=[user_error(error)])
    return payload(key=key, user_errors=[])


async def _created_partner(info: Info, data: CreatePartnerInput) -> Record | None:
    context, command, key = info.context, data.command(), new_id()

    async def attempt() -> None:
        async with partner_transaction(context.engine, key) as connection:
            # Not made here is fine too: a try whose acknowledgement was lost has made it.
            await create_partner(connection, key, context.clock, command)

    await retrying(attempt)
    # The operator belongs to no partner, and sees the new one just this once.
    return await context.loaders_for(key).one(edges.PARTNER, key)


@strawberry.type
class SetupMutation:
    @strawberry.mutation(
        graphql_type=PartnerPayload,
        description="Takes a partner on; with `clock` as a sandbox. For the platform's operator.",
    )
    async def create_partner(self, info: Info, input: Given[CreatePartnerInput]) -> Any:
        try:
            made: Any = await _created_partner(info, input)
        except LifecycleError as error:
            return PartnerPayload(partner=None, user_errors=[user_error(error)])
        return PartnerPayload(partner=made, user_errors=[])

    @strawberry.mutation(
        description="Changes the partner's own policy; it holds for what is done from now on. "
        "Customers' own values stay."
    )
    async def update_policy(self, info: Info, input: Given[BillingPolicyInput]) -> PartnerPayload:
        try:
            key = await set_up(info.context, update_policy, input)
        except LifecycleError as error:
            return PartnerPayload(partner=None, user_errors=[user_error(error)])
        partner: Any = await info.context.loaders.one(edges.PARTNER, key)
        return PartnerPayload(partner=partner, user_errors=[])

    @strawberry.mutation(
        description="Creates or replaces a product with all its plans, add-ons and prices, whole or "
        "not at all. Running terms keep what they were charged; the next charge uses the new prices."
    )
    async def save_product(self, info: Info, input: Given[ProductInput]) -> ProductPayload:
        return await _made(info, ProductPayload, save_product, input)

    @strawberry.mutation(
        description="Creates or replaces a kind of phone number with its prices, whole or not at "
        "all. The next charge uses the new prices."
    )
    async def save_sku(self, info: Info, input: Given[SkuInput]) -> SkuPayload:
        return await _made(info, SkuPayload, save_sku, input)

    @strawberry.mutation(description="Puts numbers of one kind in stock: all of them, or none.")
    async def add_numbers(self, info: Info, input: Given[AddNumbersInput]) -> AddNumbersPayload:
        try:
            keys = await set_up(info.context, add_numbers, input)
        except LifecycleError as error:
            return AddNumbersPayload(keys=(), user_errors=[user_error(error)])
        return AddNumbersPayload(keys=keys, user_errors=[])

    @strawberry.mutation(description="Takes a customer on.")
    async def create_customer(self, info: Info, input: Given[CreateCustomerInput]) -> CustomerPayload:
        return await _made(info, CustomerPayload, create_customer, input)

    @strawberry.mutation(description="Changes a customer's name, or how it is billed from now on.")
    async def update_customer(self, info: Info, input: Given[UpdateCustomerInput]) -> CustomerPayload:
        return await _made(info, CustomerPayload, update_customer, input)

    @strawberry.mutation(description="Adds a person to a customer.")
    async def create_member(self, info: Info, input: Given[CreateMemberInput]) -> MemberPayload:
        return await _made(info, MemberPayload, create_member, input)

    @strawberry.mutation(description="Registers an agreement that the partner has with a customer.")
    async def create_contract(self, info: Info, input: Given[CreateContractInput]) -> ContractPayload:
        return await _made(info, ContractPayload, create_contract, input)

    @strawberry.mutation(description="Puts a contract into force, or out of it.")
    async def set_contract_status(self, info: Info, input: Given[SetContractStatusInput]) -> ContractPayload:
        return await _made(info, ContractPayload, set_contract_status, input)

    @strawberry.mutation(
        description="Sandbox partners only: moves the clock forward, and does all that falls due "
        "on the way. Source: rules.md, What time brings."
    )
    async def advance_clock(self, info: Info, input: Given[AdvanceClockInput]) -> AdvanceClockPayload:
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
            user_errors=[],
        )
