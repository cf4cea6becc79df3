"""Roles, principals (who asks) and actors (who acts)."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from uuid import UUID


class Role(StrEnum):
    PLATFORM_OPERATOR = "PLATFORM_OPERATOR"
    PARTNER_ADMIN = "PARTNER_ADMIN"
    PARTNER_STAFF = "PARTNER_STAFF"
    CUSTOMER_ADMIN = "CUSTOMER_ADMIN"
    CUSTOMER_MEMBER = "CUSTOMER_MEMBER"


CUSTOMER_ROLES = frozenset({Role.CUSTOMER_ADMIN, Role.CUSTOMER_MEMBER})
PARTNER_ROLES = frozenset({Role.PARTNER_ADMIN, Role.PARTNER_STAFF})


@dataclass(frozen=True)
class Actor:
    """Who acts. An actor with a `customer_id` belongs to that customer and sees only its data."""

    name: str
    customer_id: UUID | None = None


SYSTEM = Actor("system")
"""Acts for the workers and for a sandbox's clock."""


@dataclass(frozen=True)
class Principal:
    """Who asks. The platform has no `partner_id`; only a customer's roles have a `customer_id`.

    `expires_at` is the Unix second at which the token expires.
    """

    role: Role
    name: str
    partner_id: UUID | None = None
    customer_id: UUID | None = None
    expires_at: int | None = None

    @cached_property
    def identity(self) -> str:
        """Equal for principals of the same partner, customer and name. The role does not count."""
        return f"{self.partner_id} {self.customer_id} {self.name}"

    @property
    def sees_costs(self) -> bool:
        return self.role not in CUSTOMER_ROLES

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.customer_id)
