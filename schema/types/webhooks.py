"""What the mutations about webhooks answer."""

from uuid import UUID

import strawberry

from resolvers import edges
from schema.fields import made
from schema.types.endpoints import WebhookEndpoint
from schema.types.errors import Refusable
from schema.types.ledger import ProvisioningAction


@strawberry.type(description="An endpoint with its new secret, or why there is none.")
class WebhookSecretPayload(Refusable):
    key: strawberry.Private[UUID | None]
    endpoint: WebhookEndpoint | None = made(edges.WEBHOOK_ENDPOINT, "Null where `userErrors` says why.")
    secret: str | None = strawberry.field(
        description='"whsec_…": verifies what the endpoint receives. Shown this once; null where '
        "`userErrors` says why."
    )


@strawberry.type(description="What was removed, or why nothing was.")
class RemoveWebhookEndpointPayload(Refusable):
    removed_id: strawberry.ID | None = strawberry.field(
        description="The global id that the endpoint had, for clients' caches; null where "
        "`userErrors` says why."
    )


@strawberry.type(description="What will be sent again, or why it will not.")
class RetryProvisioningPayload(Refusable):
    key: strawberry.Private[UUID | None]
    action: ProvisioningAction | None = made(
        edges.PROVISIONING, "PENDING again; null where `userErrors` says why."
    )
