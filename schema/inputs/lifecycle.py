"""Inputs of the lifecycle mutations. `command` is what `resolvers.lifecycle.run` asks of each."""

import datetime as dt  # `date` is the name of a field
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from actions.assign_members import AssignMembers
from actions.cancel_add_on import CancelAddOn
from actions.cancel_subscription import CancelSubscription
from actions.change_add_ons import ChangeAddOns
from actions.change_billing_model import ChangeBillingModel
from actions.change_numbers import ChangeNumbers
from actions.change_ownership import ChangeOwnership
from actions.change_plan import ChangePlan
from actions.change_quantity import ChangeQuantity
from actions.extend_subscription import ExtendSubscription, QuickExtension
from actions.link_contract import LinkContract
from actions.revoke_scheduled_change import RevokeScheduledChange
from actions.set_auto_renewal import SetAutoRenewal
from actions.terminate_subscription import TerminateSubscription
from actions.unassign_members import UnassignMembers
from actions.unlink_contract import UnlinkContract
from actions.update_settings import UpdateSettings
from domain.periods import BillingCycle
from domain.quantities import billing_model
from domain.timing import NOW, CancellationTime, When
from schema.inputs.create import AddOnQuantityInput
from schema.inputs.ids import input_key


def _members(ids: list[strawberry.ID]) -> tuple[UUID, ...]:
    return tuple(input_key(text, "Member", "memberIds") for text in ids)


def _numbers(ids: list[strawberry.ID] | None, field: str) -> tuple[UUID, ...]:
    return tuple(input_key(text, "PhoneNumber", field) for text in ids or ())


@strawberry.input
class _Repeatable:
    reason: str | None = strawberry.field(default=None, description="Why; stands in the history.")
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="The same key with the same input answers with the first answer, for at least 24 hours.",
    )


@strawberry.input
class _Change(_Repeatable):
    expected_version: int | None = strawberry.field(
        default=None, description="The version that the change is for; another is STALE_VERSION."
    )


@strawberry.input
class _OnSubscription(_Change):
    subscription_id: strawberry.ID

    def subscription_key(self) -> UUID:
        return input_key(self.subscription_id, "CustomerSubscription", "subscriptionId")


@strawberry.input
class _Quoted(_OnSubscription):
    quote_token: str | None = strawberry.field(
        default=None, description="From previewProration: charge exactly that, or fail with QUOTE_STALE."
    )


@strawberry.input(
    description="`date` goes with SPECIFIC_DATE alone: a past day within the current billing cycle, or today."
)
class CancellationTimeInput:
    at: CancellationTime
    date: dt.date | None = None

    def when(self) -> When:
        return When(self.at, self.date)


def _when(given: CancellationTimeInput | None) -> When:
    return given.when() if given else NOW


@strawberry.input
class ChangeOwnershipInput(_Quoted):
    new_owner_org_uuid: UUID

    def command(self) -> ChangeOwnership:
        return ChangeOwnership(self.subscription_key(), self.new_owner_org_uuid, self.expected_version)


@strawberry.input
class AssignMembersInput(_OnSubscription):
    member_ids: list[strawberry.ID]

    def command(self) -> AssignMembers:
        return AssignMembers(self.subscription_key(), _members(self.member_ids), self.expected_version)


@strawberry.input
class UnassignMembersInput(_OnSubscription):
    member_ids: list[strawberry.ID]

    def command(self) -> UnassignMembers:
        return UnassignMembers(self.subscription_key(), _members(self.member_ids), self.expected_version)


@strawberry.input
class LinkContractInput(_OnSubscription):
    contract_id: strawberry.ID

    def command(self) -> LinkContract:
        contract_id = input_key(self.contract_id, "Contract", "contractId")
        return LinkContract(self.subscription_key(), contract_id, self.expected_version)


@strawberry.input
class UnlinkContractInput(_OnSubscription):
    def command(self) -> UnlinkContract:
        return UnlinkContract(self.subscription_key(), self.expected_version)


@strawberry.input
class ChangePlanInput(_Quoted):
    plan_code: str

    def command(self) -> ChangePlan:
        return ChangePlan(self.subscription_key(), self.plan_code, self.expected_version)


