"""The input of createSubscription."""

from datetime import date

import strawberry
from strawberry.scalars import JSON

from actions.create_subscription import CreateSubscription
from domain.periods import BillingCycle
from domain.quantities import billing_model
from schema.inputs.bases import Repeatable
from schema.inputs.ids import input_key


@strawberry.input(description="The new quantity of an add-on.")
class AddOnQuantityInput:
    code: str = strawberry.field(
        description="An `AddOnOffer.code` of the plan. Each code at most once in a list."
    )
    quantity: int = strawberry.field(
        description="Units, at most 1,000,000. From 1 in a purchase, from 0 in a change."
    )


@strawberry.input(description="A purchase or the start of a trial. See rules §4.17.")
class CreateSubscriptionInput(Repeatable):
    customer_id: strawberry.ID = strawberry.field(description="The global id of the `Customer` who buys.")
    plan_code: str = strawberry.field(
        description="The `Plan.code` to buy. The plan must have a price for the cycle, else NOT_OFFERED."
    )
    cycle: BillingCycle = strawberry.field(description="The period that prices cover.")
    quantity: int = strawberry.field(default=1, description="Licences, 1 to 1,000,000.")
    multiplier: int = strawberry.field(default=1, description="Cycles in one term, 1 to 1,200.")
    starts_on: date | None = strawberry.field(
        default=None,
        description="The first day, in the customer's time zone. Today, or a past day whose first term is "
        "still running. Default: today.",
    )
    trial_days: int | None = strawberry.field(
        default=None,
        description="Free days before the first paid term, 0 to 3,650. Default: 0.",
    )
    auto_renewal: bool = strawberry.field(
        default=True, description="Whether another term follows, or a paid term after the trial."
    )
    add_ons: list[AddOnQuantityInput] | None = strawberry.field(
        default=None, description="Add-ons to buy. The plan must offer each, else NOT_OFFERED."
    )
    number_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="The global ids of `PhoneNumber`s in stock. Each has its own charge line. Else "
        "NUMBER_NOT_AVAILABLE.",
    )
    contract_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="An ACTIVE `Contract` of the customer, in force today. Else CONTRACT_NOT_ACTIVE.",
    )
    settings: JSON | None = strawberry.field(
        default=None,
        description="A JSON object, merged into the plan's default settings by key. Null removes a key.",
    )
    quote_token: str | None = strawberry.field(
        default=None,
        description="The token of a quote from `previewProration`. The action charges exactly this quote, "
        "or fails with QUOTE_STALE. See rules §9.",
    )

    def command(self) -> CreateSubscription:
        return CreateSubscription(
            customer_id=input_key(self.customer_id, "Customer", "customerId"),
            plan_code=self.plan_code,
            quantity=self.quantity,
            model=billing_model(self.cycle, self.multiplier),
            auto_renewal=self.auto_renewal,
            starts_on=self.starts_on,
            trial_days=self.trial_days,
            add_ons=tuple((add_on.code, add_on.quantity) for add_on in self.add_ons or ()),
            number_ids=tuple(input_key(i, "PhoneNumber", "numberIds") for i in self.number_ids or ()),
            contract_id=None
            if self.contract_id is None
            else input_key(self.contract_id, "Contract", "contractId"),
            settings=self.settings,
        )
