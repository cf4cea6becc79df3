"""How money follows a change. Set for the partner; a customer's own values override it, one by one."""

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
    """The defaults are those of the rules, section 3. `refund_window_days` is inclusive."""

    proration_unit: ProrationUnit = ProrationUnit.CALENDAR_MONTH
    upgrade_basis: UpgradeBasis = UpgradeBasis.TARGET_PLAN
    allow_refund: bool = True
    refund_window_days: int = 14
    cancellation_adjustment: CancellationAdjustment = CancellationAdjustment.DAILY
