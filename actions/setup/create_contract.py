"""Create a contract of a customer."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import insert

from actions.setup.validation import MAX_NAME, check_text
from domain.errors import ErrorCode, LifecycleError
from domain.subscription import ContractStatus
from models.engine import new_id
from models.store.invoices import next_number
from models.store.lookups import load_customer
from models.store.unit_of_work import Writing
from models.tables import contract

_INSERT = insert(contract)


@dataclass(frozen=True)
class CreateContract:
    """`ends_on` is the last day, inclusive; None leaves the contract open-ended."""

    customer_id: UUID
    title: str
    starts_on: date
    ends_on: date | None = None
    status: ContractStatus = ContractStatus.ACTIVE


async def create_contract(tx: Writing, command: CreateContract) -> UUID:
    """The contract's id. Raises INVALID_VALUE, NOT_FOUND."""
    check_text("A title", command.title, MAX_NAME, "title")
    if command.ends_on is not None and command.ends_on < command.starts_on:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, f"The contract cannot end before {command.starts_on}.", "endsOn"
        )
    owner = await load_customer(tx, command.customer_id)
    contract_id = new_id()
    values = {
        "partner_id": tx.partner.id,
        "id": contract_id,
        "customer_id": owner.id,
        "reference": f"C-{await next_number(tx, 'contract'):06d}",
        "title": command.title,
        "starts_on": command.starts_on,
        "ends_on": command.ends_on,
        "status": command.status,
    }
    await tx.connection.execute(_INSERT, values)
    return contract_id
