"""The words that the model is written in: plans, owners, add-ons, what waits and what was done."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.journeys.reckoning import Money, Row

Prices = dict[str, Money]
Billing = tuple[str, int]
END = "END_OF_BILLING_PERIOD"
OVER = ("CANCELED", "EXPIRED", "TERMINATED")


class RefusedError(Exception):
    """With the code that the rules give."""


@dataclass(frozen=True)
class Plan:
    name: str
    rank: int
    prices: Prices
    offers: dict[str, Prices]


@dataclass(frozen=True)
class Owner:
    """A customer, with the policy that holds for it."""

    name: str
    zone: str
    unit: str
    basis: str
    refunds: bool
    window: int
    adjusts: bool
    bills_at_once: bool

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()


@dataclass
class AddOn:
    quantity: int
    status: str = "ACTIVE"


@dataclass
class Waiting:
    """Scheduled for the term's end; `target` is the add-on's code, where it is about one."""

    action: str
    target: str | None = None
    quantity: int | None = None
    billing: Billing | None = None


@dataclass
class Record:
    action: str
    effective_on: date
    rows: list[Row] = field(default_factory=list)
