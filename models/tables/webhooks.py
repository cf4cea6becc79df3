"""Where a partner wants to be told."""

from enum import StrEnum

from sqlalchemy import Column, Text
from sqlalchemy.dialects.postgresql import JSONB

from models.tables.base import choice, instant, owned


class EndpointStatus(StrEnum):
    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


# `kinds` NULL wants all. The secret is needed in clear to sign; the one before it signs too, for a while.
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
