"""The article's partner: a sandbox whose clock stands at the day of the published upgrade."""

from datetime import datetime, timedelta, timezone

from demo import practice
from demo.americas import AMERICAS
from demo.asia_pacific import ASIA_PACIFIC
from demo.catalogue import CLOUD_PHONE, CONTACT_CENTRE, STOCK
from demo.europe_africa import EUROPE_AFRICA
from demo.story import Scene

ADMIN, STAFF = "Mei Lin Tan", "Daniel Koh"

SINGAPORE = timezone(timedelta(hours=8))
STARTS = datetime(2020, 11, 16, 8, tzinfo=SINGAPORE)
ENDS = datetime(2021, 6, 16, 9, tzinfo=SINGAPORE)

DOLLARS = Scene(
    name="Straits Cloud Pte Ltd",
    currency="USD",
    starts=STARTS,
    ends=ENDS,
    staff=STAFF,
    products=(CLOUD_PHONE, CONTACT_CENTRE),
    stock=STOCK,
    parties=(practice.CUSTOMER, *ASIA_PACIFIC, *EUROPE_AFRICA, *AMERICAS),
)
