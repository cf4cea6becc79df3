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
from resolvers.run import Action, LifecycleInput, run
from schema.arguments import Given
from schema.inputs.create import CreateSubscriptionInput
from schema.inputs.holdings import (
    AssignMembersInput,
    CancelAddOnInput,
    ChangeAddOnsInput,
    ChangeNumbersInput,
    ChangeQuantityInput,
    LinkContractInput,
    UnassignMembersInput,
    UnlinkContractInput,
)
from schema.inputs.lifecycle import (
    CancelSubscriptionInput,
    ChangeBillingModelInput,
    ChangeOwnershipInput,
    ChangePlanInput,
    ExtendSubscriptionInput,
    RevokeScheduledChangeInput,
    SetAutoRenewalInput,
    TerminateSubscriptionInput,
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


@strawberry.type(
    description="What changes something. Fields of one operation are carried out one after "
    "the other, each wholly or not at all; who may is in docs/guide/roles.md."
)
class Mutation(SetupMutation, WebhookMutation):
    @strawberry.mutation(
        description="Sells a plan to a customer, or starts a trial of it. Source: rules.md, The actions."
    )
    async def create_subscription(self, info: Info, input: Given[CreateSubscriptionInput]) -> Payload:
        return await _run(info, create_subscription, input)

    @strawberry.mutation(
        description="Hands a subscription to another customer of the partner; not in a trial. "
        "Source: rules.md, The actions."
    )
    async def change_ownership(self, info: Info, input: Given[ChangeOwnershipInput]) -> Payload:
        return await _run(info, change_ownership, input)

    @strawberry.mutation(
        description="Upgrades, prorated, or downgrades, not refunded, within the product. Source: "
        "rules.md, Proration and The actions."
    )
    async def change_plan(self, info: Info, input: Given[ChangePlanInput]) -> Payload:
        return await _run(info, change_plan, input)

    @strawberry.mutation(description="Sets the quantities of add-ons. Source: rules.md, The actions.")
    async def change_add_ons(self, info: Info, input: Given[ChangeAddOnsInput]) -> Payload:
        return await _run(info, change_add_ons, input)

    @strawberry.mutation(
        description="Ends an add-on, and gives back what the policy says. Source: rules.md, The actions."
    )
    async def cancel_add_on(self, info: Info, input: Given[CancelAddOnInput]) -> Payload:
        return await _run(info, cancel_add_on, input)

    @strawberry.mutation(description="Swaps, adds and removes phone numbers. Source: rules.md, The actions.")
    async def change_numbers(self, info: Info, input: Given[ChangeNumbersInput]) -> Payload:
        return await _run(info, change_numbers, input)

    @strawberry.mutation(description="Sets the number of licences. Source: rules.md, The actions.")
    async def change_quantity(self, info: Info, input: Given[ChangeQuantityInput]) -> Payload:
        return await _run(info, change_quantity, input)

    @strawberry.mutation(
        description="Schedules another cycle or multiplier for the next renewal. Source: "
        "rules.md, The actions."
    )
    async def change_billing_model(self, info: Info, input: Given[ChangeBillingModelInput]) -> Payload:
        return await _run(info, change_billing_model, input)

    @strawberry.mutation(
        description="Turns renewal at the term's end on or off. Source: rules.md, The actions."
    )
    async def set_auto_renewal(self, info: Info, input: Given[SetAutoRenewalInput]) -> Payload:
        return await _run(info, set_auto_renewal, input)

    @strawberry.mutation(
        description="Makes the running term longer, and charges for that. Source: rules.md, The actions."
    )
    async def extend_subscription(self, info: Info, input: Given[ExtendSubscriptionInput]) -> Payload:
        return await _run(info, extend_subscription, input)

    @strawberry.mutation(
        description="Ends a subscription, now, on a past day or at the term's end. Source: "
        "rules.md, The actions."
    )
    async def cancel_subscription(self, info: Info, input: Given[CancelSubscriptionInput]) -> Payload:
        return await _run(info, cancel_subscription, input)

    @strawberry.mutation(
        description="Ends a subscription at once and for good, with a refund where the policy "
        "allows one. Source: rules.md, The actions."
    )
    async def terminate_subscription(
        self, info: Info, input: Given[TerminateSubscriptionInput]
    ) -> SubscriptionPayload:
        return await _run(info, terminate_subscription, input)

    @strawberry.mutation(
        description="Gives members of the owner a licence each. Source: rules.md, The actions."
    )
    async def assign_members(self, info: Info, input: Given[AssignMembersInput]) -> Payload:
        return await _run(info, assign_members, input)

    @strawberry.mutation(description="Takes licences back from members.")
    async def unassign_members(self, info: Info, input: Given[UnassignMembersInput]) -> Payload:
        return await _run(info, unassign_members, input)

    @strawberry.mutation(description="Links a subscription with one of its owner's contracts.")
    async def link_contract(self, info: Info, input: Given[LinkContractInput]) -> Payload:
        return await _run(info, link_contract, input)

    @strawberry.mutation(description="Takes the link between a subscription and its contract away.")
    async def unlink_contract(self, info: Info, input: Given[UnlinkContractInput]) -> Payload:
        return await _run(info, unlink_contract, input)

    @strawberry.mutation(
        description="Takes back what was scheduled for the term's end, until it is applied. "
        "Source: rules.md, The actions."
    )
    async def revoke_scheduled_change(
        self, info: Info, input: Given[RevokeScheduledChangeInput]
    ) -> SubscriptionPayload:
        return await _run(info, revoke_scheduled_change, input)

    @strawberry.mutation(description="Merges keys into a subscription's settings.")
    async def update_settings(self, info: Info, input: Given[UpdateSettingsInput]) -> Payload:
        return await _run(info, update_settings, input)
