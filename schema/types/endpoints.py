"""Where a partner is told, and how far that has come."""

from datetime import datetime

import strawberry

from domain.provisioning import EndpointStatus, ProvisioningStatus
from resolvers import edges
from schema.fields import Node, one


@strawberry.type(
    description="A URL that receives the partner's provisioning actions, signed as in Standard Webhooks. "
    "See rules §8."
)
class WebhookEndpoint(Node):
    url: str = strawberry.field(
        description="Where requests go. https, unless the server allows insecure webhooks."
    )
    kinds: list[str] | None = strawberry.field(
        description="The kinds to receive, as in `ProvisioningAction.kind`. Null: all kinds."
    )
    status: EndpointStatus = strawberry.field(
        description="DISABLED after the answer 410 Gone. Then remove the endpoint and register a new one."
    )
    disabled_reason: str | None = strawberry.field(
        description="Why the endpoint is disabled. Null while ENABLED."
    )
    created_at: datetime = strawberry.field(description="The time of the registration.")


@strawberry.type(description="The delivery of a provisioning action to one endpoint. See rules §8.")
class ProvisioningDelivery:
    endpoint: WebhookEndpoint = one(edges.delivery_endpoint, description="The receiver.")
    status: ProvisioningStatus = strawberry.field(description="The status at this endpoint only.")
    attempts: int = strawberry.field(
        description="Requests so far, 0 to 10. `retryProvisioning` resets it to 0."
    )
    next_at: datetime | None = strawberry.field(
        description="The time of the next attempt. During an attempt, its timeout. Null: immediately, or "
        "never again."
    )
    delivered_at: datetime | None = strawberry.field(
        description="The time when the endpoint answered with 2xx. Null until then."
    )
    last_error: str | None = strawberry.field(
        description="The problem of the latest failed attempt, at most 1,000 characters. Null if no "
        "attempt failed."
    )
