"""Bounds of how a customer is billed."""

from domain.errors import ErrorCode, LifecycleError


def check_billing_day(day: int) -> None:
    """Raises INVALID_VALUE outside 1 to 31; 29, 30 and 31 mean a shorter month's last day."""
    if not 1 <= day <= 31:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"The billing day must be from 1 to 31; {day} is not.", "billingDay"
        )
