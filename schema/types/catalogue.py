"""Products, plans, add-on offers and SKUs, with their prices."""

import strawberry

from domain.periods import BillingCycle
from resolvers import edges
from schema.fields import Node, amount, many
from schema.types.money import Money


@strawberry.type(description="The price and cost of one unit for one billing cycle.")
class PlanPrice:
    cycle: BillingCycle = strawberry.field(
        description="The period that the price and cost cover. Each cycle occurs at most once in a list."
    )

    price: Money = amount("price", description="What the customer pays the partner, 0 or more.")
    cost: Money | None = amount(
        "cost",
        "What the partner pays the platform, 0 or more. Null for viewers on the customer's side.",
        secret=True,
    )


@strawberry.type(description="An add-on that a plan offers.")
class AddOnOffer:
    code: str = strawberry.field(
        description="Unique within the plan. Used in inputs such as `AddOnQuantityInput`."
    )
    name: str = strawberry.field(description="The display name, also on invoices.")
    prices: list[PlanPrice] = many(
        edges.offer_prices, description="The price of one unit, for each cycle that is offered."
    )


@strawberry.type(description="A level of a product, such as Professional. Customers subscribe to a plan.")
class Plan(Node):
    code: str = strawberry.field(description="Unique within the partner. Used as `planCode`.")
    name: str = strawberry.field(description="The display name, also in summaries and on invoices.")
    rank: int = strawberry.field(
        description="The level within the product, unique. A change to a higher rank is an upgrade and is "
        "charged. A change to a lower rank is not refunded. See rules §4.4."
    )
    prices: list[PlanPrice] = many(
        edges.plan_prices,
        description="The price of one licence, for each cycle that is offered. One or two entries.",
    )
    add_ons: list[AddOnOffer] = many(
        edges.plan_add_ons, description="The add-ons that can be bought with this plan, by code."
    )


@strawberry.type(description="A group of plans. A subscription can change between them.")
class Product(Node):
    code: str = strawberry.field(description="Unique within the partner. Used as `productCode`.")
    name: str = strawberry.field(description="The display name.")
    plans: list[Plan] = many(edges.product_plans, description="All plans, lowest rank first.")


@strawberry.type(description="A kind of phone number with its prices.")
class Sku:
    code: str = strawberry.field(
        description="Unique within the partner. Used as `skuCode`. A swap needs two numbers with the same "
        "code."
    )
    name: str = strawberry.field(description="The display name, also on invoices.")
    prices: list[PlanPrice] = many(
        edges.sku_prices, "The price of one number, for each cycle that is offered."
    )
