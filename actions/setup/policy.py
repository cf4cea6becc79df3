"""Changes of a billing policy, the partner's own or a customer's."""

from dataclasses import asdict, dataclass
from typing import Any

from domain.errors import ErrorCode, LifecycleError
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis

MAX_REFUND_WINDOW_DAYS = 3650


@dataclass(frozen=True)
class PolicyChanges:
    """None leaves a value as it is: for a new partner the default, for a new customer the partner's."""

    proration_unit: ProrationUnit | None = None
    upgrade_basis: UpgradeBasis | None = None
    allow_refund: bool | None = None
    refund_window_days: int | None = None
    cancellation_adjustment: CancellationAdjustment | None = None


def policy_columns(changes: PolicyChanges | None, *field: str) -> dict[str, Any]:
    """The columns that change, with their values; `field` is where the policy stands in the input.

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
