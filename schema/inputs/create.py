"""The input of createSubscription."""

from datetime import date

import strawberry
from strawberry.scalars import JSON

from actions.create_subscription import CreateSubscription
from domain.periods import BillingCycle
from domain.quantities import billing_model
from schema.inputs.ids import input_key


@strawberry.input(description="An add-on's quantity as it shall stand.")
class AddOnQuantityInput:
    code: str
    quantity: int


@strawberry.input
class CreateSubscriptionInput:
    customer_id: strawberry.ID
    plan_code: str
    cycle: BillingCycle
    quantity: int = strawberry.field(default=1, description="Licences: 1 or more.")
    multiplier: int = strawberry.field(default=1, description="Cycles in one term: 1 or more.")
    starts_on: date | None = strawberry.field(
        default=None,
        description="Today where left out, or a past day whose first term is still running.",
    )
    trial_days: int | None = None
    auto_renewal: bool = True
    add_ons: list[AddOnQuantityInput] | None = None
    number_ids: list[strawberry.ID] | None = None
    contract_id: strawberry.ID | None = None
    settings: JSON | None = None
    reason: str | None = None
    idempotency_key: str | None = None
    quote_token: str | None = None

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
