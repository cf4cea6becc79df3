"""How changes are charged and given back. A customer's values override the partner's one by one. rules §3."""

from dataclasses import dataclass
from enum import StrEnum


class ProrationUnit(StrEnum):
    CALENDAR_MONTH = "CALENDAR_MONTH"
    ANNIVERSARY_MONTH = "ANNIVERSARY_MONTH"
    DAY = "DAY"


class UpgradeBasis(StrEnum):
    TARGET_PLAN = "TARGET_PLAN"
    DIFFERENCE = "DIFFERENCE"


class CancellationAdjustment(StrEnum):
    DAILY = "DAILY"
    NONE = "NONE"


@dataclass(frozen=True)
class Policy:
    """`refund_window_days` counts from the purchase; its last day is in the window."""

    proration_unit: ProrationUnit = ProrationUnit.CALENDAR_MONTH
    upgrade_basis: UpgradeBasis = UpgradeBasis.TARGET_PLAN
    allow_refund: bool = True
    refund_window_days: int = 14
    cancellation_adjustment: CancellationAdjustment = CancellationAdjustment.DAILY
