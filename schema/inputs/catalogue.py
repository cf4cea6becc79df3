"""Inputs about products, SKUs and numbers in stock."""

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
from schema.inputs.bases import optional, required


@strawberry.input(description="The price and cost of one unit for one billing cycle.")
class PriceInput:
    cycle: BillingCycle = required(
        "The period that the price and cost cover. Each cycle at most once in a list."
    )
    price: Decimal = required(
        "What the customer pays the partner. 0 or more, in the partner's currency, with at "
        "most its number of decimal digits."
    )
    cost: Decimal = required("What the partner pays the platform. Same limits as `price`.")


def _prices(prices: list[PriceInput]) -> tuple[PriceCommand, ...]:
    return tuple(PriceCommand(price.cycle, price.price, price.cost) for price in prices)


@strawberry.input(description="An add-on that a plan offers.")
class AddOnOfferInput:
    code: str = required("Unique within the plan. 1 to 100 characters.")
    name: str = required("The display name. 1 to 200 characters.")
    prices: list[PriceInput] = required("One or two prices. A cycle without a price is not offered.")


@strawberry.input(description="A plan with all its prices and add-ons.")
class PlanInput:
    code: str = required("Unique within the partner. 1 to 100 characters.")
    name: str = required("The display name. 1 to 200 characters.")
    rank: int = required("Unique within the product. A change to a higher rank is an upgrade.")
    prices: list[PriceInput] = required("One or two prices. A cycle without a price is not offered.")
    default_settings: JSON | None = optional(
        "A JSON object, the initial settings of new subscriptions. At most 16 KiB."
    )
    add_ons: list[AddOnOfferInput] | None = optional(
        "The add-ons that can be bought with the plan. Default: none."
    )

    def command(self) -> PlanCommand:
        add_ons = tuple(AddOnCommand(a.code, a.name, _prices(a.prices)) for a in self.add_ons or ())
        return PlanCommand(
            self.code, self.name, self.rank, _prices(self.prices), self.default_settings, add_ons
        )


@strawberry.input(description="A product with all its plans. Saving removes what the input leaves out.")
class ProductInput:
    code: str = required("Identifies the product to create or replace. 1 to 100 characters.")
    name: str = required("The display name. 1 to 200 characters.")
    plans: list[PlanInput] = required("All plans. A plan that a subscription has, or has had, must stay.")

    def command(self) -> SaveProduct:
        return SaveProduct(self.code, self.name, tuple(plan.command() for plan in self.plans))


@strawberry.input(description="A kind of phone number with all its prices.")
class SkuInput:
    code: str = required("Identifies the SKU to create or replace. 1 to 100 characters.")
    name: str = required("The display name. 1 to 200 characters.")
    prices: list[PriceInput] = required("One or two prices. A cycle without a price is not offered.")

    def command(self) -> SaveSku:
        return SaveSku(self.code, self.name, _prices(self.prices))


@strawberry.input(description="New phone numbers of one kind, for the stock.")
class AddNumbersInput:
    sku_code: str = required("The kind of the numbers: a `Sku.code`.")
    e164: list[str] = required(
        "1 to 1,000 new numbers. Each is a plus sign and 2 to 15 digits, the first not 0."
    )

    def command(self) -> AddNumbers:
        return AddNumbers(self.sku_code, tuple(self.e164))
