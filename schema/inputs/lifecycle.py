"""Inputs about the life of a subscription, from its purchase to its end."""

import datetime as dt  # `date` is the name of a field
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from actions.cancel_subscription import CancelSubscription
from actions.change_billing_model import ChangeBillingModel
from actions.change_ownership import ChangeOwnership
from actions.change_plan import ChangePlan
from actions.create_subscription import CreateSubscription
from actions.extend_subscription import ExtendSubscription, QuickExtension
from actions.revoke_scheduled_change import RevokeScheduledChange
from actions.set_auto_renewal import SetAutoRenewal
from actions.terminate_subscription import TerminateSubscription
from actions.update_settings import UpdateSettings
from domain.periods import BillingCycle
from domain.quantities import billing_model
from schema.inputs.bases import (
    CancellationTimeInput,
    OnSubscription,
    Quoted,
    Repeatable,
    input_key,
    input_keys,
    optional,
    quote_token,
    required,
)
from schema.inputs.holdings import AddOnQuantityInput


@strawberry.input(description="A purchase or the start of a trial. See rules §4.17.")
class CreateSubscriptionInput(Repeatable):
    customer_id: strawberry.ID = required("The global id of the `Customer` who buys.")
    plan_code: str = required(
        "The `Plan.code` to buy. The plan must have a price for the cycle, else NOT_OFFERED."
    )
    cycle: BillingCycle = required("The period that prices cover.")
    quantity: int = optional("Licences, 1 to 1,000,000.", default=1)
    multiplier: int = optional("Cycles in one term, 1 to 1,200.", default=1)
    starts_on: dt.date | None = optional(
        "The first day, in the customer's time zone. Today, or a past day whose first term is still "
        "running. Else DATE_IN_FUTURE or DATE_BEFORE_BILLING_CYCLE. Default: today."
    )
    trial_days: int | None = optional("Free days before the first paid term, 0 to 3,650. Default: 0.")
    auto_renewal: bool = optional(
        "Whether another term follows, or a paid term after the trial.", default=True
    )
    add_ons: list[AddOnQuantityInput] | None = optional(
        "Add-ons to buy. The plan must offer each, else NOT_OFFERED."
    )
    number_ids: list[strawberry.ID] | None = optional(
        "The global ids of `PhoneNumber`s in stock, else NUMBER_NOT_AVAILABLE. Each number has its own "
        "charge line."
    )
    contract_id: strawberry.ID | None = optional(
        "An ACTIVE `Contract` of the customer, in force today, else CONTRACT_NOT_ACTIVE."
    )
    settings: JSON | None = optional(
        "A JSON object, merged into the plan's default settings by key. Null removes a key."
    )
    quote_token: str | None = quote_token()

    def command(self) -> CreateSubscription:
        contract_id = (
            input_key(self.contract_id, "Contract", "contractId") if self.contract_id is not None else None
        )
        return CreateSubscription(
            customer_id=input_key(self.customer_id, "Customer", "customerId"),
            plan_code=self.plan_code,
            quantity=self.quantity,
            model=billing_model(self.cycle, self.multiplier),
            auto_renewal=self.auto_renewal,
            starts_on=self.starts_on,
            trial_days=self.trial_days,
            add_ons=tuple((add_on.code, add_on.quantity) for add_on in self.add_ons or ()),
            number_ids=input_keys(self.number_ids, "PhoneNumber", "numberIds"),
            contract_id=contract_id,
            settings=self.settings,
        )


@strawberry.input(
    description="Moves the subscription to another customer. Resets its settings, assignees, contract and "
    "scheduled changes. Charges nothing. See rules §4.1."
)
class ChangeOwnershipInput(Quoted):
    new_owner_org_uuid: UUID = required(
        "The `Customer.orgUuid` of the new owner, a customer of the same partner."
    )

    def command(self) -> ChangeOwnership:
        return ChangeOwnership(self.subscription_key(), self.new_owner_org_uuid, self.expected_version)


