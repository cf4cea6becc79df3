"""Who asks and who acts: roles, principals and actors."""

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
    """Who acts. On the customer's side `customer_id` is set: that customer's things alone are seen."""

    name: str
    customer_id: UUID | None = None


@dataclass(frozen=True)
class Principal:
    """Who asks. `partner_id` is None for the platform alone, `customer_id` but for the customer's side.

    `expires_at` is the Unix second at which the token ends.
    """

    role: Role
    name: str
    partner_id: UUID | None = None
    customer_id: UUID | None = None
    expires_at: int | None = None

    @cached_property
    def who(self) -> str:
        """Tells principals apart, whatever their role: of one partner, one customer and one name."""
        return f"{self.partner_id} {self.customer_id} {self.name}"

    @property
    def sees_costs(self) -> bool:
        return self.role not in CUSTOMER_ROLES

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.customer_id)
