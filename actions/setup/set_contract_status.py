"""Put a contract into force, or out of it. Its links with subscriptions stay."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, update

from domain.errors import not_found
from domain.subscription import ContractStatus
from models.store.unit_of_work import Writing
from models.tables import contract

_UPDATE = (
    update(contract)
    .where(contract.c.partner_id == bindparam("key_partner_id"), contract.c.id == bindparam("key_id"))
    .values(status=bindparam("new_status"))
    .returning(contract.c.id)
)


@dataclass(frozen=True)
class SetContractStatus:
    id: UUID
    status: ContractStatus


async def set_contract_status(tx: Writing, command: SetContractStatus) -> UUID:
    """The contract's id. Raises NOT_FOUND."""
    values = {"key_partner_id": tx.partner.id, "key_id": command.id, "new_status": command.status}
    if (await tx.connection.execute(_UPDATE, values)).first() is None:
        raise not_found("contract", "id")
    return command.id
