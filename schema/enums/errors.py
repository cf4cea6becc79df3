"""Why actions are refused, code by code."""

from domain.errors import ErrorCode
from schema.enums.described import described

described(
    ErrorCode,
    "UserErrorCode",
    "Why an action was refused. Programs branch on these names; nothing has changed. "
    "Source: rules.md, The actions.",
    {
        ErrorCode.NOT_FOUND: "What the input names does not exist, or the viewer may not see it.",
        ErrorCode.STALE_VERSION: "The subscription has changed since `expectedVersion`: read it again.",
        ErrorCode.QUOTE_STALE: "The action would no longer charge what was quoted: ask for a new quote.",
        ErrorCode.IDEMPOTENCY_KEY_REUSED: "The key came before, with another input: use a new one.",
        ErrorCode.TRIAL_NOT_ALLOWED: "The subscription is in its trial, where this is not possible.",
        ErrorCode.ALREADY_ENDED: (
            "The subscription is CANCELED, EXPIRED or TERMINATED: nothing is possible any more."
        ),
        ErrorCode.NOT_ALLOWED_IN_STATUS: (
            "Not possible in the status that the subscription has, or after its term."
        ),
        ErrorCode.SAME_OWNER: "The new owner is the present one.",
        ErrorCode.SAME_PLAN: "The new plan is the present one.",
        ErrorCode.NOTHING_TO_CHANGE: "The input asks for what is so already, or for nothing.",
        ErrorCode.DATE_IN_FUTURE: "The day lies after today, in the customer's time zone.",
        ErrorCode.DATE_BEFORE_BILLING_CYCLE: "The day lies before the first day of the running term.",
        ErrorCode.EXTENSION_TOO_SHORT: "`until` is less than one month after the present last day.",
        ErrorCode.SKU_MISMATCH: "A number can be swapped only for one of the same SKU.",
        ErrorCode.NUMBER_NOT_AVAILABLE: (
            "The number is not in stock, or another subscription has just got it."
        ),
        ErrorCode.NO_LICENCE_LEFT: (
            "More members would be assigned than there are licences, those counted that a scheduled "
            "reduction leaves."
        ),
        ErrorCode.NOT_OFFERED: "The plan does not offer the add-on, or something has no price for the cycle.",
        ErrorCode.CONTRACT_NOT_ACTIVE: "The contract is not ACTIVE, or today is not one of its days.",
        ErrorCode.CURRENCY_MISMATCH: "Amounts of two currencies met. Kept for clients: as a partner has one "
        "currency, nothing answers with it now.",
        ErrorCode.ALREADY_SCHEDULED: (
            "A change that waits for the end of the term is in the way: revoke it first."
        ),
        ErrorCode.INVALID_QUANTITY: "The quantity is outside its bounds, which the message names.",
        ErrorCode.INVALID_VALUE: "A value is outside its bounds, or not of its form; `field` says which.",
        ErrorCode.FEATURE_NOT_ALLOWED: "For sandboxes only, and the partner is none.",
        ErrorCode.FORBIDDEN: (
            "Not for the viewer's role. Only `ActionAvailability` says so; a mutation that is tried "
            "answers with a GraphQL error of this code."
        ),
    },
)
