"""How a demo is told: a partner, its customers, and what each bought and did, day by day."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from actions.setup.save_product import SaveProduct
from actions.setup.save_sku import SaveSku
from actions.setup.validation import PolicyChanges
from domain.contracts import ContractStatus
from domain.decision import Decision
from domain.periods import BillingCycle, BillingModel
from models.store.unit_of_work import Writing

_DEMO = UUID("6f1d9f0a-51c7-5b52-9a67-0b7f3a1c2d10")

MONTHLY = BillingModel(BillingCycle.MONTHLY)
YEARLY = BillingModel(BillingCycle.YEARLY)


@dataclass
class Cast:
    """What exists of a customer so far, by the names that the story uses."""

    customer_id: UUID
    numbers: Mapping[str, UUID]
    org_uuid: Callable[[str], UUID]
    members: dict[str, UUID] = field(default_factory=dict)
    contracts: dict[str, UUID] = field(default_factory=dict)

    def ids(self, members: Sequence[str]) -> tuple[UUID, ...]:
        return tuple(self.members[name] for name in members)


@dataclass(frozen=True)
class Step:
    """Something done to a subscription on a day; by the partner's staff, unless `by` names a member."""

    on: date
    take: Callable[[Writing, Cast, UUID], Awaitable[Decision]]
    reason: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class Sale:
    """A subscription, sold on a day, and what was done to it later. Time does the rest: it renews."""

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
class Party:
    """A customer, from a day on, with its people, its contracts and all that it buys."""

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
class Stock:
    sku: SaveSku
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """A sandbox partner and its story, from one instant to another. `staff` acts for the partner."""

    name: str
    currency: str
    starts: datetime
    ends: datetime
    staff: str
    products: tuple[SaveProduct, ...]
    stock: tuple[Stock, ...]
    parties: tuple[Party, ...]

    @property
    def partner_id(self) -> UUID:
        """The same wherever the demo is loaded."""
        return uuid5(_DEMO, self.name)

    def org_uuid(self, domain: str) -> UUID:
        """Of the customer with that domain."""
        return uuid5(self.partner_id, domain)
