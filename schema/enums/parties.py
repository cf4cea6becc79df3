"""Who may do what, and what third parties are told."""

from domain.principal import Role
from domain.provisioning import EndpointStatus, ProvisioningStatus
from domain.subscription import ContractStatus
from schema.enums.described import described

described(
    Role,
    "Role",
    "What a token lets its bearer do; the table is in docs/guide/roles.md.",
    {
        Role.PLATFORM_OPERATOR: "Makes partners, and sees none of their rows.",
        Role.PARTNER_ADMIN: "Does all that is the partner's: sets up, and takes every action.",
        Role.PARTNER_STAFF: "Takes the actions on all subscriptions of the partner, but for terminating.",
        Role.CUSTOMER_ADMIN: "Takes the actions on its own organization's subscriptions; sees no cost.",
        Role.CUSTOMER_MEMBER: "Reads what is its own organization's; sees no cost.",
    },
)
described(
    ContractStatus,
    "ContractStatus",
    "Whether a contract is in force.",
    {
        ContractStatus.DRAFT: "Not yet: nothing can be linked with it.",
        ContractStatus.ACTIVE: "Yes, on its days: subscriptions can be linked with it.",
        ContractStatus.ENDED: "No more; what is linked with it stays so.",
    },
)
described(
    ProvisioningStatus,
    "ProvisioningStatus",
    "How far something is that third parties are told: docs/guide/webhooks.md.",
    {
        ProvisioningStatus.PENDING: "It waits for an endpoint, or for the next attempt.",
        ProvisioningStatus.DELIVERED: "Every endpoint that wants it answered with 2xx.",
        ProvisioningStatus.FAILED: "Ten attempts failed; it is left alone until `retryProvisioning`.",
    },
)
described(
    EndpointStatus,
    "WebhookEndpointStatus",
    "Whether an endpoint is told anything.",
    {
        EndpointStatus.ENABLED: "Yes, from its registration on.",
        EndpointStatus.DISABLED: "No, for good: it answered 410 Gone.",
    },
)
