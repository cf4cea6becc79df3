"""Change the partner's own billing policy. Customers' own values stay."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update

from actions.setup.validation import PolicyChanges, policy_columns
from models.store.unit_of_work import Writing
from models.tables import partner


@dataclass(frozen=True)
class UpdatePolicy:
    policy: PolicyChanges


async def update_policy(tx: Writing, command: UpdatePolicy) -> UUID:
    """The partner's id. Raises INVALID_VALUE."""
    if columns := policy_columns(command.policy):
        await tx.connection.execute(update(partner).where(partner.c.id == tx.partner.id).values(columns))
    return tx.partner.id