@strawberry.input(
    description="Quantities as they shall stand; 0 cancels. Increases take effect at once, reductions at "
    "`when` (at once where it is left out)."
)
class ChangeAddOnsInput(_Quoted):
    add_ons: list[AddOnQuantityInput]
    when: CancellationTimeInput | None = None

    def command(self) -> ChangeAddOns:
        quantities = tuple((add_on.code, add_on.quantity) for add_on in self.add_ons)
        return ChangeAddOns(
            self.subscription_key(), quantities, _when(self.when), self.reason, self.expected_version
        )


@strawberry.input
class CancelAddOnInput(_Change):
    add_on_id: strawberry.ID
    when: CancellationTimeInput
    quote_token: str | None = None

    def command(self) -> CancelAddOn:
        add_on_id = input_key(self.add_on_id, "AddOn", "addOnId")
        return CancelAddOn(add_on_id, self.when.when(), self.reason, self.expected_version)


@strawberry.input
class NumberSwapInput:
    from_number_id: strawberry.ID
    to_number_id: strawberry.ID

    def pair(self) -> tuple[UUID, UUID]:
        old = input_key(self.from_number_id, "PhoneNumber", "swap", "fromNumberId")
        return old, input_key(self.to_number_id, "PhoneNumber", "swap", "toNumberId")


@strawberry.input
class ChangeNumbersInput(_Quoted):
    swap: list[NumberSwapInput] | None = None
    add_number_ids: list[strawberry.ID] | None = None
    remove_number_ids: list[strawberry.ID] | None = None

    def command(self) -> ChangeNumbers:
        return ChangeNumbers(
            self.subscription_key(),
            tuple(swap.pair() for swap in self.swap or ()),
            _numbers(self.add_number_ids, "addNumberIds"),
            _numbers(self.remove_number_ids, "removeNumberIds"),
            self.expected_version,
        )


@strawberry.input(
    description="Licences as they shall stand. An increase takes effect at once; a reduction at `when` "
    "(at once where it is left out)."
)
class ChangeQuantityInput(_Quoted):
    quantity: int
    when: CancellationTimeInput | None = None

    def command(self) -> ChangeQuantity:
        return ChangeQuantity(
            self.subscription_key(), self.quantity, _when(self.when), self.reason, self.expected_version
        )


@strawberry.input
class ChangeBillingModelInput(_Quoted):
    cycle: BillingCycle
    multiplier: int = 1

    def command(self) -> ChangeBillingModel:
        model = billing_model(self.cycle, self.multiplier)
        return ChangeBillingModel(self.subscription_key(), model, self.reason, self.expected_version)


@strawberry.input
class SetAutoRenewalInput(_Quoted):
    on: bool

    def command(self) -> SetAutoRenewal:
        return SetAutoRenewal(self.subscription_key(), self.on, self.expected_version)


@strawberry.input(description="A multiple of a billing cycle: 2 x MONTHLY, 4 x YEARLY.")
class QuickExtensionInput:
    count: int
    cycle: BillingCycle


@strawberry.input(one_of=True, description="`until` is the new last day, inclusive.")
class ExtensionInput:
    quick: strawberry.Maybe[QuickExtensionInput]
    until: strawberry.Maybe[dt.date]

    def by(self) -> QuickExtension | dt.date:
        if self.quick:
            return QuickExtension(self.quick.value.count, self.quick.value.cycle)
        if self.until:
            return self.until.value
        raise AssertionError("@oneOf lets exactly one field through")


@strawberry.input
class ExtendSubscriptionInput(_Quoted):
    by: ExtensionInput

    def command(self) -> ExtendSubscription:
        return ExtendSubscription(self.subscription_key(), self.by.by(), self.expected_version)


@strawberry.input
class CancelSubscriptionInput(_Quoted):
    when: CancellationTimeInput

    def command(self) -> CancelSubscription:
        return CancelSubscription(
            self.subscription_key(), self.when.when(), self.reason, self.expected_version
        )


@strawberry.input
class TerminateSubscriptionInput(_Quoted):
    def command(self) -> TerminateSubscription:
        return TerminateSubscription(self.subscription_key(), self.expected_version)


@strawberry.input
class RevokeScheduledChangeInput(_Repeatable):
    scheduled_change_id: strawberry.ID

    def command(self) -> RevokeScheduledChange:
        change_id = input_key(self.scheduled_change_id, "ScheduledChange", "scheduledChangeId")
        return RevokeScheduledChange(change_id)


@strawberry.input
class UpdateSettingsInput(_OnSubscription):
    settings: JSON

    def command(self) -> UpdateSettings:
        return UpdateSettings(self.subscription_key(), self.settings, self.expected_version)
