"""The plans of a product as people write them, checked before a row is touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from actions.setup.prices import PriceInput, price_list
from actions.setup.texts import check_code, check_name
from domain.catalogue import Offer, Plan
from domain.errors import ErrorCode, LifecycleError
from domain.settings import merged
from models.engine import new_id

MAX_RANK = 2**31 - 1  # what an INTEGER column holds


@dataclass(frozen=True)
class AddOnInput:
    code: str
    name: str
    prices: tuple[PriceInput, ...]


@dataclass(frozen=True)
class PlanInput:
    """`default_settings` None is an empty object."""

    code: str
    name: str
    rank: int
    prices: tuple[PriceInput, ...]
    default_settings: Any = None
    add_ons: tuple[AddOnInput, ...] = ()


def checked_plans(plans: Sequence[PlanInput], product_id: UUID, currency: str) -> tuple[Plan, ...]:
    """The plans, each with a new id, in the order given. Raises INVALID_VALUE."""
    if not plans:
        raise LifecycleError(ErrorCode.INVALID_VALUE, "Give the product at least one plan.", "plans")
    checked = tuple(
        _plan(plan, product_id, currency, "plans", str(index)) for index, plan in enumerate(plans)
    )
    _check_unique("code", [plan.code for plan in plans], "plans")
    _check_unique("rank", [plan.rank for plan in plans], "plans")
    return checked


def _plan(given: PlanInput, product_id: UUID, currency: str, *field: str) -> Plan:
    check_code(given.code, *field, "code")
    check_name(given.name, *field, "name")
    if not -MAX_RANK <= given.rank <= MAX_RANK:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"A rank must be from {-MAX_RANK} to {MAX_RANK}.", *field, "rank"
        )
    offers = [
        _offer(add_on, currency, *field, "addOns", str(index)) for index, add_on in enumerate(given.add_ons)
    ]
    _check_unique("code", [offer.code for offer in offers], *field, "addOns")
    return Plan(
        code=given.code,
        name=given.name,
        prices=price_list(given.prices, currency, *field, "prices"),
        id=new_id(),
        product_id=product_id,
        rank=given.rank,
        default_settings=_settings(given.default_settings, *field, "defaultSettings"),
        add_ons={offer.code: offer for offer in offers},
    )


def _offer(given: AddOnInput, currency: str, *field: str) -> Offer:
    check_code(given.code, *field, "code")
    check_name(given.name, *field, "name")
    return Offer(given.code, given.name, price_list(given.prices, currency, *field, "prices"))


def _settings(given: object, *field: str) -> dict[str, Any]:
    """As a subscription's own settings are checked, since that is what they will be."""
    try:
        return merged({}, {} if given is None else given)
    except LifecycleError as error:
        raise LifecycleError(error.code, error.message, *field) from error


def _check_unique(what: str, values: Sequence[str | int], *field: str) -> None:
    seen: set[str | int] = set()
    for index, value in enumerate(values):
        if value in seen:
            raise LifecycleError(
                ErrorCode.INVALID_VALUE,
                f"The {what} {value} comes twice; give each its own.",
                *field,
                str(index),
                what,
            )
        seen.add(value)
