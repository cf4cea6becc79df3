"""Where a partner is told, and how far that has come."""

from datetime import datetime

import strawberry

from models.tables.ledger import ProvisioningStatus
from models.tables.webhooks import EndpointStatus
from resolvers import edges
from schema.fields import Node, one


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


@strawberry.type(description="A provisioning action on its way to one endpoint.")
class ProvisioningDelivery:
    endpoint: WebhookEndpoint = one(edges.delivery_endpoint)
    status: ProvisioningStatus
    attempts: int
    next_at: datetime | None = strawberry.field(
        description="When it is tried next; while an attempt is under way, when that one is given up."
    )
    delivered_at: datetime | None
    last_error: str | None
