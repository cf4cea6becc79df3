"""Create a partner. With a clock of its own it is a sandbox."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from actions.setup.validation import PolicyChanges, check_name, policy_columns, utc
from domain.currency import is_currency
from domain.errors import ErrorCode, LifecycleError
from domain.policy import Policy
from models.store.unit_of_work import Clock
from models.tables import partner

SECRET_BYTES = 32

_INSERT = upsert(partner).on_conflict_do_nothing().returning(partner.c.id)


@dataclass(frozen=True)
class CreatePartner:
    """`clock` is the start of a sandbox's time, with an offset; None is real time."""

    name: str
    currency: str
    policy: PolicyChanges | None = None
    clock: datetime | None = None


async def create_partner(
    connection: AsyncConnection, partner_id: UUID, clock: Clock, command: CreatePartner
) -> bool:
    """Returns False if a partner with that id exists already. Raises INVALID_VALUE.

    The connection must see the rows of that partner id, though there is no partner yet.
    """
    check_name(command.name, "name")
    if not is_currency(command.currency):
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, "Choose a currency by its ISO 4217 code, such as USD.", "currency"
        )
    values = {
        "id": partner_id,
        "name": command.name,
        "currency": command.currency,
        "clock": None if command.clock is None else utc(command.clock, "clock"),
        "quote_secret": secrets.token_bytes(SECRET_BYTES),
        "created_at": clock(),
    }
    policy = asdict(Policy()) | policy_columns(command.policy, "policy")
    return (await connection.execute(_INSERT, values | policy)).first() is not None
