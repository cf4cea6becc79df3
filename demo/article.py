"""The article's customer: Professional, bought on 16 November 2020, paid in full, ready to upgrade.

It is the partner's first sale. What an upgrade could stumble over, it does not have.
"""

from datetime import date

from demo.story import Agreement, Party, Sale

ADMIN, MEMBER = "Aisha Rahman", "Lucas Ng"
REFERENCE = "S-000001"  # references are counted by partner

_BOUGHT = date(2020, 11, 16)

CUSTOMER = Party(
    name="Orchard Lane Interiors Pte Ltd",
    zone="Asia/Singapore",
    domain="orchardlane.example",
    since=_BOUGHT,
    members=(ADMIN, MEMBER, "Grace Lim"),
    agreements=(Agreement("Master services agreement 2020", date(2020, 11, 1), date(2023, 10, 31)),),
    sales=(Sale(_BOUGHT, "professional", reason="Order form of 16 November 2020", by=ADMIN),),
)
