"""How long, and how often."""

from datetime import date

import strawberry

from domain.periods import BillingCycle


@strawberry.type(description="How often a subscription is billed. See rules §2.")
class BillingModel:
    cycle: BillingCycle = strawberry.field(description="The period that prices cover.")
    multiplier: int = strawberry.field(
        description="Cycles in one term, 1 to 1,200. MONTHLY x 3 means every three months."
    )


@strawberry.type(
    description="A billed period of full days in the customer's time zone, both ends inclusive: 16 Nov "
    "2020 to 15 Nov 2021. Terms follow each other without gaps or overlaps. See rules §2."
)
class Term:
    number: int = strawberry.field(description="0 for a trial. Paid terms count from 1.")
    starts_on: date = strawberry.field(description="The first day.")
    ends_on: date = strawberry.field(description="The last day, inclusive.")
