"""What the mutations about webhooks answer."""

from uuid import UUID

import strawberry

from resolvers import edges
from schema.fields import made
from schema.types.endpoints import WebhookEndpoint
from schema.types.errors import UserError
from schema.types.ledger import ProvisioningAction


@strawberry.type
class WebhookSecretPayload:
    key: strawberry.Private[UUID | None]
    endpoint: WebhookEndpoint | None = made(edges.WEBHOOK_ENDPOINT)
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
    key: strawberry.Private[UUID | None]
    action: ProvisioningAction | None = made(edges.PROVISIONING)
    user_errors: list[UserError]
