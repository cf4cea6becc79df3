"""What else the article's customer bought: a subscription for each of GraphiQL's tabs that changes something,
so that none gets in another's way. Each is found again by the reason of its order, which no other has.
"""

from dataclasses import replace
from datetime import date

from demo import article
from demo.article import ADMIN
from demo.steps import AT_PERIOD_END, assigned, canceled, licensed, with_add_ons
from demo.story import MONTHLY, Sale

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
CUSTOMER = replace(article.CUSTOMER, sales=(*article.CUSTOMER.sales, *_SALES))
