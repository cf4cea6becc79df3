"""The article's partner: a sandbox whose clock shows the day of the published upgrade."""

from datetime import datetime, timedelta, timezone

from demo import sample_customer
from demo.americas import AMERICAS
from demo.asia_pacific import ASIA_PACIFIC
from demo.catalogue import CLOUD_PHONE, CONTACT_CENTRE, STOCK
from demo.europe_africa import EUROPE_AFRICA
from demo.scenario import Scenario

ADMIN, STAFF = "Mei Lin Tan", "Daniel Koh"

SINGAPORE = timezone(timedelta(hours=8))
STARTS = datetime(2020, 11, 16, 8, tzinfo=SINGAPORE)
ENDS = datetime(2021, 6, 16, 9, tzinfo=SINGAPORE)

USD_PARTNER = Scenario(
    name="Straits Cloud Pte Ltd",
    currency="USD",
    starts=STARTS,
    ends=ENDS,
    staff=STAFF,
    products=(CLOUD_PHONE, CONTACT_CENTRE),
    stock=STOCK,
    buyers=(sample_customer.CUSTOMER, *ASIA_PACIFIC, *EUROPE_AFRICA, *AMERICAS),
)
