"""Where a partner is told, and how far that has come."""

from datetime import datetime

import strawberry

from domain.provisioning import EndpointStatus, ProvisioningStatus
from resolvers import edges
from schema.fields import Node, one


@strawberry.type(
    description="A URL that receives the partner's provisioning actions, signed as Standard Webhooks says."
)
class WebhookEndpoint(Node):
    url: str = strawberry.field(
        description="Where the requests go; https, but for servers that were told to be insecure."
    )
    kinds: list[str] | None = strawberry.field(
        description="The kinds of provisioning actions that it wants, as in "
        "`ProvisioningAction.kind`; null wants all."
    )
    status: EndpointStatus = strawberry.field(
        description="DISABLED after the endpoint answered 410 Gone: remove it, and register another."
    )
    disabled_reason: str | None = strawberry.field(
        description="In words, why nothing is sent any more; null while ENABLED."
    )
    created_at: datetime = strawberry.field(description="When it was registered.")


@strawberry.type(description="A provisioning action on its way to one endpoint.")
class ProvisioningDelivery:
    endpoint: WebhookEndpoint = one(edges.delivery_endpoint, description="The one that is told.")
    status: ProvisioningStatus = strawberry.field(
        description="How far this endpoint is, whatever the others answered."
    )
    attempts: int = strawberry.field(
        description="Requests sent so far, 0 to 10; `retryProvisioning` starts again at 0."
    )
    next_at: datetime | None = strawberry.field(
        description="When it is tried next; while an attempt is under way, when that one is given "
        "up. Null: at once, or never again."
    )
    delivered_at: datetime | None = strawberry.field(
        description="When the endpoint answered with 2xx; null until then."
    )
    last_error: str | None = strawberry.field(
        description="In words, what went wrong with the latest attempt that failed; at most 1,000 characters."
    )
