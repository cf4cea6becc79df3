"""What is sold."""

import strawberry

from domain.periods import BillingCycle
from resolvers import edges
from schema.fields import Node, amount, many
from schema.types.money import Money


@strawberry.type(description="What one cycle costs.")
class PlanPrice:
    cycle: BillingCycle

    price: Money = amount("price")
    cost: Money | None = amount("cost", "Null for a viewer on the customer's side.", secret=True)


@strawberry.type(description="An add-on that a plan offers.")
class AddOnOffer:
    code: str
    name: str
    prices: list[PlanPrice] = many(edges.offer_prices)


@strawberry.type
class Plan(Node):
    code: str
    name: str
    rank: int = strawberry.field(
        description="Orders the plans of a product: a change to a higher rank is an upgrade."
    )
    prices: list[PlanPrice] = many(edges.plan_prices)
    add_ons: list[AddOnOffer] = many(edges.plan_add_ons)


@strawberry.type
class Product(Node):
    code: str
    name: str
    plans: list[Plan] = many(edges.product_plans)


@strawberry.type(description="A kind of phone number, with its prices.")
class Sku:
    code: str
    name: str
    prices: list[PlanPrice] = many(edges.sku_prices)
