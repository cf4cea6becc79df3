"""Add a member to a customer."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from actions.setup.validation import check_name, check_text
from domain.errors import ErrorCode, LifecycleError
from models.engine import new_id
from models.store.lookups import load_customer
from models.store.unit_of_work import Writing
from models.tables import member

MAX_EMAIL = 254

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
# An existing address returns no row, also if another transaction is adding it.
_INSERT = (
    upsert(member)
    .on_conflict_do_nothing(index_elements=["partner_id", "customer_id", "email"])
    .returning(member.c.id)
)


@dataclass(frozen=True)
class CreateMember:
    customer_id: UUID
    name: str
    email: str


async def create_member(tx: Writing, command: CreateMember) -> UUID:
    """The member's id. Raises INVALID_VALUE, NOT_FOUND."""
    values = {"partner_id": tx.partner.id} | member_values(command)
    owner = await load_customer(tx, command.customer_id)
    member_id: UUID | None = (await tx.connection.execute(_INSERT, values)).scalar()
    if member_id is None:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"Another member of {owner.name} has this address.", "email"
        )
    return member_id


def member_values(command: CreateMember) -> dict[str, Any]:
    """The columns of the new member's row, with a new id. Raises INVALID_VALUE."""
    check_name(command.name, "name")
    check_email(command.email)
    return {
        "id": new_id(),
        "customer_id": command.customer_id,
        "name": command.name,
        "email": command.email,
    }


def check_email(email: str) -> None:
    """Raises INVALID_VALUE for a text that is no address, and above MAX_EMAIL characters."""
    check_text("An email address", email, MAX_EMAIL, "email")
    if not _EMAIL.fullmatch(email):
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, "Give an email address, such as jo@example.com.", "email"
        )
