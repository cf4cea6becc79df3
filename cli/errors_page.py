"""The table of reasons why an action is refused, as the guide shows it."""

from collections.abc import Mapping

from strawberry import Schema
from strawberry.types.enum import StrawberryEnumDefinition

from domain.errors import ErrorCode

_READ_AGAIN = "read the subscription again, and show what has changed"
_NEW_DAY = "let another day be chosen: the message says which"
_CORRECT = "show the message at `field`"
_REFRESH = "nothing; read the subscription again if the page shows otherwise"

ADVICE: Mapping[ErrorCode, str] = {
    ErrorCode.NOT_FOUND: "read the list again: it may have gone, or belong to another",
    ErrorCode.STALE_VERSION: _READ_AGAIN,
    ErrorCode.QUOTE_STALE: "quote again, and let the new amount be confirmed",
    ErrorCode.IDEMPOTENCY_KEY_REUSED: "a fault in the program: make a key for each thing that is wanted",
    ErrorCode.TRIAL_NOT_ALLOWED: "wait until the trial is over",
    ErrorCode.ALREADY_ENDED: "sell a new subscription",
    ErrorCode.NOT_ALLOWED_IN_STATUS: "revoke the cancellation first; or ask `actions` what is possible",
    ErrorCode.SAME_OWNER: _REFRESH,
    ErrorCode.SAME_PLAN: _REFRESH,
    ErrorCode.NOTHING_TO_CHANGE: _REFRESH,
    ErrorCode.DATE_IN_FUTURE: _NEW_DAY,
    ErrorCode.DATE_BEFORE_BILLING_CYCLE: _NEW_DAY,
    ErrorCode.EXTENSION_TOO_SHORT: "let a later day be chosen: the message names the first",
    ErrorCode.SKU_MISMATCH: "remove the one and add the other",
    ErrorCode.NUMBER_NOT_AVAILABLE: "show `availableNumbers` anew",
    ErrorCode.NO_LICENCE_LEFT: "add licences, or unassign members, first",
    ErrorCode.NOT_OFFERED: "offer what `products` has for the plan and the cycle",
    ErrorCode.CONTRACT_NOT_ACTIVE: "let another contract be chosen, or put it into force",
    ErrorCode.CURRENCY_MISMATCH: "nothing",
    ErrorCode.ALREADY_SCHEDULED: "offer to revoke what is scheduled",
    ErrorCode.INVALID_QUANTITY: _CORRECT,
    ErrorCode.INVALID_VALUE: _CORRECT,
    ErrorCode.FEATURE_NOT_ALLOWED: "use a sandbox",
    ErrorCode.FORBIDDEN: "do not offer the action",
}


def user_errors_table(schema: Schema) -> str:
    """A row for each code: what the SDL says of it, and what a client does about it."""
    kind = schema.get_type_by_name("UserErrorCode")
    if not isinstance(kind, StrawberryEnumDefinition):
        raise TypeError("the schema has no enumeration UserErrorCode")
    rows = (f"| `{one.name}` | {one.description} | {ADVICE[one.value]} |" for one in kind.values)
    return "\n".join(["| code | what it means | what to do |", "|---|---|---|", *rows])
