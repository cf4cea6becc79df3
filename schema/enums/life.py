"""What becomes of a subscription and of what hangs on it."""

from domain.decision import ChangeSource
from domain.lifecycle import Action, Status
from domain.subscription import AddOnStatus, ScheduledStatus
from domain.timing import CancellationTime
from schema.enums.described import described

described(
    Status,
    "SubscriptionStatus",
    "Where a subscription is in its life. The last three are ends: nothing more can be done with it. "
    "Source: rules.md, The actions.",
    {
        Status.TRIAL: "In its free term 0; at its end it converts to a paid term, or expires.",
        Status.ACTIVE: "In a paid term, with no end in sight but the term's own.",
        Status.PENDING_FOR_CANCEL: (
            "Billed as before until the term is over, then CANCELED; revocable until then."
        ),
        Status.CANCELED: "Ended by a cancellation, at once, on a past day or at a term's end.",
        Status.EXPIRED: "Ended because a term was over and auto-renewal was off.",
        Status.TERMINATED: "Ended at once and for good, by `terminateSubscription`.",
    },
)
described(
    Action,
    "SubscriptionAction",
    "What is done to a subscription, by somebody or by time. Source: rules.md, The actions and "
    "What time brings.",
    {
        Action.CREATE: "It was bought, or its trial began.",
        Action.CHANGE_OWNERSHIP: "It goes to another customer of the partner.",
        Action.ASSIGN_MEMBERS: "Members get a licence each.",
        Action.UNASSIGN_MEMBERS: "Members give their licences back.",
        Action.LINK_CONTRACT: "It is linked with a contract of its owner's, in place of the one before.",
        Action.UNLINK_CONTRACT: "It is linked with no contract any more.",
        Action.CHANGE_PLAN: "It gets a higher plan of the product, charged, or a lower one, not refunded.",
        Action.CHANGE_ADD_ONS: "Quantities of add-ons rise, charged, or fall, not refunded.",
        Action.CANCEL_ADD_ON: "One add-on ends, with what the policy gives back.",
        Action.CHANGE_NUMBERS: "Phone numbers are swapped free of charge, added or removed.",
        Action.CHANGE_QUANTITY: "It gets more licences, charged, or fewer, not refunded.",
        Action.CHANGE_BILLING_MODEL: "It is billed by another cycle or multiplier, from the next renewal on.",
        Action.SET_AUTO_RENEWAL: "Whether another term follows is switched on or off.",
        Action.EXTEND: "Its running term gets longer, and that is charged.",
        Action.CANCEL: "It ends now, on a past day or at the term's end, with what the policy gives back.",
        Action.TERMINATE: "It ends at once and for good, with a refund where the policy allows one.",
        Action.REVOKE_SCHEDULED_CHANGE: "What was scheduled for the term's end is taken back.",
        Action.UPDATE_SETTINGS: "Keys of its settings are set or removed.",
        Action.RENEW: "Time opened and charged the next term. Nobody can ask for it.",
        Action.EXPIRE: "Time ended it, as auto-renewal was off. Nobody can ask for it.",
        Action.CONVERT_TRIAL: "Time opened and charged the first term after a trial. Nobody can ask for it.",
    },
)
described(
    AddOnStatus,
    "AddOnStatus",
    "Where an add-on is in its life.",
    {
        AddOnStatus.ACTIVE: "It goes on at the end of the term; a reduction may be scheduled.",
        AddOnStatus.PENDING_FOR_CANCEL: "It ends when the term is over; revocable until then.",
        AddOnStatus.CANCELED: "It has ended, for good; the same code can be bought anew.",
    },
)
described(
    ChangeSource,
    "ChangeSource",
    "What kind of event changed an add-on's quantity.",
    {
        ChangeSource.ORDER: "The purchase of the subscription.",
        ChangeSource.CHANGE: "A change that somebody made, with effect at once or on a past day.",
        ChangeSource.SCHEDULE: "A change that had waited for the end of a term.",
        ChangeSource.TRANSFER: "A change of ownership; the quantity stayed.",
    },
)
described(
    ScheduledStatus,
    "ScheduledChangeStatus",
    "Whether a scheduled change still waits.",
    {
        ScheduledStatus.PENDING: "It waits for the end of the term, and can be revoked.",
        ScheduledStatus.APPLIED: "It was carried out.",
        ScheduledStatus.REVOKED: (
            "It never will be: it was taken back or replaced, or the subscription ended before."
        ),
    },
)
described(
    CancellationTime,
    "CancellationTime",
    "When a reduction or a cancellation takes effect. Source: rules.md, The actions.",
    {
        CancellationTime.IMMEDIATE: "Today, in the customer's time zone, and at once.",
        CancellationTime.SPECIFIC_DATE: (
            "On a day from the term's first up to today, both included; carried out at once."
        ),
        CancellationTime.END_OF_BILLING_PERIOD: "When the term is over; a scheduled change until then.",
    },
)
