"""Where a partner is told, and what the mutations about it answer."""

from datetime import datetime

import strawberry

from models.tables.webhooks import EndpointStatus
from schema.fields import Node
from schema.types.errors import UserError
from schema.types.ledger import ProvisioningAction


@strawberry.type(
    description="A URL that receives the partner's provisioning actions, signed as Standard Webhooks says."
)
class WebhookEndpoint(Node):
    url: str
    kinds: list[str] | None = strawberry.field(
        description="The kinds of provisioning actions that it wants; null wants all."
    )
    status: EndpointStatus = strawberry.field(
        description="DISABLED after the endpoint answered 410 Gone: remove it, and register another."
    )
    disabled_reason: str | None
    created_at: datetime


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
