"""The input of previewProration, and which action each of its fields is for."""

from typing import Any

import strawberry

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
from actions.set_auto_renewal import set_auto_renewal
from actions.terminate_subscription import terminate_subscription
from resolvers.run import Action
from schema.inputs.holdings import (
    CancelAddOnInput,
    ChangeAddOnsInput,
    ChangeNumbersInput,
    ChangeQuantityInput,
)
from schema.inputs.lifecycle import (
    CancelSubscriptionInput,
    ChangeBillingModelInput,
    ChangeOwnershipInput,
    ChangePlanInput,
    CreateSubscriptionInput,
    ExtendSubscriptionInput,
    SetAutoRenewalInput,
    TerminateSubscriptionInput,
)


@strawberry.input(
    one_of=True, description="The very inputs of the mutations, for `previewProration`: set exactly one."
)
class SubscriptionChange:
    create: strawberry.Maybe[CreateSubscriptionInput] = strawberry.field(
        description="As `createSubscription` takes it."
    )
    change_ownership: strawberry.Maybe[ChangeOwnershipInput] = strawberry.field(
        description="As the mutation `changeOwnership` takes it."
    )
    change_plan: strawberry.Maybe[ChangePlanInput] = strawberry.field(
        description="As the mutation `changePlan` takes it."
    )
    change_add_ons: strawberry.Maybe[ChangeAddOnsInput] = strawberry.field(
        description="As the mutation `changeAddOns` takes it."
    )
    cancel_add_on: strawberry.Maybe[CancelAddOnInput] = strawberry.field(
        description="As the mutation `cancelAddOn` takes it."
    )
    change_numbers: strawberry.Maybe[ChangeNumbersInput] = strawberry.field(
        description="As the mutation `changeNumbers` takes it."
    )
    change_quantity: strawberry.Maybe[ChangeQuantityInput] = strawberry.field(
        description="As the mutation `changeQuantity` takes it."
    )
    change_billing_model: strawberry.Maybe[ChangeBillingModelInput] = strawberry.field(
        description="As the mutation `changeBillingModel` takes it."
    )
    set_auto_renewal: strawberry.Maybe[SetAutoRenewalInput] = strawberry.field(
        description="As the mutation `setAutoRenewal` takes it."
    )
    extend: strawberry.Maybe[ExtendSubscriptionInput] = strawberry.field(
        description="As `extendSubscription` takes it."
    )
    cancel: strawberry.Maybe[CancelSubscriptionInput] = strawberry.field(
        description="As `cancelSubscription` takes it."
    )
    terminate: strawberry.Maybe[TerminateSubscriptionInput] = strawberry.field(
        description="As `terminateSubscription` takes it."
    )

    def action(self) -> tuple[Action[Any], Any]:
        """The action that the one given field stands for, and its input."""
        for name, action in PREVIEWABLE.items():
            if given := getattr(self, name):
                return action, given.value
        raise AssertionError("@oneOf lets exactly one field through")


PREVIEWABLE: dict[str, Action[Any]] = {
    "create": create_subscription,
    "change_ownership": change_ownership,
    "change_plan": change_plan,
    "change_add_ons": change_add_ons,
    "cancel_add_on": cancel_add_on,
    "change_numbers": change_numbers,
    "change_quantity": change_quantity,
    "change_billing_model": change_billing_model,
    "set_auto_renewal": set_auto_renewal,
    "extend": extend_subscription,
    "cancel": cancel_subscription,
    "terminate": terminate_subscription,
}
