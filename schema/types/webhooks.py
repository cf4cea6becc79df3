"""Webhook endpoints, what is sent to them, and the payloads of the mutations on them."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain.provisioning import EndpointStatus, ProvisioningStatus
from resolvers import edges
from schema.fields import Node, many, one, payload_row
from schema.types.errors import Refusable


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


@strawberry.type(
    description="A message for third parties, delivered at least once and in order to each subscribed "
    "endpoint. See rules §8."
)
class ProvisioningAction(Node):
    kind: str = strawberry.field(
        description="What to do, such as CHANGE_PLAN. The `type` of the webhook. New kinds can follow."
    )
    status: ProvisioningStatus = strawberry.field(
        description="FAILED if any delivery failed, else PENDING if any is pending, else DELIVERED."
    )
    attempts: int = strawberry.field(description="The highest number of requests to any endpoint, 0 to 10.")
    created_at: datetime = strawberry.field(
        description="The time of the action that caused it, by the partner's clock."
    )
    delivered_at: datetime | None = strawberry.field(
        description="The time when the last endpoint received it. Null until then."
    )
    last_error: str | None = strawberry.field(
        description="The problems at endpoints without delivery, at most 1,000 characters. Null if none."
    )
    payload: JSON = strawberry.field(
        description="The `data` of the webhook: a JSON object whose keys depend on `kind`. It contains no "
        "costs."
    )
    deliveries: list[ProvisioningDelivery] = many(
        edges.provisioning_deliveries,
        description="One delivery for each endpoint. Empty for viewers on the customer's side.",
    )


@strawberry.type(description="An endpoint with its new secret, or why the action is refused.")
class WebhookSecretPayload(Refusable):
    key: strawberry.Private[UUID | None]
    endpoint: WebhookEndpoint | None = payload_row(edges.WEBHOOK_ENDPOINT, "Null if the action is refused.")
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
    action: ProvisioningAction | None = payload_row(edges.PROVISIONING, "PENDING again. Null if refused.")
