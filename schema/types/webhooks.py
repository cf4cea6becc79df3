"""What the mutations about webhooks answer."""

import strawberry

from schema.types.endpoints import WebhookEndpoint
from schema.types.errors import UserError
from schema.types.ledger import ProvisioningAction


@strawberry.type
class WebhookSecretPayload:
    endpoint: WebhookEndpoint | None
    secret: str | None = strawberry.field(
        description='"whsec_…": verifies what the endpoint receives. Shown this once.'
    )
    user_errors: list[UserError]


@strawberry.type
class RemoveWebhookEndpointPayload:
    removed_id: strawberry.ID | None
    user_errors: list[UserError]


@strawberry.type
class RetryProvisioningPayload:
    action: ProvisioningAction | None
    user_errors: list[UserError]
