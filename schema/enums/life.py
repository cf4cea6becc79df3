"""What becomes of a subscription and of what hangs on it."""

from domain.decision import ChangeSource
from domain.lifecycle import Action, Status
from domain.subscription import AddOnStatus, ScheduledStatus
from domain.timing import CancellationTime
from schema.enums.described import described

described(
    Status,
    "SubscriptionStatus",
    "The status of a subscription. CANCELED, EXPIRED and TERMINATED are final: no action is possible. See "
    "rules §4.",
    {
        Status.TRIAL: "In term 0, free of charge. At its end it converts to a paid term or expires.",
        Status.ACTIVE: "In a paid term, with no cancellation scheduled.",
        Status.PENDING_FOR_CANCEL: (
            "Billed as before until the term ends, then CANCELED. Revocable until then."
        ),
        Status.CANCELED: "Ended by a cancellation, now, on a past day or at the end of a term.",
        Status.EXPIRED: "Ended with its term, because auto-renewal was off.",
        Status.TERMINATED: "Ended immediately and permanently by `terminateSubscription`.",
    },
)
described(
    Action,
    "SubscriptionAction",
    "What a user does to a subscription, or what time does. See rules §4 and rules §7.",
    {
        Action.CREATE: "Buys the subscription or starts its trial.",
        Action.CHANGE_OWNERSHIP: "Moves the subscription to another customer of the same partner.",
        Action.ASSIGN_MEMBERS: "Assigns members, one licence each.",
        Action.UNASSIGN_MEMBERS: "Removes members. Their licences become free.",
        Action.LINK_CONTRACT: "Links a contract of the owner. It replaces the previous one.",
        Action.UNLINK_CONTRACT: "Removes the link to the contract.",
        Action.CHANGE_PLAN: "Changes the plan within the product. An upgrade is charged, a downgrade is "
        "not refunded.",
        Action.CHANGE_ADD_ONS: "Changes add-on quantities. An increase is charged, a reduction is not "
        "refunded.",
        Action.CANCEL_ADD_ON: "Ends one add-on. The policy decides the refund.",
        Action.CHANGE_NUMBERS: "Adds, removes or swaps phone numbers. An added number is charged. A swap "
        "is free.",
        Action.CHANGE_QUANTITY: "Changes the number of licences. An increase is charged, a reduction is "
        "not refunded.",
        Action.CHANGE_BILLING_MODEL: "Changes the cycle or multiplier from the next renewal on.",
        Action.SET_AUTO_RENEWAL: "Turns auto-renewal on or off.",
        Action.EXTEND: "Extends the current term and charges for it.",
        Action.CANCEL: "Ends the subscription now, on a past day, or at the end of the term. The policy "
        "decides the refund.",
        Action.TERMINATE: "Ends the subscription now and permanently. The policy decides the refund.",
        Action.REVOKE_SCHEDULED_CHANGE: "Revokes a scheduled change before it is applied.",
        Action.UPDATE_SETTINGS: "Sets or removes keys of the settings.",
        Action.RENEW: "Opens and charges the next term. Only time does this.",
        Action.EXPIRE: "Ends the subscription because auto-renewal is off. Only time does this.",
        Action.CONVERT_TRIAL: "Opens and charges the first paid term after a trial. Only time does this.",
    },
)
described(
    AddOnStatus,
    "AddOnStatus",
    "Whether an add-on continues, is ending or has ended.",
    {
        AddOnStatus.ACTIVE: "Continues in the next term. A reduction can be scheduled.",
        AddOnStatus.PENDING_FOR_CANCEL: "Ends with the term. Revocable until then.",
        AddOnStatus.CANCELED: "Ended permanently. The same code can be bought again.",
    },
)
described(
    ChangeSource,
    "ChangeSource",
    "The source of a change in an add-on's quantity.",
    {
        ChangeSource.ORDER: "The purchase of the subscription.",
        ChangeSource.CHANGE: "A change by a user, effective today or on a past day.",
        ChangeSource.SCHEDULE: "A scheduled change, applied at the end of a term.",
        ChangeSource.TRANSFER: "A change of ownership. The quantity stays the same.",
    },
)
described(
    ScheduledStatus,
    "ScheduledChangeStatus",
    "Whether a scheduled change waits, is applied or is revoked.",
    {
        ScheduledStatus.PENDING: "Waits for the end of the term. Revocable.",
        ScheduledStatus.APPLIED: "Carried out.",
        ScheduledStatus.REVOKED: ("Never carried out: revoked, replaced, or the subscription ended first."),
    },
)
described(
    CancellationTime,
    "CancellationTime",
    "When a reduction or cancellation takes effect. See rules §5.",
    {
        CancellationTime.IMMEDIATE: "Now, with today in the customer's time zone as the effective day.",
        CancellationTime.SPECIFIC_DATE: (
            "On a day from the first day of the current term to today, both inclusive. Carried out now."
        ),
        CancellationTime.END_OF_BILLING_PERIOD: "At the end of the current term. A scheduled change until "
        "then.",
    },
)
