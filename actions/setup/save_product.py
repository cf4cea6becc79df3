"""Create or replace a product with all its plans, add-ons and prices.

Running terms keep what they were charged; the next charge uses the new prices.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from actions.setup.catalogue_rows import (
    Priced,
    clear,
    plans_in_use,
    prices_in_use,
    save_plan_rows,
    save_price_rows,
    save_product_row,
    stored_prices,
)
from actions.setup.validation import PlanInput, check_code, check_name, checked_plans
from domain.catalogue import Plan
from domain.errors import ErrorCode, LifecycleError
from models.store.unit_of_work import Exclusive


@dataclass(frozen=True)
class SaveProduct:
    code: str
    name: str
    plans: tuple[PlanInput, ...]


async def save_product(tx: Exclusive, command: SaveProduct) -> UUID:
    """The product's id. Raises INVALID_VALUE, also for removing what a subscription needs.

    Exclusive, because a sale that is under way has read prices but shows no subscription yet.
    """
    check_code(command.code, "code")
    check_name(command.name, "name")
    product_id = await save_product_row(tx, command.code, command.name)
    plans = checked_plans(command.plans, product_id, tx.partner.currency)
    removed = await stored_prices(tx, product_id) - set(_prices(plans))
    if removed:
        await _check_unused(tx, product_id, plans, removed)
    codes = [plan.code for plan in plans]
    await clear(tx, product_id, {price.plan for price in removed}.difference(codes))
    ids = await save_plan_rows(tx, plans)
    for index, code in enumerate(codes):
        if code not in ids:
            raise LifecycleError(
                ErrorCode.INVALID_VALUE,
                f"Another product has a plan with the code {code}. Choose another code.",
                "plans",
                str(index),
                "code",
            )
    await save_price_rows(tx, plans, ids)
    return product_id


def _prices(plans: Sequence[Plan]) -> Iterator[Priced]:
    for plan in plans:
        yield from (Priced(plan.code, None, cycle) for cycle in plan.prices)
        for offer in plan.add_ons.values():
            yield from (Priced(plan.code, offer.code, cycle) for cycle in offer.prices)


async def _check_unused(tx: Exclusive, product_id: UUID, plans: Sequence[Plan], removed: set[Priced]) -> None:
    """A renewal must find every price that it needs, and a subscription its plan."""
    places = {plan.code: str(index) for index, plan in enumerate(plans)}
    gone = {price.plan for price in removed}.difference(places)
    for code, user in sorted((await plans_in_use(tx, product_id, gone)).items()):
        raise LifecycleError(
            ErrorCode.INVALID_VALUE,
            f"The plan {code} cannot be removed, as {user} is or was subscribed to it. Keep it in the list.",
            "plans",
        )
    in_use = await prices_in_use(tx, product_id)
    for price in sorted(removed & in_use.keys(), key=str):
        what = f"the plan {price.plan}"
        if price.add_on is not None:
            what = f"the add-on {price.add_on} of {what}"
        raise LifecycleError(
            ErrorCode.INVALID_VALUE,
            f"The {price.cycle.lower()} price of {what} cannot be removed, as the subscription "
            f"{in_use[price]} is billed by it. Keep it in the list.",
            "plans",
            places[price.plan],
            "prices" if price.add_on is None else "addOns",
        )
