"""The root of changing: an input, and one line to the code that runs it. Who may: `permissions.py`."""

from typing import TypeVar

import strawberry

from actions.assign_members import assign_members
from actions.cancel_add_on import cancel_add_on
from actions.cancel_subscription import cancel_subscription
from actions.change_add_ons import change_add_ons
from actions.change_billing_model import change_billing_model
from actions.change_numbers import change_numbers
from actions.change_ownership import change_ownership
from actions.change_plan import change_plan
from actions.change_quantity import change_quantity
from actions.create_subscription import create_subscription
from actions.extend_subscription import extend_subscription
from actions.link_contract import link_contract
from actions.revoke_scheduled_change import revoke_scheduled_change
from actions.set_auto_renewal import set_auto_renewal
from actions.terminate_subscription import terminate_subscription
from actions.unassign_members import unassign_members
from actions.unlink_contract import unlink_contract
from actions.update_settings import update_settings
from domain.errors import LifecycleError
from resolvers.context import Info
from resolvers.lifecycle import Action, LifecycleInput, run
from schema.inputs.create import CreateSubscriptionInput
from schema.inputs.lifecycle import (
    AssignMembersInput,
    CancelAddOnInput,
    CancelSubscriptionInput,
    ChangeAddOnsInput,
    ChangeBillingModelInput,
    ChangeNumbersInput,
    ChangeOwnershipInput,
    ChangePlanInput,
    ChangeQuantityInput,
    ExtendSubscriptionInput,
    LinkContractInput,
    RevokeScheduledChangeInput,
    SetAutoRenewalInput,
    TerminateSubscriptionInput,
    UnassignMembersInput,
    UnlinkContractInput,
    UpdateSettingsInput,
)
from schema.setup_mutation import SetupMutation
from schema.types.payloads import SubscriptionPayload, refused
from schema.webhook_mutation import WebhookMutation

C = TypeVar("C")
Payload = SubscriptionPayload


async def _run(info: Info, action: Action[C], data: LifecycleInput[C]) -> SubscriptionPayload:
    try:
        outcome = await run(info.context, action, data, str(info.path.key))
    except LifecycleError as error:
        return refused(error)
    return SubscriptionPayload(outcome=outcome, user_errors=[])


@strawberry.type
class Mutation(SetupMutation, WebhookMutation):
    @strawberry.mutation
    async def create_subscription(self, info: Info, input: CreateSubscriptionInput) -> Payload:
        return await _run(info, create_subscription, input)

    @strawberry.mutation
    async def change_ownership(self, info: Info, input: ChangeOwnershipInput) -> Payload:
        return await _run(info, change_ownership, input)

    @strawberry.mutation
    async def change_plan(self, info: Info, input: ChangePlanInput) -> Payload:
        return await _run(info, change_plan, input)

    @strawberry.mutation
    async def change_add_ons(self, info: Info, input: ChangeAddOnsInput) -> Payload:
        return await _run(info, change_add_ons, input)

    @strawberry.mutation
    async def cancel_add_on(self, info: Info, input: CancelAddOnInput) -> Payload:
        return await _run(info, cancel_add_on, input)

    @strawberry.mutation
    async def change_numbers(self, info: Info, input: ChangeNumbersInput) -> Payload:
        return await _run(info, change_numbers, input)

    @strawberry.mutation
    async def change_quantity(self, info: Info, input: ChangeQuantityInput) -> Payload:
        return await _run(info, change_quantity, input)

    @strawberry.mutation
    async def change_billing_model(self, info: Info, input: ChangeBillingModelInput) -> Payload:
        return await _run(info, change_billing_model, input)

    @strawberry.mutation
    async def set_auto_renewal(self, info: Info, input: SetAutoRenewalInput) -> Payload:
        return await _run(info, set_auto_renewal, input)

    @strawberry.mutation
    async def extend_subscription(self, info: Info, input: ExtendSubscriptionInput) -> Payload:
        return await _run(info, extend_subscription, input)

    @strawberry.mutation
    async def cancel_subscription(self, info: Info, input: CancelSubscriptionInput) -> Payload:
        return await _run(info, cancel_subscription, input)

    @strawberry.mutation
    async def terminate_subscription(
        self, info: Info, input: TerminateSubscriptionInput
    ) -> SubscriptionPayload:
        return await _run(info, terminate_subscription, input)

    @strawberry.mutation
    async def assign_members(self, info: Info, input: AssignMembersInput) -> Payload:
        return await _run(info, assign_members, input)

    @strawberry.mutation
    async def unassign_members(self, info: Info, input: UnassignMembersInput) -> Payload:
        return await _run(info, unassign_members, input)

    @strawberry.mutation
    async def link_contract(self, info: Info, input: LinkContractInput) -> Payload:
        return await _run(info, link_contract, input)

    @strawberry.mutation
    async def unlink_contract(self, info: Info, input: UnlinkContractInput) -> Payload:
        return await _run(info, unlink_contract, input)

    @strawberry.mutation
    async def revoke_scheduled_change(
        self, info: Info, input: RevokeScheduledChangeInput
    ) -> SubscriptionPayload:
        return await _run(info, revoke_scheduled_change, input)

    @strawberry.mutation
    async def update_settings(self, info: Info, input: UpdateSettingsInput) -> Payload:
        return await _run(info, update_settings, input)
