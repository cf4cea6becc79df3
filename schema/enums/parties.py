"""Who may do what, and what third parties are told."""

from domain.contracts import ContractStatus
from domain.principal import Role
from domain.provisioning import EndpointStatus, ProvisioningStatus
from schema.enums.described import described

described(
    Role,
    "Role",
    "What the owner of a token may do. See docs/guide/roles.md.",
    {
        Role.PLATFORM_OPERATOR: "Creates partners. Does not see their data.",
        Role.PARTNER_ADMIN: "Sets up the partner and takes every action on its subscriptions.",
        Role.PARTNER_STAFF: "Takes every action on the partner's subscriptions except terminating.",
        Role.CUSTOMER_ADMIN: "Takes actions on the subscriptions of its own organization. Sees no costs.",
        Role.CUSTOMER_MEMBER: "Reads the data of its own organization. Sees no costs.",
    },
)
described(
    ContractStatus,
    "ContractStatus",
    "Whether a contract can be linked. See rules §4.3.",
    {
        ContractStatus.DRAFT: "Not yet in force. No subscription can be linked.",
        ContractStatus.ACTIVE: "In force from `startsOn` to `endsOn`. Subscriptions can be linked.",
        ContractStatus.ENDED: "No longer in force. Existing links stay.",
    },
)
described(
    ProvisioningStatus,
    "ProvisioningStatus",
    "The status of a delivery to webhook endpoints. See docs/guide/webhooks.md.",
    {
        ProvisioningStatus.PENDING: "Waits for an endpoint or for the next attempt.",
        ProvisioningStatus.DELIVERED: "Each endpoint that subscribes to this kind has answered with 2xx.",
        ProvisioningStatus.FAILED: "Ten attempts failed. Nothing more is sent until `retryProvisioning`.",
    },
)
described(
    EndpointStatus,
    "WebhookEndpointStatus",
    "Whether an endpoint receives requests.",
    {
        EndpointStatus.ENABLED: "Receives requests.",
        EndpointStatus.DISABLED: "Receives nothing, permanently: it answered 410 Gone.",
    },
)
