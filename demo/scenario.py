"""A demo as data: a partner, its customers, and what each bought and did, day by day."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from actions.setup.save_product import SaveProduct
from actions.setup.save_sku import SaveSku
from actions.setup.validation import PolicyChanges, PriceInput
from domain.decision import Decision
from domain.periods import BillingCycle, BillingModel
from domain.subscription import ContractStatus
from models.store.unit_of_work import Writing

_DEMO = UUID("6f1d9f0a-51c7-5b52-9a67-0b7f3a1c2d10")

MONTHLY = BillingModel(BillingCycle.MONTHLY)
YEARLY = BillingModel(BillingCycle.YEARLY)


@dataclass
class Created:
    """The ids of what exists of a customer so far, by the names in the scenario."""

    customer_id: UUID
    numbers: Mapping[str, UUID]
    org_uuid: Callable[[str], UUID]
    members: dict[str, UUID] = field(default_factory=dict)
    contracts: dict[str, UUID] = field(default_factory=dict)

    def ids(self, members: Sequence[str]) -> tuple[UUID, ...]:
        return tuple(self.members[name] for name in members)


@dataclass(frozen=True)
class Step:
    """An action on a subscription on a day, by the partner's staff or the member `by`."""

    on: date
    take: Callable[[Writing, Created, UUID], Awaitable[Decision]]
    reason: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class Sale:
    """A subscription sold on a day, and the later steps. It renews by itself."""

    on: date
    plan: str
    quantity: int = 1
    model: BillingModel = YEARLY
    starts_on: date | None = None
    trial_days: int | None = None
    auto_renewal: bool = True
    add_ons: tuple[tuple[str, int], ...] = ()
    numbers: tuple[str, ...] = ()
    agreement: str | None = None
    settings: Mapping[str, Any] | None = None
    reason: str | None = None
    by: str | None = None
    then: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Agreement:
    title: str
    starts_on: date
    ends_on: date | None = None
    status: ContractStatus = ContractStatus.ACTIVE


@dataclass(frozen=True)
class Buyer:
    """A customer from a day on, with its members, contracts and subscriptions."""

    name: str
    zone: str
    domain: str
    since: date
    members: tuple[str, ...] = ()
    bill_on_order_day: bool = True
    billing_day: int = 1
    policy: PolicyChanges | None = None
    agreements: tuple[Agreement, ...] = ()
    sales: tuple[Sale, ...] = ()


@dataclass(frozen=True)
class NumberStock:
    sku: SaveSku
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """A sandbox partner and its customers, from `starts` to `ends`. `staff` acts for the partner."""

    name: str
    currency: str
    starts: datetime
    ends: datetime
    staff: str
    products: tuple[SaveProduct, ...]
    stock: tuple[NumberStock, ...]
    buyers: tuple[Buyer, ...]

    @property
    def partner_id(self) -> UUID:
        """The same in every database."""
        return uuid5(_DEMO, self.name)

    def org_uuid(self, domain: str) -> UUID:
        """The orgUuid of the customer with that domain."""
        return uuid5(self.partner_id, domain)


def prices(*, month: tuple[str, str], year: tuple[str, str]) -> tuple[PriceInput, ...]:
    """Each amount is a pair: cost before price, as in the article."""
    return _price(BillingCycle.MONTHLY, *month), _price(BillingCycle.YEARLY, *year)


def _price(cycle: BillingCycle, cost: str, price: str) -> PriceInput:
    return PriceInput(cycle, Decimal(price), Decimal(cost))


def block(prefix: str, count: int) -> tuple[str, ...]:
    """`count` phone numbers: the prefix and two digits, from 01."""
    return tuple(f"{prefix}{number:02d}" for number in range(1, count + 1))
