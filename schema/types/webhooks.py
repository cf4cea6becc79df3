"""What the mutations about webhooks answer."""

from uuid import UUID

import strawberry

from resolvers import edges
from schema.fields import made
from schema.types.endpoints import WebhookEndpoint
from schema.types.errors import Refusable
from schema.types.ledger import ProvisioningAction


@strawberry.type(description="An endpoint with its new secret, or why the action is refused.")
class WebhookSecretPayload(Refusable):
    key: strawberry.Private[UUID | None]
    endpoint: WebhookEndpoint | None = made(edges.WEBHOOK_ENDPOINT, "Null if the action is refused.")
    secret: str | None = strawberry.field(
        description='Verifies requests to the endpoint: "whsec_…". Shown only once. Null if refused.'
    )


@strawberry.type(description="The removed endpoint, or why the action is refused.")
class RemoveWebhookEndpointPayload(Refusable):
    removed_id: strawberry.ID | None = strawberry.field(
        description="The global id of the removed endpoint, for client caches. Null if refused."
    )


@strawberry.type(description="The action to send again, or why it is refused.")
class RetryProvisioningPayload(Refusable):
    key: strawberry.Private[UUID | None]
    action: ProvisioningAction | None = made(edges.PROVISIONING, "PENDING again. Null if refused.")
