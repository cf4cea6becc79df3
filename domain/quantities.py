"""Bounds of quantities and billing models. rules §2, §4.13."""

from collections.abc import Iterable

from domain.errors import ErrorCode, LifecycleError
from domain.periods import MAX_MULTIPLIER, BillingCycle, BillingModel

MAX_QUANTITY = 1_000_000


def check_quantity(quantity: int, *field: str, least: int = 1) -> None:
    """Raises INVALID_QUANTITY unless it is from `least` to MAX_QUANTITY, both allowed."""
    if not least <= quantity <= MAX_QUANTITY:
        raise LifecycleError(
            ErrorCode.INVALID_QUANTITY,
            f"The quantity must be from {least} to {MAX_QUANTITY}; {quantity} is not.",
            *field,
        )


def billing_model(cycle: BillingCycle, multiplier: int) -> BillingModel:
    """Raises INVALID_VALUE unless the multiplier is from 1 to MAX_MULTIPLIER, both allowed."""
    if not 1 <= multiplier <= MAX_MULTIPLIER:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE,
            f"The multiplier must be from 1 to {MAX_MULTIPLIER}; {multiplier} is not.",
            "multiplier",
        )
    return BillingModel(cycle, multiplier)


def check_distinct(values: Iterable[object], *field: str) -> None:
    """Raises INVALID_VALUE if a value occurs twice."""
    values = list(values)
    if len(set(values)) != len(values):
        raise LifecycleError(ErrorCode.INVALID_VALUE, "The same thing is named twice.", *field)
