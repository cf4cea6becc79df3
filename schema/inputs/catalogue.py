"""Inputs of the mutations that say what is sold."""

from decimal import Decimal

import strawberry
from strawberry.scalars import JSON

from actions.setup.add_numbers import AddNumbers
from actions.setup.save_product import SaveProduct
from actions.setup.save_sku import SaveSku
from actions.setup.validation import AddOnInput as AddOnCommand
from actions.setup.validation import PlanInput as PlanCommand
from actions.setup.validation import PriceInput as PriceCommand
from domain.periods import BillingCycle


@strawberry.input(description="What one piece costs for one cycle.")
class PriceInput:
    cycle: BillingCycle = strawberry.field(
        description="The length that the two amounts pay for; a list may name each once."
    )
    price: Decimal = strawberry.field(
        description="What the customer pays the partner: 0 or more, in the partner's currency and "
        "with no more digits than that has."
    )
    cost: Decimal = strawberry.field(
        description="What the partner pays the platform, within the same bounds."
    )


def _prices(prices: list[PriceInput]) -> tuple[PriceCommand, ...]:
    return tuple(PriceCommand(price.cycle, price.price, price.cost) for price in prices)


@strawberry.input(description="An add-on that a plan offers.")
class AddOnOfferInput:
    code: str = strawberry.field(description="Names it within the plan; 1 to 100 characters.")
    name: str = strawberry.field(description="As people read it; 1 to 200 characters.")
    prices: list[PriceInput] = strawberry.field(
        description="One or two; a cycle without a price is not offered."
    )


@strawberry.input(description="A plan of a product, whole.")
class PlanInput:
    code: str = strawberry.field(description="Unique for the partner; 1 to 100 characters.")
    name: str = strawberry.field(description="As people read it; 1 to 200 characters.")
    rank: int = strawberry.field(
        description="Unique in the product: a change to a higher rank is an upgrade."
    )
    prices: list[PriceInput] = strawberry.field(
        description="One or two; a cycle without a price is not offered."
    )
    default_settings: JSON | None = strawberry.field(
        default=None, description="A JSON object that new subscriptions start with; at most 16 KiB."
    )
    add_ons: list[AddOnOfferInput] | None = strawberry.field(
        default=None, description="What may be bought with the plan; nothing where left out."
    )

    def command(self) -> PlanCommand:
        add_ons = tuple(AddOnCommand(a.code, a.name, _prices(a.prices)) for a in self.add_ons or ())
        return PlanCommand(
            self.code, self.name, self.rank, _prices(self.prices), self.default_settings, add_ons
        )


@strawberry.input(description="A product with all its plans: what is left out is removed.")
class ProductInput:
    code: str = strawberry.field(
        description="Names the product to create or to replace; 1 to 100 characters."
    )
    name: str = strawberry.field(description="As people read it; 1 to 200 characters.")
    plans: list[PlanInput] = strawberry.field(
        description="All of them; one that a subscription has or had must stay."
    )

    def command(self) -> SaveProduct:
        return SaveProduct(self.code, self.name, tuple(plan.command() for plan in self.plans))


@strawberry.input(description="A kind of phone number with all its prices.")
class SkuInput:
    code: str = strawberry.field(description="Names the kind to create or to replace; 1 to 100 characters.")
    name: str = strawberry.field(description="As people read it; 1 to 200 characters.")
    prices: list[PriceInput] = strawberry.field(
        description="One or two; a cycle without a price is not offered."
    )

    def command(self) -> SaveSku:
        return SaveSku(self.code, self.name, _prices(self.prices))


@strawberry.input(description="Phone numbers of one kind, to be put in stock.")
class AddNumbersInput:
    sku_code: str = strawberry.field(description="Their kind: `Sku.code`.")
    e164: list[str] = strawberry.field(
        description="1 to 1,000 numbers that the partner does not have yet, each a plus sign and "
        "2 to 15 digits, the first not 0."
    )

    def command(self) -> AddNumbers:
        return AddNumbers(self.sku_code, tuple(self.e164))
