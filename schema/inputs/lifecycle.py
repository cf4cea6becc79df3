"""Inputs of the lifecycle mutations. `command` is what `resolvers.run.run` asks of each."""

import datetime as dt  # `date` is the name of a field
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from actions.cancel_subscription import CancelSubscription
from actions.change_billing_model import ChangeBillingModel
from actions.change_ownership import ChangeOwnership
from actions.change_plan import ChangePlan
from actions.extend_subscription import ExtendSubscription, QuickExtension
from actions.revoke_scheduled_change import RevokeScheduledChange
from actions.set_auto_renewal import SetAutoRenewal
from actions.terminate_subscription import TerminateSubscription
from actions.update_settings import UpdateSettings
from domain.periods import BillingCycle
from domain.quantities import billing_model
from schema.inputs.bases import OnSubscription, Quoted, Repeatable
from schema.inputs.ids import input_key
from schema.inputs.timing import CancellationTimeInput


@strawberry.input(
    description="Hands the subscription to another customer. Its settings, assignees, "
    "contract and scheduled changes are reset; no money moves. Source: rules.md, "
    "The actions."
)
class ChangeOwnershipInput(Quoted):
    new_owner_org_uuid: UUID = strawberry.field(
        description="`Customer.orgUuid` of the new owner, a customer of the same partner."
    )

    def command(self) -> ChangeOwnership:
        return ChangeOwnership(self.subscription_key(), self.new_owner_org_uuid, self.expected_version)


@strawberry.input(
    description="Changes the plan within the product, at once: an upgrade is charged for the "
    "rest of the term, a downgrade is not refunded, in a trial either is free. "
    "Source: rules.md, Proration and The actions."
)
class ChangePlanInput(Quoted):
    plan_code: str = strawberry.field(
        description="The new plan: `Plan.code`. It must offer the cycle, and every add-on held."
    )

    def command(self) -> ChangePlan:
        return ChangePlan(self.subscription_key(), self.plan_code, self.expected_version)


@strawberry.input(
    description="Changes how often the subscription is billed, from the next renewal on; a "
    "second request replaces the first. Source: rules.md, The actions."
)
class ChangeBillingModelInput(Quoted):
    cycle: BillingCycle = strawberry.field(
        description="The length that prices are for; the plan, the add-ons and the numbers must offer it."
    )
    multiplier: int = strawberry.field(default=1, description="Cycles in one term: 1 to 1,200.")

    def command(self) -> ChangeBillingModel:
        model = billing_model(self.cycle, self.multiplier)
        return ChangeBillingModel(self.subscription_key(), model, self.reason, self.expected_version)


@strawberry.input(description="Whether another term follows the running one.")
class SetAutoRenewalInput(Quoted):
    on: bool = strawberry.field(description="True: it renews. False: it expires when the term is over.")

    def command(self) -> SetAutoRenewal:
        return SetAutoRenewal(self.subscription_key(), self.on, self.expected_version)


@strawberry.input(description="A multiple of a billing cycle, such as 2 x MONTHLY, charged in full.")
class QuickExtensionInput:
    count: int = strawberry.field(description="How many cycles: 1 to 1,200.")
    cycle: BillingCycle = strawberry.field(
        description="The length to multiply; it need not be the subscription's own."
    )


@strawberry.input(
    one_of=True,
    description="How much longer the term gets: by whole cycles, or up to a day. Set exactly one.",
)
class ExtensionInput:
    quick: strawberry.Maybe[QuickExtensionInput] = strawberry.field(
        description="By whole cycles, counted from the present end."
    )
    until: strawberry.Maybe[dt.date] = strawberry.field(
        description="The new last day, inclusive; at least one month after the present one, else "
        "EXTENSION_TOO_SHORT. Charged by started months."
    )

    def by(self) -> QuickExtension | dt.date:
        if self.quick:
            return QuickExtension(self.quick.value.count, self.quick.value.cycle)
        if self.until:
            return self.until.value
        raise AssertionError("@oneOf lets exactly one field through")


@strawberry.input(
    description="Makes the running term longer; what is scheduled for its end moves with it. "
    "Source: rules.md, The actions."
)
class ExtendSubscriptionInput(Quoted):
    by: ExtensionInput = strawberry.field(description="How much longer.")

    def command(self) -> ExtendSubscription:
        return ExtendSubscription(self.subscription_key(), self.by.by(), self.expected_version)


@strawberry.input(
    description="Ends the subscription, with what `CancellationAdjustment` gives back. "
    "Source: rules.md, The actions."
)
class CancelSubscriptionInput(Quoted):
    when: CancellationTimeInput = strawberry.field(
        description="At once, on a past day, or when the term is over; the last is revocable until then."
    )

    def command(self) -> CancelSubscription:
        return CancelSubscription(
            self.subscription_key(), self.when.when(), self.reason, self.expected_version
        )


@strawberry.input(
    description="Ends the subscription at once and for good, with a refund where the policy "
    "allows one. Source: rules.md, The actions."
)
class TerminateSubscriptionInput(Quoted):
    def command(self) -> TerminateSubscription:
        return TerminateSubscription(self.subscription_key(), self.expected_version)


@strawberry.input(description="Takes a scheduled change back; all is as it was before it was asked for.")
class RevokeScheduledChangeInput(Repeatable):
    scheduled_change_id: strawberry.ID = strawberry.field(
        description="The id of a `ScheduledChange` that is PENDING."
    )

    def command(self) -> RevokeScheduledChange:
        change_id = input_key(self.scheduled_change_id, "ScheduledChange", "scheduledChangeId")
        return RevokeScheduledChange(change_id)


@strawberry.input(description="Changes some of the subscription's settings.")
class UpdateSettingsInput(OnSubscription):
    settings: JSON = strawberry.field(
        description="A JSON object, laid over the settings key by key; a null removes a key. The "
        "result has at most 16 KiB."
    )

    def command(self) -> UpdateSettings:
        return UpdateSettings(self.subscription_key(), self.settings, self.expected_version)
