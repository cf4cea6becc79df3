"""What is charged, when, and by which rules."""

from domain.invoices import InvoiceStatus
from domain.lines import ChargeKind
from domain.periods import BillingCycle
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from schema.enums.described import described

described(
    BillingCycle,
    "BillingCycle",
    "The length that a price is for. Source: rules.md, Days, terms, anchors.",
    {
        BillingCycle.MONTHLY: "One month, counted from the anchor day.",
        BillingCycle.YEARLY: "Twelve months, counted from the anchor day.",
    },
)
described(
    ChargeKind,
    "ChargeKind",
    "Why money moves. CREDIT, REFUND and ADJUSTMENT give back what another line charged. "
    "Source: rules.md, Money.",
    {
        ChargeKind.PURCHASE: "The plan, in the first term that is paid for.",
        ChargeKind.RENEWAL: "The plan, an add-on or a number, in a term that renews.",
        ChargeKind.UPGRADE: "A higher plan, for the rest of the term.",
        ChargeKind.CREDIT: "What is left of the lower plan, given back on an upgrade by DIFFERENCE.",
        ChargeKind.ADD_ON: "An add-on, for its first term or for the rest of one.",
        ChargeKind.NUMBER: "A phone number, for its first term or for the rest of one.",
        ChargeKind.QUANTITY: "More licences, for the rest of the term.",
        ChargeKind.EXTENSION: "The plan, an add-on or a number, for what a term was made longer by.",
        ChargeKind.REFUND: "What a termination gives back.",
        ChargeKind.ADJUSTMENT: "What a cancellation before the term's end gives back, by its days.",
    },
)
described(
    InvoiceStatus,
    "InvoiceStatus",
    "Whether an invoice may still grow. Source: rules.md, Invoices.",
    {
        InvoiceStatus.PENDING: "It collects lines until the billing day; a customer has one at most.",
        InvoiceStatus.ISSUED: "It has its number and never changes again; corrections are lines on another.",
    },
)
described(
    ProrationUnit,
    "ProrationUnit",
    "How the part of a cycle is counted that a change on a day pays for. Source: rules.md, Proration.",
    {
        ProrationUnit.CALENDAR_MONTH: (
            "Calendar months from that day's to the last day's, both counted, over the months of one "
            "cycle. The default."
        ),
        ProrationUnit.ANNIVERSARY_MONTH: (
            "Months of the term, counted from its start, that are not yet fully over, over the months of "
            "one cycle."
        ),
        ProrationUnit.DAY: "Days from that day to the term's end, over the days of one whole cycle.",
    },
)
described(
    UpgradeBasis,
    "UpgradeBasis",
    "What an upgrade charges. Source: rules.md, Proration.",
    {
        UpgradeBasis.TARGET_PLAN: (
            "The new plan for the rest of the term; nothing is given back. The default."
        ),
        UpgradeBasis.DIFFERENCE: (
            "The same, less a CREDIT for the rest of what was paid for the old plan; never below zero "
            "together."
        ),
    },
)
described(
    CancellationAdjustment,
    "CancellationAdjustment",
    "What a cancellation before the term's end gives back. Source: rules.md, The actions.",
    {
        CancellationAdjustment.DAILY: (
            "Of each line that is not closed, its days from the cancellation on over all its days. The "
            "default."
        ),
        CancellationAdjustment.NONE: "Nothing.",
    },
)
