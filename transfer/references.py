"""What a file's records may refer to: what the database has, and what the file brings."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from actions.setup.validation import (
    AddOnInput,
    PlanInput,
    PolicyChanges,
    PriceInput,
    checked_plans,
    price_list,
)
from domain.catalogue import Offer, Plan
from domain.currency import to_minor
from domain.errors import LifecycleError
from domain.policy import Policy
from domain.subscription import Customer
from models.engine import new_id
from transfer import format as given
from transfer.problems import Complaints, Path

MAX_KEPT = 10_000
"""Amounts that are worked out once: most come again and again."""


@dataclass(frozen=True)
class Stocked:
    """A phone number; `holder` is the reference of the subscription that has it."""

    id: UUID
    sku: str
    holder: str | None = None


@dataclass
class Known:
    """By the names that files use. Plans have their rows' ids only once they are saved; `refused` are the
    codes of those that have problems of their own.
    """

    currency: str
    policy: Policy
    plans: dict[str, Plan] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    skus: dict[str, Offer] = field(default_factory=dict)
    customers: dict[UUID, Customer] = field(default_factory=dict)
    members: dict[tuple[UUID, str], tuple[UUID, str]] = field(default_factory=dict)
    numbers: dict[str, Stocked] = field(default_factory=dict)
    contracts: dict[str, tuple[UUID, UUID]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    _minors: dict[str, int] = field(default_factory=dict)

    def add_product(self, product: given.Product, complaints: Complaints | None = None) -> None:
        codes = {plan.code for plan in product.plans}
        self.refused |= codes
        if complaints and not _check_prices(self.currency, product, complaints):
            return
        try:
            plans = checked_plans(plan_inputs(product), new_id(), self.currency)
        except LifecycleError as error:
            _refuse(complaints, error)
            return
        self.refused -= codes
        for index, plan in enumerate(plans):
            if complaints and self.products.get(plan.code, product.code) != product.code:
                words = f"The product {self.products[plan.code]} has a plan of this code. Choose another."
                complaints.add(("plans", index, "code"), words)
            self.products[plan.code] = product.code
            self.plans[plan.code] = plan

    def add_sku(self, sku: given.Sku, complaints: Complaints | None = None) -> None:
        try:
            self.skus[sku.code] = Offer(
                sku.code, sku.name, price_list(price_inputs(sku.prices), self.currency, "prices")
            )
        except LifecycleError as error:
            _refuse(complaints, error)

    def add_customer(self, customer: given.Customer, customer_id: UUID) -> None:
        own = policy_changes(customer.policy)
        changed = {name: value for name, value in vars(own).items() if value is not None} if own else {}
        self.customers[customer.org_uuid] = Customer(
            customer_id,
            customer.org_uuid,
            customer.name,
            customer.time_zone,
            customer.bill_on_order_day,
            customer.billing_day,
            replace(self.policy, **changed),
        )

    def minor(self, text: str, complaints: Complaints, path: Path) -> int:
        """In minor units, negative ones too; 0, and a problem, for what the currency cannot tell."""
        if text in self._minors:
            return self._minors[text]
        try:
            minor = to_minor(abs(Decimal(text)), self.currency)
        except LifecycleError as error:
            complaints.add(path, error.message)
            return 0
        signed = -minor if text.startswith("-") else minor
        if len(self._minors) < MAX_KEPT:
            self._minors[text] = signed
        return signed


def plan_inputs(product: given.Product) -> tuple[PlanInput, ...]:
    return tuple(
        PlanInput(
            plan.code,
            plan.name,
            plan.rank,
            price_inputs(plan.prices),
            plan.default_settings,
            tuple(AddOnInput(a.code, a.name, price_inputs(a.prices)) for a in plan.add_ons),
        )
        for plan in product.plans
    )


def price_inputs(prices: Iterable[given.Price]) -> tuple[PriceInput, ...]:
    return tuple(PriceInput(item.cycle, Decimal(item.price), Decimal(item.cost)) for item in prices)


def policy_changes(policy: given.Policy | None) -> PolicyChanges | None:
    return PolicyChanges(**vars(policy)) if policy else None


def _check_prices(currency: str, product: given.Product, complaints: Complaints) -> bool:
    """Each list of prices by itself, so that a problem with one hides none of another's."""
    lists: list[tuple[Path, list[given.Price]]] = []
    for index, plan in enumerate(product.plans):
        lists.append((("plans", index, "prices"), plan.prices))
        for number, add_on in enumerate(plan.add_ons):
            lists.append((("plans", index, "addOns", number, "prices"), add_on.prices))
    sound = True
    for path, prices in lists:
        try:
            price_list(price_inputs(prices), currency)
        except LifecycleError as error:
            complaints.add((*path, *field_path(error)), error.message)
            sound = False
    return sound


def field_path(error: LifecycleError) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in error.field or ())


def _refuse(complaints: Complaints | None, error: LifecycleError) -> None:
    """What the database has is taken as it is."""
    if complaints:
        complaints.add(field_path(error), error.message)
