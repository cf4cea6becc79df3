"""Checks a partner's setup before a row is written. All raise INVALID_VALUE with the field."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.catalogue import Offer, Plan, Prices
from domain.currency import to_minor
from domain.errors import ErrorCode, LifecycleError
from domain.money import Amounts
from domain.periods import BillingCycle
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from domain.settings import merged
from models.engine import new_id

MAX_CODE = 100
MAX_NAME = 200
MAX_RANK = 2**31 - 1  # of an INTEGER column
MAX_REFUND_WINDOW_DAYS = 3650
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2999, 12, 31, tzinfo=UTC)  # long terms must end before the year 9999


def check_code(code: str, *field: str) -> None:
    """Raises INVALID_VALUE for a blank code, and above MAX_CODE characters."""
    check_text("A code", code, MAX_CODE, *field)


def check_name(name: str, *field: str) -> None:
    """Raises INVALID_VALUE for a blank name, and above MAX_NAME characters."""
    check_text("A name", name, MAX_NAME, *field)


def check_text(what: str, text: str, longest: int, *field: str) -> None:
    """Raises INVALID_VALUE for a blank text, NUL, unpaired surrogates, and above `longest` characters."""
    if not text.strip() or len(text) > longest:
        raise LifecycleError(ErrorCode.INVALID_VALUE, f"{what} must have 1 to {longest} characters.", *field)
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"{what} must not hold NUL or unpaired surrogates.", *field
        )


def utc(instant: datetime, *field: str) -> datetime:
    """The same instant in UTC. Raises INVALID_VALUE without an offset, and outside EARLIEST to LATEST."""
    if instant.tzinfo is None:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, "Give the time with its offset, such as 2026-01-31T00:00:00Z.", *field
        )
    if not EARLIEST <= instant <= LATEST:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"Choose a time from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}.", *field
        )
    return instant.astimezone(UTC)


def check_billing_day(day: int) -> None:
    """Raises INVALID_VALUE outside 1 to 31; 29, 30 and 31 mean a shorter month's last day."""
    if not 1 <= day <= 31:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"The billing day must be from 1 to 31; {day} is not.", "billingDay"
        )


@dataclass(frozen=True)
class PolicyChanges:
    """None leaves a value as it is: for a new partner the default, for a new customer the partner's."""

    proration_unit: ProrationUnit | None = None
    upgrade_basis: UpgradeBasis | None = None
    allow_refund: bool | None = None
    refund_window_days: int | None = None
    cancellation_adjustment: CancellationAdjustment | None = None


def policy_columns(changes: PolicyChanges | None, *field: str) -> dict[str, Any]:
    """The columns that change, with their values; `field` is the policy's path in the input.

    Raises INVALID_VALUE for a refund window that is not from 0 to MAX_REFUND_WINDOW_DAYS.
    """
    if changes is None:
        return {}
    days = changes.refund_window_days
    if days is not None and not 0 <= days <= MAX_REFUND_WINDOW_DAYS:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE,
            f"The refund window must be from 0 to {MAX_REFUND_WINDOW_DAYS} days; {days} is not.",
            *field,
            "refundWindowDays",
        )
    return {name: value for name, value in asdict(changes).items() if value is not None}


@dataclass(frozen=True)
class PriceInput:
    cycle: BillingCycle
    price: Decimal
    cost: Decimal


def price_list(prices: Sequence[PriceInput], currency: str, *field: str) -> Prices:
    """The prices in minor units, by cycle; `field` is the list's path in the input.

    Raises INVALID_VALUE for an empty list, a cycle that comes twice, and what `to_minor` refuses.
    """
    if not prices:
        raise LifecycleError(ErrorCode.INVALID_VALUE, "Give a price for at least one cycle.", *field)
    result: dict[BillingCycle, Amounts] = {}
    for index, item in enumerate(prices):
        path = (*field, str(index))
        if item.cycle in result:
            raise LifecycleError(
                ErrorCode.INVALID_VALUE, f"Give one {item.cycle.lower()} price, not two.", *path, "cycle"
            )
        price = to_minor(item.price, currency, *path, "price")
        result[item.cycle] = Amounts(price, to_minor(item.cost, currency, *path, "cost"))
    return result


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


def _plan(plan: PlanInput, product_id: UUID, currency: str, *field: str) -> Plan:
    check_code(plan.code, *field, "code")
    check_name(plan.name, *field, "name")
    if not -MAX_RANK <= plan.rank <= MAX_RANK:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"A rank must be from {-MAX_RANK} to {MAX_RANK}.", *field, "rank"
        )
    offers = [
        _offer(add_on, currency, *field, "addOns", str(index)) for index, add_on in enumerate(plan.add_ons)
    ]
    _check_unique("code", [offer.code for offer in offers], *field, "addOns")
    return Plan(
        code=plan.code,
        name=plan.name,
        prices=price_list(plan.prices, currency, *field, "prices"),
        id=new_id(),
        product_id=product_id,
        rank=plan.rank,
        default_settings=_settings(plan.default_settings, *field, "defaultSettings"),
        add_ons={offer.code: offer for offer in offers},
    )


def _offer(add_on: AddOnInput, currency: str, *field: str) -> Offer:
    check_code(add_on.code, *field, "code")
    check_name(add_on.name, *field, "name")
    return Offer(add_on.code, add_on.name, price_list(add_on.prices, currency, *field, "prices"))


def _settings(settings: object, *field: str) -> dict[str, Any]:
    """Checks them like a subscription's settings: a new subscription gets them."""
    try:
        return merged({}, {} if settings is None else settings)
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
