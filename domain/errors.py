"""Refusals that a person can act on: one exception with a code, a message and a field."""

from enum import StrEnum
from typing import TypeVar


class ErrorCode(StrEnum):
    """Why an action was refused. Clients branch on these names; messages may change."""

    NOT_FOUND = "NOT_FOUND"
    STALE_VERSION = "STALE_VERSION"
    QUOTE_STALE = "QUOTE_STALE"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    TRIAL_NOT_ALLOWED = "TRIAL_NOT_ALLOWED"
    ALREADY_ENDED = "ALREADY_ENDED"
    NOT_ALLOWED_IN_STATUS = "NOT_ALLOWED_IN_STATUS"
    SAME_OWNER = "SAME_OWNER"
    SAME_PLAN = "SAME_PLAN"
    NOTHING_TO_CHANGE = "NOTHING_TO_CHANGE"
    DATE_IN_FUTURE = "DATE_IN_FUTURE"
    DATE_BEFORE_BILLING_CYCLE = "DATE_BEFORE_BILLING_CYCLE"
    EXTENSION_TOO_SHORT = "EXTENSION_TOO_SHORT"
    SKU_MISMATCH = "SKU_MISMATCH"
    NUMBER_NOT_AVAILABLE = "NUMBER_NOT_AVAILABLE"
    NO_LICENCE_LEFT = "NO_LICENCE_LEFT"
    NOT_OFFERED = "NOT_OFFERED"
    CONTRACT_NOT_ACTIVE = "CONTRACT_NOT_ACTIVE"
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH"
    ALREADY_SCHEDULED = "ALREADY_SCHEDULED"
    INVALID_QUANTITY = "INVALID_QUANTITY"
    INVALID_VALUE = "INVALID_VALUE"
    FEATURE_NOT_ALLOWED = "FEATURE_NOT_ALLOWED"
    FORBIDDEN = "FORBIDDEN"
    """The viewer's role may not take the action. Only `actions` shows this code; an attempt is an error."""


class LifecycleError(Exception):
    """An action is refused; nothing has changed.

    `field` is the path of the wrong value below the mutation's `input`; None if no single value is wrong.
    """

    def __init__(self, code: ErrorCode, message: str, *field: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field or None


def not_found(name: str, *field: str) -> LifecycleError:
    """The refusal is the same for a thing that does not exist and for one that the viewer may not see."""
    return LifecycleError(ErrorCode.NOT_FOUND, f"There is no such {name}.", *field)


T = TypeVar("T")


def required(value: T | None, name: str, *field: str) -> T:
    """The value. Raises NOT_FOUND if it is None."""
    if value is None:
        raise not_found(name, *field)
    return value
