"""What is charged, when, and by which rules."""

from domain.invoices import InvoiceStatus
from domain.lines import ChargeKind
from domain.periods import BillingCycle
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from schema.enums.described import described

described(
    BillingCycle,
    "BillingCycle",
    "The period that a price covers. See rules §2.",
    {
        BillingCycle.MONTHLY: "One month, counted from the anchor day.",
        BillingCycle.YEARLY: "Twelve months, counted from the anchor day.",
    },
)
described(
    ChargeKind,
    "ChargeKind",
    "The reason for a charge or refund. CREDIT, REFUND and ADJUSTMENT reverse other lines. See rules §1.",
    {
        ChargeKind.PURCHASE: "The plan, for the first paid term.",
        ChargeKind.RENEWAL: "The plan, an add-on or a number, for a renewed term.",
        ChargeKind.UPGRADE: "The higher plan, for the rest of the term.",
        ChargeKind.CREDIT: "The unused part of the old plan. Only for an upgrade with DIFFERENCE.",
        ChargeKind.ADD_ON: "An add-on, for its first term or the rest of a term.",
        ChargeKind.NUMBER: "A phone number, for its first term or the rest of a term.",
        ChargeKind.QUANTITY: "Additional licences, for the rest of the term.",
        ChargeKind.EXTENSION: "The plan, an add-on or a number, for the time that an extension adds.",
        ChargeKind.REFUND: "The refund of a termination.",
        ChargeKind.ADJUSTMENT: "The refund of a cancellation before the end of the term, by days.",
    },
)
described(
    InvoiceStatus,
    "InvoiceStatus",
    "Whether an invoice is open or final. See rules §6.",
    {
        InvoiceStatus.PENDING: "Collects lines until the billing day. A customer has at most one.",
        InvoiceStatus.ISSUED: "Final, with a number. It never changes. Corrections are lines on another "
        "invoice.",
    },
)
described(
    ProrationUnit,
    "ProrationUnit",
    "How the fraction of a billing cycle is counted when a change is charged. See rules §3.",
    {
        ProrationUnit.CALENDAR_MONTH: (
            "Calendar months from the day of change to the last day, both inclusive. Divided by the months "
            "of one billing cycle. The default."
        ),
        ProrationUnit.ANNIVERSARY_MONTH: (
            "Months of the term that have not fully elapsed, counted from its start. Divided by the months "
            "of one billing cycle."
        ),
        ProrationUnit.DAY: "Days from the day of change to the end of the term. Divided by the days of one "
        "full billing cycle.",
    },
)
described(
    UpgradeBasis,
    "UpgradeBasis",
    "What an upgrade charges. See rules §3.",
    {
        UpgradeBasis.TARGET_PLAN: (
            "The new plan for the rest of the term. No credit for the old plan. The default."
        ),
        UpgradeBasis.DIFFERENCE: (
            "The new plan for the rest of the term, minus a CREDIT for the unused part of the old plan. "
            "The sum is never below zero."
        ),
    },
)
described(
    CancellationAdjustment,
    "CancellationAdjustment",
    "What a cancellation before the end of the term refunds. See rules §4.12.",
    {
        CancellationAdjustment.DAILY: (
            "For each open line: its days from the cancellation day on, divided by all its days. The default."
        ),
        CancellationAdjustment.NONE: "Nothing.",
    },
)
