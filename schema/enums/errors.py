"""Why actions are refused, code by code."""

from domain.errors import ErrorCode
from schema.enums.described import described

described(
    ErrorCode,
    "UserErrorCode",
    "Why an action is refused. A refused action changes nothing. The names do not change, so programs can "
    "branch on them. See rules §4.",
    {
        ErrorCode.NOT_FOUND: "The input names an object that does not exist, or that the viewer may not see.",
        ErrorCode.STALE_VERSION: "`expectedVersion` is not the current version. Read the subscription again.",
        ErrorCode.QUOTE_STALE: "The action would now charge a different amount than the quote. Request a "
        "new quote.",
        ErrorCode.IDEMPOTENCY_KEY_REUSED: "The key was used before with another input. Use a new key.",
        ErrorCode.TRIAL_NOT_ALLOWED: "The subscription is in its trial. The action is not possible in a "
        "trial.",
        ErrorCode.ALREADY_ENDED: (
            "The subscription is CANCELED, EXPIRED or TERMINATED. No action is possible."
        ),
        ErrorCode.NOT_ALLOWED_IN_STATUS: (
            "The action is not possible in the current status, or the term is over."
        ),
        ErrorCode.SAME_OWNER: "The new owner is already the owner.",
        ErrorCode.SAME_PLAN: "The new plan is already the plan.",
        ErrorCode.NOTHING_TO_CHANGE: "The input is empty, or asks for a state that already holds.",
        ErrorCode.DATE_IN_FUTURE: "The day is after today in the customer's time zone.",
        ErrorCode.DATE_BEFORE_BILLING_CYCLE: "The day is before the first day of the current term.",
        ErrorCode.EXTENSION_TOO_SHORT: "`until` is less than one month after the current last day.",
        ErrorCode.SKU_MISMATCH: "The two numbers of a swap have different SKUs.",
        ErrorCode.NUMBER_NOT_AVAILABLE: (
            "The number is not in stock, or another subscription already holds it."
        ),
        ErrorCode.NO_LICENCE_LEFT: (
            "There are too few licences for the assigned members. A scheduled reduction counts as done."
        ),
        ErrorCode.NOT_OFFERED: "The plan does not offer the add-on, or the item has no price for this "
        "billing cycle.",
        ErrorCode.CONTRACT_NOT_ACTIVE: "The contract is not ACTIVE, or today is outside its days.",
        ErrorCode.CURRENCY_MISMATCH: "Two currencies are mixed. No longer returned, because a partner has "
        "one currency.",
        ErrorCode.ALREADY_SCHEDULED: (
            "A pending scheduled change conflicts with this action. Revoke it first. See rules §5."
        ),
        ErrorCode.INVALID_QUANTITY: "The quantity is outside its limits. The message names them.",
        ErrorCode.INVALID_VALUE: "A value is outside its limits or has the wrong format. `field` names the "
        "value.",
        ErrorCode.FEATURE_NOT_ALLOWED: "Only sandbox partners can do this.",
        ErrorCode.FORBIDDEN: (
            "The viewer's role does not allow the action. Only `ActionAvailability` returns this code: a "
            "mutation fails with a GraphQL error with the same code."
        ),
    },
)
