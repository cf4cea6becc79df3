"""How long, and how often."""

from datetime import date

import strawberry

from domain.periods import BillingCycle


@strawberry.type(description="How often a subscription is billed. Source: rules.md, Days, terms, anchors.")
class BillingModel:
    cycle: BillingCycle = strawberry.field(description="The length that prices are for.")
    multiplier: int = strawberry.field(
        description="Cycles in one term, 1 to 1,200: MONTHLY x 3 is every three months."
    )


@strawberry.type(
    description="A period that is paid for at once: whole days in the customer's time zone, "
    "both ends included, as in the article's '16 Nov 2020 - 15 Nov 2021'. Terms "
    "follow each other without gap or overlap. Source: rules.md, Days, terms, "
    "anchors."
)
class Term:
    number: int = strawberry.field(description="0 for a trial; paid terms count from 1.")
    starts_on: date = strawberry.field(description="The first day.")
    ends_on: date = strawberry.field(description="The last day, inclusive.")
