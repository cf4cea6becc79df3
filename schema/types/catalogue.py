"""What is sold."""

import strawberry

from domain.periods import BillingCycle
from resolvers import edges
from schema.fields import Node, amount, many
from schema.types.money import Money


@strawberry.type(description="What one cycle costs.")
class PlanPrice:
    cycle: BillingCycle = strawberry.field(
        description="The length that the two amounts pay for; a plan has one price for each cycle "
        "that it offers."
    )

    price: Money = amount(
        "price", description="What the customer pays the partner for one piece for one cycle; 0 or more."
    )
    cost: Money | None = amount(
        "cost",
        "What the partner pays the platform for the same; 0 or more. Null for a "
        "viewer on the customer's side.",
        secret=True,
    )


@strawberry.type(description="An add-on that a plan offers.")
class AddOnOffer:
    code: str = strawberry.field(
        description="Names the add-on within its plan, in inputs such as `AddOnQuantityInput`."
    )
    name: str = strawberry.field(description="As people read it, also on invoices.")
    prices: list[PlanPrice] = many(
        edges.offer_prices, description="What one piece costs, for each cycle that it is offered for."
    )


@strawberry.type(description="One level of a product that a customer can subscribe to, such as Professional.")
class Plan(Node):
    code: str = strawberry.field(description="Unique for the partner; what `planCode` names.")
    name: str = strawberry.field(description="As people read it, also in summaries and on invoices.")
    rank: int = strawberry.field(
        description="Orders the plans of a product, each with its own: a change to a higher rank "
        "is an upgrade and charged, to a lower one a downgrade and not refunded. "
        "Source: rules.md, The actions."
    )
    prices: list[PlanPrice] = many(
        edges.plan_prices,
        description="What one licence costs, for each cycle that the plan is offered for; one or "
        "two entries.",
    )
    add_ons: list[AddOnOffer] = many(
        edges.plan_add_ons, description="What may be bought with this plan, by code."
    )


@strawberry.type(description="What is sold: plans between which a subscription may change.")
class Product(Node):
    code: str = strawberry.field(description="Unique for the partner; what `productCode` names.")
    name: str = strawberry.field(description="As people read it.")
    plans: list[Plan] = many(edges.product_plans, description="All its plans, the lowest rank first.")


@strawberry.type(description="A kind of phone number, with its prices.")
class Sku:
    code: str = strawberry.field(
        description="Unique for the partner; what `skuCode` names. A number is swapped only for "
        "one of the same."
    )
    name: str = strawberry.field(description="As people read it, also on invoices.")
    prices: list[PlanPrice] = many(
        edges.sku_prices, "What one number costs, for each cycle that it is offered for."
    )
