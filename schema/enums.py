"""Describes the enumerations of the domain, which does not know GraphQL, and gives them the API's names."""

from enum import StrEnum

import strawberry

from domain.decision import ChangeSource
from domain.errors import ErrorCode
from domain.lifecycle import Action, Status
from domain.lines import ChargeKind, InvoiceStatus
from domain.periods import BillingCycle
from domain.policy import CancellationAdjustment, ProrationUnit, UpgradeBasis
from domain.principal import Role
from domain.provisioning import EndpointStatus, ProvisioningStatus
from domain.scheduling import CancellationTime
from domain.subscription import AddOnStatus, ContractStatus, ScheduledStatus


def describe(kind: type[StrEnum], description: str, name: str | None = None, **values: str) -> None:
    """Makes it a GraphQL enum. Raises KeyError for a value without a description."""
    strawberry.enum(kind, name=name, description=description)
    for value in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]  # added by the line above
        value.description = values[value.name]


describe(
    Status,
    "The status of a subscription. CANCELED, EXPIRED and TERMINATED are final: no action is possible. See "
    "rules §4.",
    name="SubscriptionStatus",
    TRIAL="In term 0, free of charge. At its end it converts to a paid term or expires.",
    ACTIVE="In a paid term, with no cancellation scheduled.",
    PENDING_FOR_CANCEL="Billed as before until the term ends, then CANCELED. Revocable until then.",
    CANCELED="Ended by a cancellation, now, on a past day or at the end of a term.",
    EXPIRED="Ended with its term, because auto-renewal was off.",
    TERMINATED="Ended immediately and permanently by `terminateSubscription`.",
)
describe(
    Action,
    "What a user does to a subscription, or what time does. See rules §4 and rules §7.",
    name="SubscriptionAction",
    CREATE="Buys the subscription or starts its trial.",
    CHANGE_OWNERSHIP="Moves the subscription to another customer of the same partner.",
    ASSIGN_MEMBERS="Assigns members, one licence each.",
    UNASSIGN_MEMBERS="Removes members. Their licences become free.",
    LINK_CONTRACT="Links a contract of the owner. It replaces the previous one.",
    UNLINK_CONTRACT="Removes the link to the contract.",
    CHANGE_PLAN="Changes the plan within the product. An upgrade is charged, a downgrade is not refunded.",
    CHANGE_ADD_ONS="Changes add-on quantities. An increase is charged, a reduction is not refunded.",
    CANCEL_ADD_ON="Ends one add-on. The policy decides the refund.",
    CHANGE_NUMBERS="Adds, removes or swaps phone numbers. An added number is charged. A swap is free.",
    CHANGE_QUANTITY="Changes the number of licences. An increase is charged, a reduction is not refunded.",
    CHANGE_BILLING_MODEL="Changes the cycle or multiplier from the next renewal on.",
    SET_AUTO_RENEWAL="Turns auto-renewal on or off.",
    EXTEND="Extends the current term and charges for it.",
    CANCEL="Ends the subscription now, on a past day, or at the end of the term. The policy decides the "
    "refund.",
    TERMINATE="Ends the subscription now and permanently. The policy decides the refund.",
    REVOKE_SCHEDULED_CHANGE="Revokes a scheduled change before it is applied.",
    UPDATE_SETTINGS="Sets or removes keys of the settings.",
    RENEW="Opens and charges the next term. Only time does this.",
    EXPIRE="Ends the subscription because auto-renewal is off. Only time does this.",
    CONVERT_TRIAL="Opens and charges the first paid term after a trial. Only time does this.",
)
describe(
    AddOnStatus,
    "Whether an add-on continues, is ending or has ended.",
    ACTIVE="Continues in the next term. A reduction can be scheduled.",
    PENDING_FOR_CANCEL="Ends with the term. Revocable until then.",
    CANCELED="Ended permanently. The same code can be bought again.",
)
describe(
    ChangeSource,
    "The source of a change in an add-on's quantity.",
    ORDER="The purchase of the subscription.",
    CHANGE="A change by a user, effective today or on a past day.",
    SCHEDULE="A scheduled change, applied at the end of a term.",
    TRANSFER="A change of ownership. The quantity stays the same.",
)
describe(
    ScheduledStatus,
    "Whether a scheduled change waits, is applied or is revoked.",
    name="ScheduledChangeStatus",
    PENDING="Waits for the end of the term. Revocable.",
    APPLIED="Carried out.",
    REVOKED="Never carried out: revoked, replaced, or the subscription ended first.",
)
describe(
    CancellationTime,
    "When a reduction or cancellation takes effect. See rules §5.",
    IMMEDIATE="Now, with today in the customer's time zone as the effective day.",
    SPECIFIC_DATE="On a day from the first day of the current term to today, both inclusive. Carried out "
    "now.",
    END_OF_BILLING_PERIOD="At the end of the current term. A scheduled change until then.",
)
describe(
    BillingCycle,
    "The period that a price covers. See rules §2.",
    MONTHLY="One month, counted from the anchor day.",
    YEARLY="Twelve months, counted from the anchor day.",
)
describe(
    ChargeKind,
    "The reason for a charge or refund. CREDIT, REFUND and ADJUSTMENT reverse other lines. See rules §1.",
    PURCHASE="The plan, for the first paid term.",
    RENEWAL="The plan, an add-on or a number, for a renewed term.",
    UPGRADE="The higher plan, for the rest of the term.",
    CREDIT="The unused part of the old plan. Only for an upgrade with DIFFERENCE.",
    ADD_ON="An add-on, for its first term or the rest of a term.",
    NUMBER="A phone number, for its first term or the rest of a term.",
    QUANTITY="Additional licences, for the rest of the term.",
    EXTENSION="The plan, an add-on or a number, for the time that an extension adds.",
    REFUND="The refund of a termination.",
    ADJUSTMENT="The refund of a cancellation before the end of the term, by days.",
)
describe(
    InvoiceStatus,
    "Whether an invoice is open or final. See rules §6.",
    PENDING="Collects lines until the billing day. A customer has at most one.",
    ISSUED="Final, with a number. It never changes. Corrections are lines on another invoice.",
)
describe(
    ProrationUnit,
    "How the fraction of a billing cycle is counted when a change is charged. See rules §3.",
    CALENDAR_MONTH="Calendar months from the day of change to the last day, both inclusive. Divided by the "
    "months of one billing cycle. The default.",
    ANNIVERSARY_MONTH="Months of the term that have not fully elapsed, counted from its start. Divided by "
    "the months of one billing cycle.",
    DAY="Days from the day of change to the end of the term. Divided by the days of one full billing cycle.",
)
describe(
    UpgradeBasis,
    "What an upgrade charges. See rules §3.",
    TARGET_PLAN="The new plan for the rest of the term. No credit for the old plan. The default.",
    DIFFERENCE="The new plan for the rest of the term, minus a CREDIT for the unused part of the old plan. "
    "The sum is never below zero.",
)
describe(
    CancellationAdjustment,
    "What a cancellation before the end of the term refunds. See rules §4.12.",
    DAILY="For each open line: its days from the cancellation day on, divided by all its days. The default.",
    NONE="Nothing.",
)
describe(
    Role,
    "What the owner of a token may do. See docs/guide/roles.md.",
    PLATFORM_OPERATOR="Creates partners. Does not see their data.",
    PARTNER_ADMIN="Sets up the partner and takes every action on its subscriptions.",
    PARTNER_STAFF="Takes every action on the partner's subscriptions except terminating.",
    CUSTOMER_ADMIN="Takes actions on the subscriptions of its own organization. Sees no costs.",
    CUSTOMER_MEMBER="Reads the data of its own organization. Sees no costs.",
)
describe(
    ContractStatus,
    "Whether a contract can be linked. See rules §4.3.",
    DRAFT="Not yet in force. No subscription can be linked.",
    ACTIVE="In force from `startsOn` to `endsOn`. Subscriptions can be linked.",
    ENDED="No longer in force. Existing links stay.",
)
describe(
    ProvisioningStatus,
    "The status of a delivery to webhook endpoints. See docs/guide/webhooks.md.",
    PENDING="Waits for an endpoint or for the next attempt.",
    DELIVERED="Each endpoint that subscribes to this kind has answered with 2xx.",
    FAILED="Ten attempts failed. Nothing more is sent until `retryProvisioning`.",
)
describe(
    EndpointStatus,
    "Whether an endpoint receives requests.",
    name="WebhookEndpointStatus",
    ENABLED="Receives requests.",
    DISABLED="Receives nothing, permanently: it answered 410 Gone.",
)
describe(
    ErrorCode,
    "Why an action is refused. A refused action changes nothing. The names do not change, so programs can "
    "branch on them. See rules §4.",
    name="UserErrorCode",
    NOT_FOUND="The input names an object that does not exist, or that the viewer may not see.",
    STALE_VERSION="`expectedVersion` is not the current version. Read the subscription again.",
    QUOTE_STALE="The action would now charge a different amount than the quote. Request a new quote.",
    IDEMPOTENCY_KEY_REUSED="The key was used before with another input. Use a new key.",
    TRIAL_NOT_ALLOWED="The subscription is in its trial. The action is not possible in a trial.",
    ALREADY_ENDED="The subscription is CANCELED, EXPIRED or TERMINATED. No action is possible.",
    NOT_ALLOWED_IN_STATUS="The action is not possible in the current status, or the term is over.",
    SAME_OWNER="The new owner is already the owner.",
    SAME_PLAN="The new plan is already the plan.",
    NOTHING_TO_CHANGE="The input is empty, or asks for a state that already holds.",
    DATE_IN_FUTURE="The day is after today in the customer's time zone.",
    DATE_BEFORE_BILLING_CYCLE="The day is before the first day of the current term.",
    EXTENSION_TOO_SHORT="`until` is less than one month after the current last day.",
    SKU_MISMATCH="The two numbers of a swap have different SKUs.",
    NUMBER_NOT_AVAILABLE="The number is not in stock, or another subscription already holds it.",
    NO_LICENCE_LEFT="There are too few licences for the assigned members. A scheduled reduction counts as "
    "done.",
    NOT_OFFERED="The plan does not offer the add-on, or the item has no price for this billing cycle.",
    CONTRACT_NOT_ACTIVE="The contract is not ACTIVE, or today is outside its days.",
    CURRENCY_MISMATCH="Two currencies are mixed. No longer returned, because a partner has one currency.",
    ALREADY_SCHEDULED="A pending scheduled change conflicts with this action. Revoke it first. See rules §5.",
    INVALID_QUANTITY="The quantity is outside its limits. The message names them.",
    INVALID_VALUE="A value is outside its limits or has the wrong format. `field` names the value.",
    FEATURE_NOT_ALLOWED="Only sandbox partners can do this.",
    FORBIDDEN="The viewer's role does not allow the action. Only `ActionAvailability` returns this code: a "
    "mutation fails with a GraphQL error with the same code.",
)
