"""The input of createSubscription."""

from datetime import date

import strawberry
from strawberry.scalars import JSON

from actions.create_subscription import CreateSubscription
from domain.periods import BillingCycle
from domain.quantities import billing_model
from schema.inputs.bases import Repeatable
from schema.inputs.ids import input_key


@strawberry.input(description="An add-on's quantity as it shall stand.")
class AddOnQuantityInput:
    code: str = strawberry.field(
        description="As the plan offers it: `AddOnOffer.code`. A list may name each once."
    )
    quantity: int = strawberry.field(
        description="Pieces, up to 1,000,000; from 1 in a purchase, from 0 in a change."
    )


@strawberry.input(description="A purchase, or the start of a trial. Source: rules.md, The actions.")
class CreateSubscriptionInput(Repeatable):
    customer_id: strawberry.ID = strawberry.field(description="Who buys: a `Customer`.")
    plan_code: str = strawberry.field(
        description="What is bought: `Plan.code`. It must have a price for the cycle."
    )
    cycle: BillingCycle = strawberry.field(description="The length that prices are for.")
    quantity: int = strawberry.field(default=1, description="Licences: 1 to 1,000,000.")
    multiplier: int = strawberry.field(default=1, description="Cycles in one term: 1 to 1,200.")
    starts_on: date | None = strawberry.field(
        default=None,
        description="The first day, in the customer's time zone: today where left out, or a past "
        "day whose first term is still running.",
    )
    trial_days: int | None = strawberry.field(
        default=None,
        description="Days that are free before the first paid term, 0 to 3,650; none where left out.",
    )
    auto_renewal: bool = strawberry.field(
        default=True, description="Whether another term follows, or the first paid one a trial."
    )
    add_ons: list[AddOnQuantityInput] | None = strawberry.field(
        default=None, description="What is bought besides the plan; each must be offered by it."
    )
    number_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="`PhoneNumber`s in stock that it will hold; each is charged on a line of its own.",
    )
    contract_id: strawberry.ID | None = strawberry.field(
        default=None, description="A `Contract` of the customer's, ACTIVE today."
    )
    settings: JSON | None = strawberry.field(
        default=None, description="Laid over the plan's defaults, key by key; a null removes one."
    )
    quote_token: str | None = strawberry.field(
        default=None, description="From `previewProration`: charge exactly that, or fail with QUOTE_STALE."
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
