"""Plans with their add-ons, and SKUs of phone numbers. Prices are for one billing cycle."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.errors import ErrorCode, LifecycleError
from domain.money import Amounts
from domain.periods import BillingCycle, BillingModel

Prices = Mapping[BillingCycle, Amounts]


@dataclass(frozen=True)
class Offer:
    """Something with a price list: a plan, an add-on of a plan, or a SKU."""

    code: str
    name: str
    prices: Prices

    def per_cycle(self, cycle: BillingCycle, *field: str) -> Amounts:
        """The amounts of one cycle. Raises NOT_OFFERED if there are none."""
        if cycle not in self.prices:
            raise LifecycleError(
                ErrorCode.NOT_OFFERED, f"{self.name} is not offered {cycle.lower()}.", *field
            )
        return self.prices[cycle]

    def unit(self, model: BillingModel) -> Amounts:
        """The unit amount of a line: one cycle x the multiplier. Raises NOT_OFFERED. rules §1."""
        return self.per_cycle(model.cycle) * model.multiplier


@dataclass(frozen=True)
class Plan(Offer):
    """A plan of a product. Ranks are unique in the product; a higher one is an upgrade. rules §4.4."""

    id: UUID
    product_id: UUID
    rank: int
    default_settings: Mapping[str, Any] = field(default_factory=dict)
    add_ons: Mapping[str, Offer] = field(default_factory=dict)

    def add_on(self, code: str) -> Offer:
        """The plan's offer of that add-on. Raises NOT_OFFERED."""
        if code not in self.add_ons:
            raise LifecycleError(
                ErrorCode.NOT_OFFERED, f"The plan {self.name} does not offer the add-on {code}."
            )
        return self.add_ons[code]
