"""Create a customer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert as upsert

from actions.setup.validation import PolicyChanges, check_billing_day, check_name, policy_columns
from domain.errors import ErrorCode, LifecycleError
from domain.periods import is_time_zone
from models.engine import new_id
from models.store.unit_of_work import Writing
from models.tables import customer

# An existing organisation returns no row, also if another transaction is adding it.
_INSERT = (
    upsert(customer)
    .on_conflict_do_nothing(index_elements=["partner_id", "org_uuid"])
    .returning(customer.c.id)
)


@dataclass(frozen=True)
class CreateCustomer:
    """`org_uuid` None makes a new one. A None in `policy` takes the partner's value."""

    name: str
    time_zone: str
    org_uuid: UUID | None = None
    bill_on_order_day: bool = True
    billing_day: int = 1
    policy: PolicyChanges | None = None


async def create_customer(tx: Writing, command: CreateCustomer) -> UUID:
    """The customer's id. Raises INVALID_VALUE."""
    values = {"partner_id": tx.partner.id} | customer_values(command, tx.now)
    customer_id: UUID | None = (await tx.connection.execute(_INSERT, values)).scalar()
    if customer_id is None:
        raise LifecycleError(
            ErrorCode.INVALID_VALUE, "Another customer has this organisation already.", "orgUuid"
        )
    return customer_id


def customer_values(command: CreateCustomer, at: datetime) -> dict[str, Any]:
    """The columns of the new customer's row, with a new id. Raises INVALID_VALUE."""
    check_name(command.name, "name")
    check_billing_day(command.billing_day)
    if not is_time_zone(command.time_zone):
        raise LifecycleError(
            ErrorCode.INVALID_VALUE,
            "Choose a time zone by its IANA name, such as Asia/Singapore.",
            "timeZone",
        )
    values = {
        "id": new_id(),
        "org_uuid": command.org_uuid or uuid4(),
        "name": command.name,
        "time_zone": command.time_zone,
        "bill_on_order_day": command.bill_on_order_day,
        "billing_day": command.billing_day,
        "created_at": at,
    }
    return values | policy_columns(command.policy, "policy")
