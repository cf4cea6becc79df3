"""Which roles may call which mutation. Reading is open to all; what is seen follows the principal."""

from resolvers.auth import PARTNER_ROLES, Role
from resolvers.context import Info
from resolvers.errors import forbidden

PLATFORM = frozenset({Role.PLATFORM_OPERATOR})
ADMIN = frozenset({Role.PARTNER_ADMIN})
PARTNER = PARTNER_ROLES
ACTING = PARTNER_ROLES | {Role.CUSTOMER_ADMIN}


def require(info: Info, roles: frozenset[Role]) -> None:
    """Raises FORBIDDEN where the principal's role is not among them."""
    role = info.context.principal.role
    if role not in roles:
        wanted = ", ".join(sorted(roles))
        raise forbidden(f"This needs the role {wanted}; yours is {role}.")
