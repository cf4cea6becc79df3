"""The article's customer: Professional, bought on 16 November 2020, paid in full, ready to upgrade.

It is the partner's first sale, and nothing prevents its upgrade. Each GraphiQL tab that changes something has
its own subscription. The reason of the order is unique, and identifies the subscription.
"""

from dataclasses import replace
from datetime import date

from demo.scenario import MONTHLY, Agreement, Buyer, Sale
from demo.scenario_steps import AT_PERIOD_END, assigned, canceled, licensed, with_add_ons

ADMIN, MEMBER = "Aisha Rahman", "Lucas Ng"
REFERENCE = "S-000001"  # references are counted by partner

_BOUGHT = date(2020, 11, 16)

ARTICLE_CUSTOMER = Buyer(
    name="Orchard Lane Interiors Pte Ltd",
    zone="Asia/Singapore",
    domain="orchardlane.example",
    since=_BOUGHT,
    members=(ADMIN, MEMBER, "Grace Lim"),
    agreements=(Agreement("Master services agreement 2020", date(2020, 11, 1), date(2023, 10, 31)),),
    sales=(Sale(_BOUGHT, "professional", reason="Order form of 16 November 2020", by=ADMIN),),
)

ADD_ONS = Sale(
    date(2021, 1, 18),
    "business",
    quantity=5,
    add_ons=(("call-recording", 5), ("extra-storage", 1)),
    reason="The showroom's team",
    by=ADMIN,
    then=(
        assigned("Lucas Ng", "Grace Lim", on=date(2021, 1, 19), by=ADMIN),
        licensed(8, date(2021, 3, 22), "Three designers more", ADMIN),
        with_add_ons({"call-recording": 8}, date(2021, 3, 23), "For them too", ADMIN),
    ),
)

NUMBERS = Sale(
    date(2021, 2, 1),
    "professional",
    quantity=2,
    numbers=("+442079460010", "+442079460011"),
    reason="The office in London",
    by=ADMIN,
)

PAST_DAY = Sale(date(2021, 3, 1), "contact-team", reason="Orders by telephone", by=ADMIN)

PERIOD_END = Sale(
    date(2021, 4, 1), "professional", model=MONTHLY, reason="A stall at the spring fair", by=ADMIN
)

REVOKED = Sale(
    date(2021, 4, 12),
    "professional",
    model=MONTHLY,
    reason="A stall at the night market",
    by=ADMIN,
    then=(canceled(AT_PERIOD_END, date(2021, 6, 14), "The market may move", ADMIN),),
)

TERMINATED = Sale(date(2021, 6, 9), "professional", reason="A second workshop", by=ADMIN)

_SALES = (ADD_ONS, NUMBERS, PAST_DAY, PERIOD_END, REVOKED, TERMINATED)
CUSTOMER = replace(ARTICLE_CUSTOMER, sales=(*ARTICLE_CUSTOMER.sales, *_SALES))
