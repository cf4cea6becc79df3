"""Webhook endpoints and the deliveries to them."""

from sqlalchemy import Column, Index, Integer, SmallInteger, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.provisioning import EndpointStatus, ProvisioningStatus
from models.tables.base import choice, instant, owned, ref

# `kinds` NULL means all. Signing needs the plain secret; the previous one signs until `previous_until`.
webhook_endpoint = owned(
    "webhook_endpoint",
    Column("url", Text, nullable=False),
    Column("kinds", JSONB(none_as_null=True)),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text),
    instant("previous_until", nullable=True),
    choice("status", EndpointStatus),
    Column("disabled_reason", Text),
    instant("created_at"),
)

# One event for one endpoint. `version` and `position` are the event's and order a subscription's deliveries.
# `next_at` NULL means at once. `lease` is the token of the current attempt.
delivery = owned(
    "delivery",
    *ref("event_id", "outbox"),
    *ref("endpoint_id", "webhook_endpoint"),
    Column("subscription_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", SmallInteger, nullable=False),
    choice("status", ProvisioningStatus),
    Column("attempts", Integer, nullable=False),
    instant("next_at", nullable=True),
    Column("lease", Text),
    instant("delivered_at", nullable=True),
    Column("last_error", Text),
    key=("event_id", "endpoint_id"),
)
Index(
    "delivery_pending",
    delivery.c.partner_id,
    delivery.c.endpoint_id,
    delivery.c.subscription_id,
    delivery.c.version,
    delivery.c.position,
    postgresql_where=text("status = 'PENDING'"),
)
