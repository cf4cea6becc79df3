"""From the catalogue of a file to the domain's plans and offers, and to the inputs of the actions."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from actions.setup.plans import AddOnInput, PlanInput, checked_plans
from actions.setup.policy import PolicyChanges
from actions.setup.prices import PriceInput, price_list
from domain.catalogue import Offer, Plan
from domain.errors import LifecycleError
from models.engine import new_id
from transfer import format as formats
from transfer.problems import Path, RecordProblems


def plans_of(product: formats.Product, currency: str, problems: RecordProblems) -> tuple[Plan, ...] | None:
    """The plans with new ids; None, and problems, where one is not sound."""
    before = len(problems.problems)
    for path, prices in _price_lists(product):  # each by itself, so that no problem hides another
        try:
            price_list(price_inputs(prices), currency)
        except LifecycleError as error:
            problems.add((*path, *field_path(error)), error.message)
    if len(problems.problems) > before:
        return None
    try:
        return checked_plans(plan_inputs(product), new_id(), currency)
    except LifecycleError as error:
        problems.add(field_path(error), error.message)
        return None


def sku_of(sku: formats.Offer, currency: str, problems: RecordProblems) -> Offer | None:
    try:
        return Offer(sku.code, sku.name, price_list(price_inputs(sku.prices), currency, "prices"))
    except LifecycleError as error:
        problems.add(field_path(error), error.message)
        return None


def plan_inputs(product: formats.Product) -> tuple[PlanInput, ...]:
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


def price_inputs(prices: Iterable[formats.Price]) -> tuple[PriceInput, ...]:
    return tuple(PriceInput(item.cycle, Decimal(item.price), Decimal(item.cost)) for item in prices)


def policy_changes(policy: formats.Policy | None) -> PolicyChanges | None:
    return PolicyChanges(**vars(policy)) if policy else None


def field_path(error: LifecycleError) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in error.field or ())


def _price_lists(product: formats.Product) -> Iterator[tuple[Path, list[formats.Price]]]:
    for index, plan in enumerate(product.plans):
        yield ("plans", index, "prices"), plan.prices
        for number, add_on in enumerate(plan.add_ons):
            yield ("plans", index, "addOns", number, "prices"), add_on.prices