@strawberry.input(
    description="Changes the plan within the product, immediately. An upgrade is charged for the rest of "
    "the term. A downgrade is not refunded. In a trial both are free. See rules §3 and rules §4.4."
)
class ChangePlanInput(Quoted):
    plan_code: str = required(
        "The new `Plan.code`. The plan must offer the cycle and every add-on of the "
        "subscription, else NOT_OFFERED."
    )

    def command(self) -> ChangePlan:
        return ChangePlan(self.subscription_key(), self.plan_code, self.expected_version)


@strawberry.input(
    description="Changes how often the subscription is billed, from the next renewal on. A second request "
    "replaces the first. See rules §4.7."
)
class ChangeBillingModelInput(Quoted):
    cycle: BillingCycle = required(
        "The period that prices cover. The plan, add-ons and numbers must have prices for it, "
        "else NOT_OFFERED."
    )
    multiplier: int = optional("Cycles in one term, 1 to 1,200.", default=1)

    def command(self) -> ChangeBillingModel:
        model = billing_model(self.cycle, self.multiplier)
        return ChangeBillingModel(self.subscription_key(), model, self.reason, self.expected_version)


@strawberry.input(description="Turns auto-renewal on or off. See rules §4.8.")
class SetAutoRenewalInput(Quoted):
    on: bool = required("True: it renews. False: it expires at the end of the term.")

    def command(self) -> SetAutoRenewal:
        return SetAutoRenewal(self.subscription_key(), self.on, self.expected_version)


@strawberry.input(description="A multiple of a billing cycle, such as 2 x MONTHLY. Charged in full.")
class QuickExtensionInput:
    count: int = required("Number of cycles, 1 to 1,200.")
    cycle: BillingCycle = required("The cycle to multiply. It can differ from the subscription's cycle.")


@strawberry.input(
    one_of=True,
    description="How to extend: by a number of cycles, or until a new last day. Set exactly one.",
)
class ExtensionInput:
    quick: strawberry.Maybe[QuickExtensionInput] = strawberry.field(
        description="A number of cycles from the current end."
    )
    until: strawberry.Maybe[dt.date] = strawberry.field(
        description="The new last day, inclusive. At least one month after the current one, else "
        "EXTENSION_TOO_SHORT. Charged by started months."
    )

    def by(self) -> QuickExtension | dt.date:
        if self.quick:
            return QuickExtension(self.quick.value.count, self.quick.value.cycle)
        if self.until:
            return self.until.value
        raise AssertionError("@oneOf lets exactly one field through")


@strawberry.input(
    description="Extends the current term. Changes scheduled for its end move with it. See rules §4.9."
)
class ExtendSubscriptionInput(Quoted):
    by: ExtensionInput = required("By a number of cycles, or until a day.")

    def command(self) -> ExtendSubscription:
        return ExtendSubscription(self.subscription_key(), self.by.by(), self.expected_version)


@strawberry.input(
    description="Ends the subscription. `CancellationAdjustment` decides the refund. See rules §4.12."
)
class CancelSubscriptionInput(Quoted):
    when: CancellationTimeInput = required(
        "Now, on a past day, or at the end of the term. The last is revocable until then."
    )

    def command(self) -> CancelSubscription:
        return CancelSubscription(
            self.subscription_key(), self.when.when(), self.reason, self.expected_version
        )


@strawberry.input(
    description="Ends the subscription immediately and permanently. The policy decides the refund. See "
    "rules §4.11."
)
class TerminateSubscriptionInput(Quoted):
    def command(self) -> TerminateSubscription:
        return TerminateSubscription(self.subscription_key(), self.expected_version)


@strawberry.input(
    description="Revokes a scheduled change. The subscription is then as before the request. See rules §4.15."
)
class RevokeScheduledChangeInput(Repeatable):
    scheduled_change_id: strawberry.ID = required("The global id of a PENDING `ScheduledChange`.")

    def command(self) -> RevokeScheduledChange:
        change_id = input_key(self.scheduled_change_id, "ScheduledChange", "scheduledChangeId")
        return RevokeScheduledChange(change_id)


@strawberry.input(description="Sets or removes keys of the settings. See rules §4.16.")
class UpdateSettingsInput(OnSubscription):
    settings: JSON = required(
        "A JSON object, merged into the settings by key. Null removes a key. The result has at most 16 KiB."
    )

    def command(self) -> UpdateSettings:
        return UpdateSettings(self.subscription_key(), self.settings, self.expected_version)
